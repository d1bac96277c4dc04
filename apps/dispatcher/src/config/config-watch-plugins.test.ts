import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { writeConfig } from "../testing/config-file.ts";
import { type ConfigSteps, startSteps } from "../testing/config-steps.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { channelSource, installPlugin } from "../testing/plugin-package.ts";

const one = "destinations: [{ id: one, channel: slack, config: { url: https://example.com/1 } }]\n";
const two = one.replaceAll("one", "two");
const REFUSED = "the config was refused: the old one stays";

/** Lets some looks happen; answers what was logged of them. */
async function looks(count: number, { look }: ConfigSteps): Promise<readonly string[]> {
  const said: string[] = [];
  for (let index = 0; index < count; index++) said.push(...(await look()));
  return said;
}

test("a plugin that never loads is a mistake, and the next edit is taken", async () => {
  const folder = temporaryFolder();
  installPlugin(folder, "hangs", "await new Promise(() => {});");
  const steps = await startSteps(one, folder, () => Promise.resolve(), 50);
  steps.write(`plugins: [hangs]\n${two}`);
  expect(await looks(4, steps)).toEqual([REFUSED]);
  expect(steps.lines()[0]?.["problems"]).toEqual([
    `${steps.file}:1:11: plugin hangs did not load within 0.05 s`,
  ]);
  steps.write(two);
  expect(await looks(2, steps)).toEqual(["the config was changed"]);
  expect(steps.applied()).toEqual(["two"]);
});

test("a plugin that is installed after it was named is taken up unasked, and nothing is said before", async () => {
  const folder = temporaryFolder();
  const steps = await startSteps(one, folder);
  steps.write(`plugins: [pager]\n${two}`);
  expect(await looks(100, steps)).toEqual([REFUSED]);
  installPlugin(folder, "pager", channelSource("pager"));
  expect(await looks(30, steps)).toEqual(["the config was changed"]);
  expect(steps.applied()).toEqual(["two"]);
  expect(await looks(60, steps)).toEqual([]);
});

test("what has another reason by now is said once more", async () => {
  const folder = temporaryFolder();
  const steps = await startSteps(one, folder);
  steps.write(`plugins: [pager]\n${two}`);
  expect(await looks(2, steps)).toEqual([REFUSED]);
  installPlugin(folder, "pager", 'throw new Error("no licence");');
  expect(await looks(30, steps)).toEqual([REFUSED]);
  installPlugin(folder, "pager", channelSource("pager"));
  expect(await looks(100, steps)).toEqual([REFUSED]);
  const said = `${steps.file}:1:11: plugin pager failed while it was loaded: no licence`;
  expect(steps.lines().map(({ problems }) => problems[0])).toEqual([
    expect.stringContaining("is not installed"),
    said,
    `${said}; when it is repaired, restart Syncbell: it is loaded once`,
  ]);
});

test("another edit with the same mistake is refused aloud", async () => {
  const steps = await startSteps(one);
  steps.write(`${two}x: 1\n`);
  expect(await looks(70, steps)).toEqual([REFUSED]);
  writeFileSync(steps.file, `${two}x: 2\n`);
  expect(await looks(2, steps)).toEqual([REFUSED]);
});

test("a stop does not wait for a plugin that never loads", async () => {
  const folder = temporaryFolder();
  installPlugin(folder, "hangs", "stopWatch(); await new Promise(() => {});");
  const file = writeConfig(folder, "plugins: [hangs]\n");
  const [files, watch] = ["./config-files.ts", "./config-watch.ts"].map((path) =>
    JSON.stringify(import.meta.resolve(path)),
  );
  const script = `import { ConfigFiles } from ${files};
    import { ConfigWatch } from ${watch};
    const files = new ConfigFiles(${JSON.stringify(file)}, {}, 3_600_000);
    const log = { info() {}, debug() {}, warn() {}, error: (_, message) => console.log(message) };
    const apply = async () => {};
    const watch = new ConfigWatch({ files, config: undefined, contents: files.none, apply, log });
    globalThis.stopWatch = () => void watch.stop();
    watch.start();
    watch.lookNow();`;
  const flags = ["--input-type=module", "--eval", script];
  // It ends by itself; where it does not, it is not left behind.
  const ended = promisify(execFile)(process.execPath, flags, { timeout: 25_000 });
  expect(await ended).toEqual({ stdout: "", stderr: "" });
});
