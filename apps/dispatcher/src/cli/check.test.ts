import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Environment } from "../config/secret-refs.ts";
import { withDestination } from "../testing/config-file.ts";
import { commandLine } from "../testing/command-line.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { channelSource, installPlugin } from "../testing/plugin-package.ts";
import { startReceiver } from "../testing/receiver.ts";
import { runSyncbell } from "../testing/syncbell-process.ts";

const twoMistakes = `${withDestination("channel: http", "config: { url: nowhere }")}when: {}\n`;
const lines = [
  '4:20: "url" must be an http(s) URL without a user name or password in it',
  '5:1: "when" does not belong here',
];

function folderWith(text: string, name = "syncbell.yaml"): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), text);
  return folder;
}

test("a good config ends with 0, and nothing is sent, made or opened", async () => {
  const receiver = await startReceiver();
  const cwd = folderWith(withDestination("channel: http", `config: { url: "${receiver.url}/" }`));
  expect(await runSyncbell(["check"], { cwd })).toEqual({
    code: 0,
    stdout: "syncbell.yaml: no problems; destinations: ops\n",
    stderr: "",
  });
  const json = await commandLine(["check", "--json", "--config", join(cwd, "syncbell.yaml")]);
  expect(json.code).toBe(0);
  expect(JSON.parse(json.stdout)).toEqual({ problems: [], destinations: ["ops"] });
  expect(receiver.requests).toEqual([]);
  expect(readdirSync(cwd)).toEqual(["syncbell.yaml"]);
});

test("a bad one ends with 1, and says each mistake as file:line:column: message", async () => {
  const cwd = folderWith(twoMistakes);
  expect(await runSyncbell(["check"], { cwd })).toEqual({
    code: 1,
    stdout: lines.map((line) => `syncbell.yaml:${line}\n`).join(""),
    stderr: "",
  });
  const file = join(cwd, "syncbell.yaml");
  const json = await commandLine(["check", "--json", "--config", file]);
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toEqual({
    problems: [
      { file, line: 4, column: 20, message: lines[0]?.slice("4:20: ".length) },
      { file, line: 5, column: 1, message: lines[1]?.slice("5:1: ".length) },
    ],
  });
});

test("the file is the one that is named, else the one of the setting, else none", async () => {
  const folder = temporaryFolder();
  const [named, set] = ["named.yaml", "set.yaml"].map((name) => join(folder, name));
  for (const file of [named, set]) writeFileSync(file ?? "", "links: {}");
  const env = { SYNCBELL_CONFIG: set };
  const sayOf = async (words: readonly string[], given: Environment = env): Promise<unknown> => {
    const { code, stdout, stderr } = await commandLine(["check", ...words], given);
    return [code, stdout + stderr];
  };
  expect(await sayOf(["--config", named ?? ""])).toEqual([
    0,
    `${named}: no problems; destinations: none\n`,
  ]);
  expect(await sayOf([])).toEqual([0, `${set}: no problems; destinations: none\n`]);
  expect(await sayOf(["--config", `${folder}/none.yaml`])).toEqual([
    1,
    `${folder}/none.yaml:1:1: there is no such file\n`,
  ]);
  expect(await sayOf([], {})).toEqual([
    1,
    "there is no syncbell.yaml here; name a file with --config FILE or SYNCBELL_CONFIG\n",
  ]);
});

test("secrets are looked up, and a bad setting is said without its value", async () => {
  const config = "config: { url: { env: OPS_URL } }";
  const file = join(folderWith(withDestination("channel: slack", config)), "syncbell.yaml");
  const check = ["check", "--config", file];
  const missing = await commandLine(check);
  expect(missing.stdout).toBe(
    `${file}:4:20: destination "ops": environment variable OPS_URL is not set\n`,
  );
  const found = await commandLine(check, { OPS_URL: "https://example.com/s3cr3t" });
  expect([found.code, found.stdout.includes("s3cr3t")]).toEqual([0, false]);
  expect(await commandLine(check, { PORT: "s3cr3t" })).toEqual({
    code: 1,
    stdout: "",
    stderr: "syncbell check: PORT must be a number from 0 to 65535\n",
  });
});

test("what is probably a slip in a rule is told, and is no mistake", async () => {
  const rule = "when: { statsu: failed, duration: { $gt: 1h } }";
  const config = 'config: { url: "https://example.com/" }';
  const cwd = folderWith(withDestination("channel: http", config, rule));
  const { code, stdout } = await runSyncbell(["check"], { cwd });
  expect(code).toBe(0);
  const [first, second, ...rest] = stdout.split("\n");
  expect(first).toMatch(
    /^syncbell\.yaml:5:13: warning: no event .* "statsu"; did you mean "status"\?$/,
  );
  expect(second).toMatch(/^syncbell\.yaml:5:\d+: warning: "duration" is a number of seconds/);
  expect(rest).toEqual(["syncbell.yaml: no problems; destinations: ops", ""]);
  const json = await commandLine(["check", "--json", "--config", join(cwd, "syncbell.yaml")]);
  expect(JSON.parse(json.stdout)).toMatchObject({ problems: [], warnings: [{}, {}] });
});

test("what a plugin leaves running keeps nobody waiting", async () => {
  const plugin = `setInterval(() => undefined, 1000);\n${channelSource("pager")}`;
  const cwd = folderWith('plugins: ["syncbell-channel-pager"]\n');
  installPlugin(cwd, "syncbell-channel-pager", plugin);
  expect(await runSyncbell(["check"], { cwd })).toEqual({
    code: 0,
    stdout: "syncbell.yaml: no problems; destinations: none\n",
    stderr: "",
  });
});
