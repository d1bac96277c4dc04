import { execFileSync, spawn } from "node:child_process";
import { renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mistakesIn, writeConfig } from "../testing/config-file.ts";
import { startSteps } from "../testing/config-steps.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { runSyncbell } from "../testing/syncbell-process.ts";
import { ConfigFiles } from "./config-files.ts";

const one = "destinations: [{ id: one, channel: slack, config: { url: https://example.com/1 } }]\n";
const two = one.replaceAll("one", "two");
const keyed = "destinations: [{ id: k, channel: slack, config: { url: { file: url } } }]\n";

/** Makes a pipe that nobody writes to: whoever opens it waits. */
function makePipe(folder: string, name: string): string {
  const path = join(folder, name);
  execFileSync("sh", ["-c", 'mkfifo "$1"', "sh", path]);
  return path;
}

describe("a secret in something that is no file", () => {
  test("is refused and not waited for, be it a pipe that nobody writes to or a device", async () => {
    const folder = temporaryFolder();
    makePipe(folder, "url");
    const said =
      'syncbell.yaml:1:56: destination "k": secret file url can\'t be read (not a regular file)';
    expect(await mistakesIn(keyed, {}, folder)).toEqual([said]);
    const other = temporaryFolder();
    symlinkSync("/dev/null", join(other, "url"));
    expect(await mistakesIn(keyed, {}, other)).toEqual([said]);
  });

  test("is a mistake while the config is watched, until it is a file", async () => {
    const folder = temporaryFolder();
    const { look, write, lines, applied, file } = await startSteps(one, folder);
    makePipe(folder, "url");
    write(keyed);
    const seen = [await look(), await look(), await look(), await look()];
    expect(seen.flat()).toEqual(["the config was refused: the old one stays"]);
    expect(lines()[0]?.["problems"]).toEqual([
      `${file}:1:56: destination "k": secret file url can't be read (not a regular file)`,
    ]);
    writeFileSync(join(folder, "url.new"), "https://example.com/1");
    renameSync(join(folder, "url.new"), join(folder, "url"));
    expect([await look(), await look()].flat()).toEqual(["the config was changed"]);
    expect(applied()).toEqual(["k"]);
  });
});

describe("a config in something that is no file", () => {
  test("is refused while it is watched, until it is a file", async () => {
    const folder = temporaryFolder();
    const { look, lines, applied, file } = await startSteps(one, folder);
    renameSync(makePipe(folder, "pipe"), file);
    expect([await look(), await look(), await look()].flat()).toHaveLength(1);
    expect(lines()[0]?.["problems"]).toEqual([`${file}:1:1: can't be read (not a regular file)`]);
    writeFileSync(`${file}.new`, two);
    renameSync(`${file}.new`, file);
    expect([await look(), await look()].flat()).toEqual(["the config was changed"]);
    expect(applied()).toEqual(["two"]);
  });

  test("is refused from a device at the start as well", async () => {
    const { loaded } = await new ConfigFiles("/dev/null", {}).readAtStart();
    expect(loaded).toMatchObject({
      ok: false,
      problems: [{ message: "can't be read (not a regular file)" }],
    });
  });

  test("is what came through a pipe at the start, for as long as that is there", async () => {
    const folder = temporaryFolder();
    const file = makePipe(folder, "syncbell.yaml");
    writeFileSync(join(folder, "text"), one);
    spawn("sh", ["-c", "cat text > syncbell.yaml"], { cwd: folder });
    const { watch, look, applied } = await startSteps(undefined, folder);
    watch.lookNow();
    expect([await look(), await look(), await look()].flat()).toEqual([
      "the config has not changed",
    ]);
    writeFileSync(join(folder, "syncbell.new"), two);
    renameSync(join(folder, "syncbell.new"), file);
    expect([await look(), await look()].flat()).toEqual(["the config was changed"]);
    expect(applied()).toEqual(["two"]);
  });

  test("may come through the process substitution of a shell", async () => {
    const cwd = temporaryFolder();
    writeConfig(cwd, one);
    const under = ["bash", "-c", '"$@" --config <(cat syncbell.yaml)', "bash"];
    expect(await runSyncbell(["check"], { cwd, under })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("no problems; destinations: one\n"),
    });
  });
});
