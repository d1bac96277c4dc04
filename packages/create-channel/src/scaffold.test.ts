import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { type ChannelNames, readPackageName } from "./package-name.ts";
import { scaffold } from "./scaffold.ts";

const template = fileURLToPath(new URL("../template", import.meta.url));
const names = readPackageName("@acme/syncbell-channel-pager") as ChannelNames;
const versions = { "@syncbell/core": "^1.2.3", "@syncbell/channel-kit": "^1.4.0" };

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "syncbell-create-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("a new package has the channel's names and versions, and nothing of the template's", () => {
  const parent = emptyFolder();
  const files = scaffold(template, parent, names, versions);
  const read = (file: string): string => readFileSync(join(parent, names.folder, file), "utf8");
  expect(files).toEqual(expect.arrayContaining([".gitignore", "README.md", "package.json"]));
  expect(JSON.parse(read("package.json"))).toMatchObject({
    name: "@acme/syncbell-channel-pager",
    description: "Pager for Syncbell.",
    scripts: { test: "vitest run" },
    dependencies: { "@syncbell/core": "^1.2.3" },
    devDependencies: { "@syncbell/channel-kit": "^1.4.0" },
  });
  expect(JSON.parse(read("package.json"))).not.toHaveProperty("private");
  expect(read("src/index.ts")).toContain('type: "pager"');
  expect(read("README.md")).toContain("channel: pager");
  for (const file of files) expect(read(file)).not.toMatch(/"bell"|template-package|workspace:/i);
});

test("a folder that is not empty is left alone", () => {
  const parent = emptyFolder();
  const folder = join(parent, names.folder);
  mkdirSync(folder);
  writeFileSync(join(folder, "mine.txt"), "mine");
  expect(() => scaffold(template, parent, names, versions)).toThrow(
    "is there already, and not empty",
  );
  expect(existsSync(join(folder, "package.json"))).toBe(false);
});

test("a dependency of the workspace without a version is told", () => {
  expect(() => scaffold(template, emptyFolder(), names, {})).toThrow(
    "the scaffolder knows no version of @syncbell/core",
  );
});
