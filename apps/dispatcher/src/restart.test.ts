import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { LOOPBACK } from "./testing/config-file.ts";
import { postSync } from "./testing/events.ts";
import { makeDestination } from "./testing/made-destination.ts";
import { startReceiver } from "./testing/receiver.ts";
import { type RunningDispatcher, startRunning } from "./testing/running-dispatcher.ts";
import { until } from "./testing/until.ts";

/** Stops a dispatcher and starts another on what it leaves behind. */
async function restarted({ stop, folder }: RunningDispatcher, config = LOOPBACK) {
  await stop();
  return startRunning({ config, folder });
}

const stateOf = async ({ call }: RunningDispatcher, path: string): Promise<string> =>
  (await call("GET", path)).body.state;

test("a destination of the API is the same after a restart, and so is its secret", async () => {
  const receiver = await startReceiver();
  const before = await startRunning({ config: LOOPBACK });
  const made = await makeDestination(before, receiver.url, {
    when: { status: { $in: ["failed", "cancelled"] } },
    tenant: "tenant-1",
    expire: "6h",
    pace: { per_second: 100 },
  });
  const view = (await before.call("GET", made.path)).body;
  const after = await restarted(before);
  expect((await after.call("GET", made.path)).body).toEqual(view);
  expect((await after.post(postSync())).body.deliveries).toEqual([]);
  await after.delivered(postSync({ status: "failed" }));
  const [request] = receiver.requests;
  const headers = request?.headers as Record<string, string>;
  expect(() =>
    new Webhook(made.config["secret"]).verify(request?.body ?? "", headers),
  ).not.toThrow();
  await after.call("DELETE", made.path);
  const again = await restarted(after);
  expect((await again.call("GET", "/v1/destinations")).body.data).toEqual([]);
});

test("paused, disabled, and how it has been doing: all of it is there after a restart", async () => {
  const receiver = await startReceiver((response, { path }) =>
    response.writeHead({ "/gone": 410, "/failing": 500 }[path] ?? 200).end(),
  );
  const inFile = `${LOOPBACK}destinations: [{ id: ops, channel: http, config: { url: "${receiver.url}/ops" } }]`;
  const before = await startRunning({ config: inFile });
  const made: Record<string, string> = { ops: "/v1/destinations/ops" };
  for (const name of ["gone", "failing", "paused"]) {
    made[name] = (await makeDestination(before, `${receiver.url}/${name}`)).path;
  }
  for (const name of ["ops", "paused"]) await before.send("POST", `${made[name]}/pause`);
  const { deliveries } = (await before.post(postSync())).body;
  const held = deliveries.find((one: { destination_id: string }) => one.destination_id === "ops");
  await until(async () => (await stateOf(before, made["gone"] ?? "")) === "disabled");
  const views = async ({ call }: RunningDispatcher) =>
    Promise.all(Object.values(made).map(async (path) => (await call("GET", path)).body));
  await until(async () => (await views(before))[2].health.failures === 1);
  const known = await views(before);
  expect(known.map(({ state }) => state)).toEqual(["paused", "disabled", "active", "paused"]);
  const after = await restarted(before, inFile);
  expect(await views(after)).toEqual(known);
  expect((await after.post(postSync({ sync: "sync-2" }))).body.deliveries).toHaveLength(3);
  expect(receiver.at("/ops")).toEqual([]);
  await after.send("POST", `${made["ops"]}/resume`);
  expect(await after.attempted(held.id, 1)).toMatchObject({ state: "delivered" });
});

test("a replay that was running goes on after a restart, and makes each delivery once", async () => {
  const EVENTS = 400;
  const receiver = await startReceiver((response) => response.writeHead(410).end());
  const before = await startRunning({ config: LOOPBACK });
  const { path, id } = await makeDestination(before, receiver.url);
  await before.delivered(postSync());
  await until(async () => (await stateOf(before, path)) === "disabled");
  const since = new Date(Date.now() - 60_000).toISOString();
  await Promise.all(
    Array.from({ length: EVENTS }, (_, n) => before.post(postSync({ sync: `missed-${n}` }))),
  );
  await before.send("POST", `${path}/resume`);
  await before.send("POST", `${path}/pause`);
  const replay = (await before.send("POST", `${path}/replay`, { since, states: ["disabled"] }))
    .body;
  const after = await restarted(before);
  const job = `/v1/replays/${replay.id}`;
  await until(async () => (await after.call("GET", job)).body.state !== "running");
  expect((await after.call("GET", job)).body).toMatchObject({
    state: "done",
    total: EVENTS,
    done: EVENTS,
    destination_id: id,
  });
  const events = new Set<string>();
  let listed = 0;
  for (let cursor = ""; cursor !== "end";) {
    const query = `state=pending&limit=200${cursor && `&cursor=${cursor}`}`;
    const { data, next_cursor } = (await after.call("GET", `/v1/deliveries?${query}`)).body;
    for (const { event_id } of data) events.add(event_id);
    listed += data.length;
    cursor = next_cursor ?? "end";
  }
  expect([listed, events.size]).toEqual([EVENTS, EVENTS]);
});
