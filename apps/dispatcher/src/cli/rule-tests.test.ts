import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandLine } from "../testing/command-line.ts";
import { postSync } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";

const CONFIG = `destinations:
  - id: ops
    channel: slack
    config: { url: "https://hooks.slack.com/services/T/B/the-secret" }
    when: { status: failed }
    notify: [broke, recovered]
  - { id: all, channel: slack, config: { url: "https://hooks.slack.com/services/T/B/x" } }
`;

function write(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries({ "syncbell.yaml": CONFIG, ...files })) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const failed = postSync({ status: "failed", sync: "sync-1", taskName: "Salesforce" });
const succeeded = postSync({ sync: "sync-2", taskName: "Salesforce" });

function run(folder: string, ...words: readonly string[]) {
  return commandLine([...words, "--config", join(folder, "syncbell.yaml")]);
}

test("rules are tried on a folder of events, each folder in it a story of its own", async () => {
  const folder = write({
    "tests/1.json": failed,
    "tests/1.expected.yaml": "ops: deliver\nall: deliver\n",
    "tests/2.json": succeeded,
    "tests/2.expected.yaml": "ops: deliver\n",
    "tests/healthy/1.json": succeeded,
    "tests/healthy/1.expected.yaml": "ops: filtered\n",
  });
  expect(await run(folder, "check", "--events", join(folder, "tests"))).toEqual({
    code: 0,
    stdout: `${join(folder, "syncbell.yaml")}: no problems; destinations: ops, all; 3 events decided, 4 decisions as expected\n`,
    stderr: "",
  });
});

test("what is decided otherwise is told with its place and the reason", async () => {
  const folder = write({
    "tests/1.json": succeeded,
    "tests/1.expected.yaml": "all: deliver\nops: deliver\nnobody: filtered\n",
  });
  const { code, stdout } = await run(folder, "check", "--events", join(folder, "tests"));
  const file = join(folder, "tests", "1.expected.yaml");
  expect(code).toBe(1);
  expect(stdout.split("\n")).toEqual([
    `${file}:2:6: "ops" was to be deliver, and is filtered: the first run seen, a success (first); notify has broke, recovered`,
    `${file}:3:1: the event is not in the reach of "nobody"`,
    "",
  ]);
});

test("explain says who would hear, and why, of events one after the other", async () => {
  const folder = write({ "1.json": failed, "2.json": succeeded });
  const files = [join(folder, "1.json"), join(folder, "2.json")] as const;
  const { code, stdout } = await run(folder, "explain", "--destination", "ops", ...files);
  expect(code).toBe(0);
  expect(stdout).toBe(
    `${files[0]}: Salesforce failed (broke)
  ops  deliver     the pipeline broke (broke); rule matches: status = "failed"
${files[1]}: Salesforce recovered after 1 failure (recovered)
  ops  deliver     the pipeline recovered after 1 failure (recovered); it was told of the failure
`,
  );
});

test("preview shows the message that would be sent, and no secret", async () => {
  const folder = write({ "1.json": failed });
  const { code, stdout } = await run(folder, "preview", "--json", join(folder, "1.json"));
  expect(code).toBe(0);
  const { messages } = JSON.parse(stdout) as { messages: readonly Record<string, unknown>[] };
  expect(messages.map(({ destination_id: id }) => id)).toEqual(["ops", "all"]);
  expect(messages[0]).toMatchObject({
    message: { text: expect.stringMatching(/^Status: failed \| Tenant: /) },
    limit: 40_000,
    warnings: [],
  });
  expect(stdout).not.toContain("the-secret");
});

test("a file that holds no event is told with what is wrong", async () => {
  const folder = write({ "1.json": '{"event_type":"post_sync"}', "2.json": "nothing" });
  const { code, stderr } = await run(folder, "explain", join(folder, "1.json"));
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/1\.json is no event:\n {2}task_type is/),
  ]);
  const other = await run(folder, "preview", join(folder, "2.json"));
  expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/2\.json is not JSON/)]);
});
