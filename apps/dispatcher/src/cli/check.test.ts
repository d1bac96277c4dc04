import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withDestination } from "../testing/config-file.ts";
import { commandLine } from "../testing/command-line.ts";
import { temporaryFolder } from "../testing/folder.ts";
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
  const [plain, json] = await Promise.all([
    runSyncbell(["check"], { cwd }),
    runSyncbell(["check", "--json"], { cwd }),
  ]);
  expect(plain).toEqual({
    code: 0,
    stdout: "syncbell.yaml: no problems; destinations: ops\n",
    stderr: "",
  });
  expect([json.code, JSON.parse(json.stdout)]).toEqual([
    0,
    { problems: [], destinations: ["ops"] },
  ]);
  expect(receiver.requests).toEqual([]);
  expect(readdirSync(cwd)).toEqual(["syncbell.yaml"]);
});

test("a bad one ends with 1, and says each mistake as file:line:column: message", async () => {
  const cwd = folderWith(twoMistakes);
  const [plain, json] = await Promise.all([
    runSyncbell(["check"], { cwd }),
    runSyncbell(["check", "--json"], { cwd }),
  ]);
  expect(plain.code).toBe(1);
  expect(plain.stdout).toBe(lines.map((line) => `syncbell.yaml:${line}\n`).join(""));
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toEqual({
    problems: [
      { file: "syncbell.yaml", line: 4, column: 20, message: lines[0]?.slice("4:20: ".length) },
      { file: "syncbell.yaml", line: 5, column: 1, message: lines[1]?.slice("5:1: ".length) },
    ],
  });
});

test("the file is the one that is named, else the setting's, else syncbell.yaml if it is there", async () => {
  const cwd = folderWith(twoMistakes);
  mkdirSync(join(cwd, "sub"));
  for (const name of ["named.yaml", "set.yaml"]) writeFileSync(join(cwd, "sub", name), "links: {}");
  const env = { SYNCBELL_CONFIG: "sub/set.yaml" };
  const [set, none] = await Promise.all([
    runSyncbell(["check"], { cwd, env }),
    runSyncbell(["check"], { cwd: join(cwd, "sub") }),
  ]);
  const sub = join(cwd, "sub");
  const named = await commandLine(["check", "--config", `${sub}/named.yaml`], {
    SYNCBELL_CONFIG: `${sub}/set.yaml`,
  });
  const missing = await commandLine(["check", "--config", `${sub}/none.yaml`]);
  expect(named.stdout).toBe(`${sub}/named.yaml: no problems; destinations: none\n`);
  expect(set.stdout).toBe("sub/set.yaml: no problems; destinations: none\n");
  expect([missing.code, missing.stdout]).toEqual([
    1,
    `${sub}/none.yaml:1:1: there is no such file\n`,
  ]);
  expect([none.code, none.stderr]).toEqual([
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
