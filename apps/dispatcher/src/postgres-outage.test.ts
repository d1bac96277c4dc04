import { expect, onTestFinished, test } from "vitest";
import type { Answer } from "./testing/api-client.ts";
import { destinationsAt } from "./testing/destinations-at.ts";
import { postSync } from "./testing/events.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { holdingReceiver } from "./testing/holding-receiver.ts";
import { ownServer } from "./testing/own-server.ts";
import { PersistentProducer } from "./testing/persistent-producer.ts";
import { newDatabase, newDatabaseWith, rowsOf } from "./testing/postgres-database.ts";
import { startReceiver } from "./testing/receiver.ts";
import { KEYS, startSeveral } from "./testing/several-dispatchers.ts";
import { runSyncbell } from "./testing/syncbell-process.ts";
import { startProxy } from "./testing/tcp-proxy.ts";
import { until } from "./testing/until.ts";

const PASSWORD = "s3cret-of-the-database";

/** How an answer says that there is no store at the moment. */
function refusal({ status, headers, body }: Answer): readonly unknown[] {
  return [status, headers.get("retry-after"), headers.get("content-type"), body.status];
}

const REFUSED = [503, "5", "application/problem+json; charset=utf-8", 503];

test("a database that goes away is said, and what was under way is recorded once it is back", async () => {
  const database = await newDatabaseWith(PASSWORD);
  const proxy = await startProxy(database);
  const receiver = await holdingReceiver();
  const config = destinationsAt(receiver.url, { ops: "" });
  const [cutOff] = await startSeveral(1, config, proxy.url);
  const { body: posted } = await cutOff!.post(postSync({ sync: "sync-1" }));
  await until(() => receiver.requests.length === 1);

  // A read that is under way meets the cut too.
  proxy.set("silent");
  const reading = cutOff!.call("GET", `/v1/events/${posted.id}`);
  proxy.set("cut");
  expect(refusal(await reading)).toEqual(REFUSED);
  expect(refusal(await cutOff!.post(postSync({ sync: "sync-2" })))).toEqual(REFUSED);
  expect(await cutOff!.call("GET", "/readyz")).toMatchObject({
    status: 503,
    body: { detail: "The store does not answer." },
  });
  expect(await cutOff!.call("GET", "/healthz")).toMatchObject({ status: 200 });
  receiver.release();
  // What the receiver said can't be recorded, however often it is tried.
  const before = proxy.connections();
  await until(() => proxy.connections() > before + 10);
  expect((await cutOff!.call("GET", "/healthz")).status).toBe(200);

  proxy.set("open");
  const [id = ""] = posted.deliveries.map((one: { readonly id: string }) => one.id);
  expect(await cutOff!.attempted(id, 1)).toMatchObject({
    state: "delivered",
    attempts: [{ number: 1, outcome: "delivered" }],
  });
  await cutOff!.delivered(postSync({ sync: "sync-2" }));
  expect(await cutOff!.call("GET", "/readyz")).toMatchObject({ status: 200 });
  expect(receiver.requests).toHaveLength(2);
  // It hears of others again.
  const listening = `select 1 from pg_stat_activity
    where application_name = 'syncbell news' and datname = current_database()`;
  await until(async () => (await rowsOf(database, listening)).length === 1);
  const { code, stdout, stderr } = await cutOff!.end("SIGTERM");
  expect(code).toBe(0);
  expect(stdout + stderr).not.toContain(PASSWORD);
  const errors = stdout.split("\n").filter((line) => line.includes('"level":"error"'));
  const messages = errors.map((line): string => JSON.parse(line).msg);
  // One for each request that was refused, and one for each thing that goes on by itself.
  expect(messages.filter((one) => one === "the store can't take an event")).toHaveLength(2);
  expect(new Set(messages).size).toBeGreaterThan(1);
  expect(messages.length).toBeLessThanOrEqual(2 + 4);
}, 60_000);

test("while a server starts it is not waited for by a start, and refused by who is there", async () => {
  const receiver = await startReceiver();
  const proxy = await startProxy(await newDatabase());
  const [running] = await startSeveral(1, destinationsAt(receiver.url, { ops: "" }), proxy.url);
  proxy.set("starting");
  expect(refusal(await running!.post(postSync()))).toEqual(REFUSED);
  const env = { ...KEYS, SYNCBELL_DATABASE_URL: proxy.url };
  const { host, pathname } = new URL(proxy.url);
  expect(await runSyncbell(["serve"], { cwd: temporaryFolder(), env })).toEqual({
    code: 1,
    stdout: "",
    stderr: `syncbell serve: the database postgres://${host}${pathname} can't be opened: the database system is starting up\n`,
  });
  proxy.set("open");
  await running!.delivered(postSync());
});

test("a start whose connection is lost while the tables are made ends with the reason", async () => {
  const proxy = await startProxy(await newDatabase());
  proxy.cutAnswer("create table events", "create index");
  const env = { ...KEYS, SYNCBELL_DATABASE_URL: proxy.url };
  const { code, stderr } = await runSyncbell(["serve"], { cwd: temporaryFolder(), env });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^syncbell serve: the database \S+ can't be opened: .+\n$/);
});

test("an event that was kept is not said to be lost where the answer of the database did not come", async () => {
  const receiver = await startReceiver();
  const proxy = await startProxy(await newDatabase());
  const [one] = await startSeveral(1, destinationsAt(receiver.url, { ops: "" }), proxy.url);
  proxy.cutAnswer("insert into events", "commit");
  const first = await one!.post(postSync());
  expect(refusal(first)).toEqual(REFUSED);
  expect(first.body.detail).toContain("may have been kept");
  expect((await one!.post(postSync())).body).toMatchObject({ duplicate: true });
  await until(() => receiver.requests.length === 1);
});

test("a server that is restarted under load costs producers a wait, and no event", async () => {
  const server = await ownServer();
  const receiver = await startReceiver();
  const all = await startSeveral(2, destinationsAt(receiver.url, { ops: "" }), server.url);
  let nth = 0;
  const producer = new PersistentProducer({
    dispatcher: () => all[nth++ % all.length],
    mayRefuse: true,
    eventOf: (n) => postSync({ sync: `sync-${n}` }),
    random: Math.random,
    restMs: () => 20,
  });
  onTestFinished(() => producer.finish());
  await until(() => producer.taken.size > 50);
  await server.end("SIGINT");
  await until(() => producer.refused > 10);
  await server.start();
  const { size } = producer.taken;
  await until(() => producer.taken.size > size + 50);
  await producer.finish();
  expect([producer.mistakes, producer.unanswered]).toEqual([[], 0]);
  const owed = [...producer.taken.values()].flatMap(({ deliveries }) => deliveries);
  const told = (): Set<string> =>
    new Set(receiver.requests.map(({ headers }) => String(headers["webhook-id"])));
  await until(() => told().size === owed.length);
  expect(told()).toEqual(new Set(owed.map(({ id }) => id)));
}, 60_000);
