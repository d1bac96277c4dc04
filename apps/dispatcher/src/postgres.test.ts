import { expect, test } from "vitest";
import { LOOPBACK } from "./testing/config-file.ts";
import { destinationsAt } from "./testing/destinations-at.ts";
import { postSync } from "./testing/events.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { startReceiver } from "./testing/receiver.ts";
import { KEYS, startSeveral } from "./testing/several-dispatchers.ts";
import type { Serving } from "./testing/syncbell-child.ts";
import { runSyncbell } from "./testing/syncbell-process.ts";
import { until } from "./testing/until.ts";

test("what one dispatcher accepts is delivered once, also when that one is gone", async () => {
  const receiver = await startReceiver();
  const all = await startSeveral(2, destinationsAt(receiver.url, { ops: "" }));
  const ids: string[] = [];
  for (let nth = 0; nth < 20; nth++) {
    const { status, body } = await all[nth % 2]!.post(postSync({ sync: `sync-${nth}` }));
    expect(status).toBe(202);
    ids.push(...body.deliveries.map(({ id }: { readonly id: string }) => id));
  }
  await until(() => receiver.requests.length === 20);
  const got = receiver.requests.map(({ headers }) => String(headers["webhook-id"])).toSorted();
  expect(got).toEqual(ids.toSorted());
  // The same event at another dispatcher is the same event.
  expect((await all[1]!.post(postSync({ sync: "sync-0" }))).body.duplicate).toBe(true);
  expect((await all[0]!.end("SIGTERM")).code).toBe(0);
  await all[1]!.delivered(postSync({ sync: "sync-last" }));
  expect(receiver.requests).toHaveLength(21);
});

test("a destination that is made, paused and deleted at one dispatcher is so at the other", async () => {
  const receiver = await startReceiver();
  const [one, other] = await startSeveral(2, LOOPBACK);
  const { body: made } = await one!.send("POST", "/v1/destinations", {
    channel: "http",
    config: { url: `${receiver.url}/made` },
  });
  const shownAt = async (at: Serving): Promise<any> =>
    (await at.call("GET", `/v1/destinations/${made.id}`)).body;
  const stateAt = async (at: Serving): Promise<unknown> => (await shownAt(at)).state;
  await until(async () => (await stateAt(other!)) === "active");
  await other!.delivered(postSync({ sync: "sync-1" }));
  await one!.call("POST", `/v1/destinations/${made.id}/pause`);
  await until(async () => (await stateAt(other!)) === "paused");
  await other!.post(postSync({ sync: "sync-2" }));
  await one!.send("PATCH", `/v1/destinations/${made.id}`, {
    config: { url: `${receiver.url}/moved` },
  });
  await until(async () => String((await shownAt(other!)).config.url).endsWith("/moved"));
  await other!.call("POST", `/v1/destinations/${made.id}/resume`);
  await until(() => receiver.at("/moved").length === 1);
  expect(receiver.at("/made")).toHaveLength(1);
  await one!.call("DELETE", `/v1/destinations/${made.id}`);
  await until(async () => (await stateAt(other!)) === undefined);
});

test("the keys have to be given, and what can't be opened is told without the password", async () => {
  const cwd = temporaryFolder();
  const at = { SYNCBELL_DATABASE_URL: "postgres://user:s3cr3t@127.0.0.1:9/syncbell" };
  for (const missing of Object.keys(KEYS)) {
    const env = { ...KEYS, ...at, [missing]: "" };
    expect(await runSyncbell(["serve"], { cwd, env })).toEqual({
      code: 1,
      stdout: "",
      stderr: `syncbell serve: ${missing} is not set: with Postgres all dispatchers are given the same, none is made\n`,
    });
  }
  const { code, stderr } = await runSyncbell(["serve"], { cwd, env: { ...KEYS, ...at } });
  expect(code).toBe(1);
  expect(stderr).toBe(
    "syncbell serve: the database postgres://127.0.0.1:9/syncbell can't be opened: connect ECONNREFUSED 127.0.0.1:9\n",
  );
});
