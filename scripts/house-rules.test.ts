import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RULE_CASES } from "./lint/rule-cases.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));

interface Finding {
  readonly filename: string;
  readonly message: string;
  readonly help?: string;
  readonly severity: string;
}

let tree: string;
let findings: readonly Finding[];

const cases = RULE_CASES.map((each, index) => {
  const folder = join(each.folder, `case-${index}`);
  return {
    ...each,
    folder,
    invalidFile: join(folder, "invalid.ts"),
    validFile: join(folder, each.validAs ?? "valid.ts"),
  };
});

/** What the linter said of one file of the tree, one text for each finding. */
function saidOf(filename: string): readonly string[] {
  return findings
    .filter((finding) => finding.filename === filename)
    .map(({ severity, message, help }) => `${severity}: ${message} ${help ?? ""}`);
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(tree, file)), { recursive: true });
  await writeFile(join(tree, file), text);
}

async function writeCase(each: (typeof cases)[number]): Promise<void> {
  const packageFolder = each.folder.split("/").slice(0, 2).join("/");
  await write(join(packageFolder, "package.json"), "{}");
  await write(join(each.folder, "host.ts"), "export declare const host: any, url: string;");
  for (const [name, text] of Object.entries(each.beside ?? {})) {
    await write(join(each.folder, name), text);
  }
  await write(each.invalidFile, each.invalid);
  await write(each.validFile, each.valid);
}

// The real linter reads one tree that is laid out like the repository and holds every case.
beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), "house-rules-"));
  for (const name of [
    ".oxlintrc.json",
    "tsconfig.json",
    "package.json",
    "scripts/lint/plugin.ts",
  ]) {
    await cp(join(repository, name), join(tree, name));
  }
  await symlink(join(repository, "node_modules"), join(tree, "node_modules"));
  for (const each of cases) await writeCase(each);
  const binary = join(repository, "node_modules/oxlint/bin/oxlint");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [binary, "--type-aware", "--format=json", "packages", "apps"],
    { cwd: tree, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  expect(stderr).toBe("");
  ({ diagnostics: findings } = JSON.parse(stdout) as { diagnostics: readonly Finding[] });
});

afterAll(() => rm(tree, { recursive: true, force: true }));

test.each(cases)("$rule", ({ invalidFile, validFile, message }) => {
  expect(saidOf(invalidFile).filter((text) => text.startsWith("error: "))).toContainEqual(
    expect.stringContaining(message),
  );
  expect(saidOf(validFile)).toEqual([]);
});
