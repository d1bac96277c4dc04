import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
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
    `${file}:2:6: the decision for "ops" is filtered, not deliver: the first run seen, a success (first); notify has broke, recovered`,
    `${file}:3:1: there is no destination "nobody"`,
    "",
  ]);
});

test("all that is wrong in the folder is told at once, each with its place", async () => {
  const folder = write({
    "tests/1.json": '{\n  "event_type": post_sync\n}',
    "tests/2.json": '{ "a": 1,\n "b" 2 }',
    "tests/3.json": '{ "a": [1,\n',
    "tests/4.json": failed.replace('"sync-1"', "7"),
    "tests/5.expected.yaml": "ops: deliver\n",
    "tests/6.json": failed,
    "tests/6.expected.yml": "ops: filtered\n",
    "tests/7.json": succeeded,
    "tests/7.expected.yaml": "ops: filtered\n",
    "tests/inner/1.json": "",
  });
  symlinkSync("nowhere", join(folder, "tests", "8.json"));
  symlinkSync("..", join(folder, "tests", "inner", "up"));
  const { code, stdout, stderr } = await run(folder, "check", "--events", join(folder, "tests"));
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  const syncColumn = failed.replace('"sync-1"', "7").indexOf("7", failed.indexOf('"sync":')) + 1;
  const told = [
    "1.json:2:17: is not JSON",
    "2.json:2:6: is not JSON",
    "3.json:1:11: is not JSON",
    `4.json:1:${syncColumn}: is no event: sync.id must be text, not a number`,
    "5.expected.yaml:1:1: there is no 5.json that it is of",
    "6.expected.yml:1:1: is not read: expected decisions stand in NAME.expected.yaml",
    '7.expected.yaml:1:6: the decision for "ops" is deliver, not filtered: the pipeline recovered after 1 failure (recovered); it was told of the failure',
    "8.json:1:1: can't be read (ENOENT)",
    "inner/1.json:1:1: is not JSON",
    "inner/up:1:1: leads back to a folder that it is in",
  ];
  expect(stdout.split("\n")).toEqual([...told.map((line) => join(folder, "tests", line)), ""]);
});

test("a link to a folder is followed", async () => {
  const folder = write({
    "shared/1.json": failed,
    "shared/1.expected.yaml": "ops: filtered\n",
    "tests/1.json": failed,
  });
  symlinkSync(join(folder, "shared"), join(folder, "tests", "linked"));
  const { code, stdout } = await run(folder, "check", "--events", join(folder, "tests"));
  const file = join(folder, "tests", "linked", "1.expected.yaml");
  expect([code, stdout]).toEqual([
    1,
    expect.stringMatching(new RegExp(`^${file}:1:6: the decision for "ops" is`)),
  ]);
});

test("an event that is no run comes when it says itself that it was", async () => {
  const quiet =
    CONFIG +
    `  - id: night
    channel: slack
    config: { url: "https://hooks.slack.com/services/T/B/y" }
    when: { event_type: { $in: [sync.overdue, destination.failing, deploy] } }
    mute: { hours: "22:00-06:00", then: drop }
`;
  const overdue = (at: string) =>
    JSON.stringify({
      event_type: "sync.overdue",
      status: "overdue",
      tenant: { id: "tenant-1", name: "Test Tenant" },
      task: { id: "task-1", name: "Salesforce" },
      task_type: "pipeline",
      expected_at: at,
      grace_seconds: 600,
      last: { sync_id: "sync-1", status: "succeeded", stopped_at: null },
    });
  const failing = {
    event_type: "destination.failing",
    status: "failing",
    destination: {
      id: "x",
      channel: "slack",
      failures: 5,
      failing_since: "2024-11-11T23:00:00Z",
      reason: null,
    },
  };
  const folder = write({
    "syncbell.yaml": quiet,
    "tests/1.json": overdue("2024-11-11T21:45:00Z"),
    "tests/1.expected.yaml": "night: deliver\n",
    "tests/2.json": overdue("2024-11-11T21:55:00Z"),
    "tests/2.expected.yaml": "night: muted\n",
    // Of this one nothing is known but that it comes after the one before it.
    "tests/3.json": JSON.stringify({ event_type: "deploy", status: "done" }),
    "tests/3.expected.yaml": "night: muted\n",
    "tests/4.json": JSON.stringify({
      event_type: "deploy",
      status: "done",
      time: "2024-11-12T12:00:00Z",
    }),
    "tests/4.expected.yaml": "night: deliver\n",
    "tests/5.json": JSON.stringify(failing),
    "tests/5.expected.yaml": "night: muted\n",
  });
  const { stdout } = await run(folder, "check", "--events", join(folder, "tests"));
  expect(stdout).toMatch(/5 events decided, 5 decisions as expected/);
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
