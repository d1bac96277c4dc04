import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ChannelNames } from "./package-name.ts";

/** The versions that a new package depends on, by the name of the dependency. */
export type Versions = Readonly<Record<string, string>>;

/** What the template calls itself, and what stands there in a new package. */
const TEMPLATE = { packageName: "@syncbell/channel-template-package", type: "bell", title: "Bell" };

/** npm leaves a file of the left name out of a package, so the template has it under the right one. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: ".gitignore" };

/** What the template's own checks leave behind. */
const LEFT_OUT = new Set(["node_modules", "dist", "test-results.json", ".turbo"]);

/**
 * Writes a new channel's package into its folder below `parent`, from the template; answers the files
 * written. Throws where the folder is there and not empty.
 */
export function scaffold(
  template: string,
  parent: string,
  names: ChannelNames,
  versions: Versions,
): readonly string[] {
  const target = join(parent, names.folder);
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new Error(`${names.folder} is there already, and not empty`);
  }
  return filesIn(template).map((file) => {
    const name = RENAMED[file] ?? file;
    const text = readFileSync(join(template, file), "utf8");
    const written =
      name === "package.json" ? manifest(text, names, versions) : renamed(text, names);
    mkdirSync(dirname(join(target, name)), { recursive: true });
    writeFileSync(join(target, name), written);
    return name;
  });
}

function filesIn(folder: string, below = ""): readonly string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    if (LEFT_OUT.has(entry.name)) return [];
    const path = join(below, entry.name);
    return entry.isDirectory() ? filesIn(folder, path) : [path];
  });
}

function renamed(text: string, { packageName, type, title }: ChannelNames): string {
  return text
    .replaceAll(TEMPLATE.packageName, packageName)
    .replaceAll(`"${TEMPLATE.type}"`, `"${type}"`)
    .replaceAll(`channel: ${TEMPLATE.type}`, `channel: ${type}`)
    .replaceAll(`id: ${TEMPLATE.type}`, `id: ${type}`)
    .replaceAll(TEMPLATE.title, title);
}

interface Manifest {
  private?: boolean;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

/** The manifest of a package that stands alone: versions in place of the workspace's own. */
function manifest(text: string, names: ChannelNames, versions: Versions): string {
  const parsed = JSON.parse(renamed(text, names)) as Manifest;
  delete parsed.private;
  for (const dependencies of [parsed.dependencies, parsed.devDependencies]) {
    for (const [name, range] of Object.entries(dependencies)) {
      if (range.startsWith("workspace:")) dependencies[name] = versionOf(name, versions);
    }
  }
  parsed.scripts["test"] = "vitest run";
  return `${JSON.stringify(parsed, null, 2)}\n`;
}

function versionOf(name: string, versions: Versions): string {
  const version = versions[name];
  if (version === undefined) throw new Error(`the scaffolder knows no version of ${name}`);
  return version;
}
