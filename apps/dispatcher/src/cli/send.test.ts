import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandLine } from "../testing/command-line.ts";
import { LOOPBACK } from "../testing/config-file.ts";
import { FIXTURES, fixture } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { startReceiver } from "../testing/receiver.ts";
import { TOKEN, startRunning } from "../testing/running-dispatcher.ts";
import { ended } from "../testing/syncbell-child.ts";
import { runSyncbell, spawnSyncbell } from "../testing/syncbell-process.ts";

const EVENT_ID = "evt_[0-9A-Z]{26}";

/** A dispatcher, and what a shell needs to send to it. */
async function shell() {
  const receiver = await startReceiver();
  const { url, call } = await startRunning({
    config: `${LOOPBACK}destinations:
  - { id: ops, channel: slack, config: { url: "${receiver.url}/" } }
  - { id: failures, channel: slack, config: { url: "${receiver.url}/" }, when: { outcome: failed } }
`,
  });
  const cwd = temporaryFolder();
  for (const name of FIXTURES) writeFileSync(join(cwd, `${name}.json`), fixture(name));
  writeFileSync(join(cwd, "bad.json"), "{}");
  writeFileSync(join(cwd, "nonsense.json"), "nonsense");
  const env = { PORT: new URL(url).port, SYNCBELL_ADMIN_TOKEN: TOKEN };
  const at = (file: string): string => join(cwd, "/", file);
  const event = async (id: string): Promise<string> => (await call("GET", `/v1/events/${id}`)).text;
  return { url, cwd, at, event, env, token: { SYNCBELL_ADMIN_TOKEN: TOKEN } };
}

test("events are sent from files, and what became of each is said", async () => {
  const { at, env, url, token } = await shell();
  const sent = await commandLine(["send", ...FIXTURES.map((name) => at(`${name}.json`))], env);
  expect([sent.code, sent.stderr]).toEqual([0, ""]);
  expect(sent.stdout.replaceAll(at(""), "")).toMatch(
    new RegExp(`^pipeline.post_sync.succeeded.json: ${EVENT_ID}, owed to ops
transform.post_sync.succeeded.json: ${EVENT_ID}, owed to ops
pipeline.post_sync.failed.json: ${EVENT_ID}, owed to ops, failures
$`),
  );
  const file = at(`${FIXTURES[0]}.json`);
  const again = await commandLine(["send", "--json", "--to", url, file], token);
  expect(JSON.parse(again.stdout)).toEqual({
    file,
    status: 202,
    body: {
      id: expect.stringMatching(new RegExp(`^${EVENT_ID}$`)),
      duplicate: true,
      deliveries: [expect.objectContaining({ destination_id: "ops" })],
    },
  });
});

test("an event is sent from standard input, to the byte", async () => {
  const { cwd, env, event } = await shell();
  const input = `{"event_type":"x","n":9007199254740993,"status":"é 日本"}\n`;
  const { code, stdout, stderr } = await runSyncbell(["send", "-"], { cwd, env, input });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(new RegExp(`^-: ${EVENT_ID}, owed to nobody\n$`));
  expect(await event(stdout.slice(3, 33))).toContain(`"event":${input},`);
});

test("what is refused ends with 1, with every mistake, and the other files are sent", async () => {
  const { at, env } = await shell();
  const files = ["bad.json", `${FIXTURES[0]}.json`, "nonsense.json"].map(at);
  const refused = await commandLine(["send", ...files], env);
  expect([refused.code, refused.stderr]).toEqual([1, ""]);
  expect(refused.stdout.replaceAll(at(""), "")).toMatch(
    new RegExp(`^bad.json: refused with 422: The body is JSON, but not an event.
  event_type is required
  status is required
pipeline.post_sync.succeeded.json: ${EVENT_ID}, owed to ops
nonsense.json: refused with 400: The body is not JSON.
$`),
  );
  const json = await commandLine(["send", "--json", at("bad.json")], env);
  const body = expect.objectContaining({ errors: expect.any(Array) });
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toEqual({ file: at("bad.json"), status: 422, body });
  const wrong = { ...env, SYNCBELL_ADMIN_TOKEN: "other" };
  expect(await commandLine(["send", at("bad.json")], wrong)).toEqual({
    code: 1,
    stdout: `${at("bad.json")}: refused with 401: The token is not known here.\n`,
    stderr: "",
  });
  expect(await commandLine(["send", at("none.json")], env)).toEqual({
    code: 2,
    stdout: "",
    stderr: `syncbell send: ${at("none.json")} can't be read (ENOENT)\n`,
  });
});

test("where no dispatcher answers, that is said, and how to start one", async () => {
  const cwd = temporaryFolder();
  const placeholder = createServer().listen(0, "127.0.0.1");
  await once(placeholder, "listening");
  const port = String((placeholder.address() as { readonly port: number }).port);
  placeholder.close();
  await once(placeholder, "close");
  const file = join(cwd, "event.json");
  writeFileSync(file, "{}");
  const env = { PORT: port, SYNCBELL_ADMIN_TOKEN: "x" };
  expect(await commandLine(["send", file], env)).toEqual({
    code: 1,
    stdout: "",
    stderr: `syncbell send: no dispatcher answers at http://127.0.0.1:${port}; start one with: syncbell serve\n`,
  });
});

test("without a token nothing is sent; the one that a dispatcher made for itself is found", async () => {
  const { env, at, cwd } = await shell();
  const database = join(cwd, "syncbell.db");
  const here = { PORT: env.PORT, SYNCBELL_DATABASE_URL: `sqlite:${database}` };
  const send = ["send", at(`${FIXTURES[0]}.json`)];
  expect(await commandLine(send, here)).toEqual({
    code: 1,
    stdout: "",
    stderr: `syncbell send: SYNCBELL_ADMIN_TOKEN is not set, and there is no ${database}.admin-token here\n`,
  });
  writeFileSync(`${database}.admin-token`, `${TOKEN}\n`);
  expect(await commandLine(send, here)).toMatchObject({ code: 0 });
});

test("a command that waits for its input is ended by one Ctrl-C", async () => {
  const cwd = temporaryFolder();
  const child = spawnSyncbell(["send", "-"], { cwd, env: { SYNCBELL_ADMIN_TOKEN: "x" } });
  const end = ended(child);
  // More than a pipe holds: when all of it is gone, the command has begun to read.
  await new Promise((resolve) => child.stdin?.write(Buffer.alloc(1_000_000, " "), resolve));
  child.kill("SIGINT");
  expect(await end).toMatchObject({ code: null, stdout: "", stderr: "" });
});
