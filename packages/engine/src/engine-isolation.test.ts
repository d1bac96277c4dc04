import { expect, test } from "vitest";
import { startReceiver } from "./testing/receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { until } from "./testing/until.ts";
import { startWire } from "./testing/wire.ts";

test("beside a destination that never answers, a live one gets all its messages", async () => {
  const dead = await startWire();
  const live = await startReceiver();
  const { engine, post } = await startRunning({
    destinations: [bellAt(dead.url, "dead"), bellAt(live.url, "live")],
  });
  const ids: (readonly string[])[] = [];
  for (let event = 0; event < 100; event++) ids.push(await post());
  await until(() => live.requests.length === 100);
  const [firstDead = ""] = ids[0] ?? [];
  expect((await engine.kept.delivery(firstDead))?.state).toBe("sending");
  expect(dead.sockets.length).toBeLessThanOrEqual(2);
  const keys = live.requests.map(({ headers }) => headers["x-key"]);
  expect(new Set(keys)).toEqual(new Set(ids.map(([, id]) => id)));
});

test("40 destinations that hang, with 50 messages each, do not hold up 500 for a live one", async () => {
  const dead = await startWire();
  const live = await startReceiver();
  const hung = Array.from({ length: 40 }, (_, index) => bellAt(dead.url, `dead-${index}`));
  const { engine } = await startRunning({
    destinations: [
      ...hung.map((each) => ({ ...each, tenant: "tenant-dead" })),
      { ...bellAt(live.url, "live"), tenant: "tenant-live" },
    ],
  });
  const accept = (tenant: string, sync: number): Promise<unknown> =>
    engine.accept({
      bytes: Buffer.from(
        JSON.stringify({
          event_type: "post_sync",
          task_type: "transform",
          status: "failed",
          sync: { id: `sync-${sync}` },
          task: { id: "t", name: "T" },
          tenant: { id: tenant, name: tenant },
        }),
      ),
    });
  await Promise.all(Array.from({ length: 50 }, (_, sync) => accept("tenant-dead", sync)));
  await until(() => dead.sockets.length >= 40);
  await Promise.all(Array.from({ length: 500 }, (_, sync) => accept("tenant-live", sync)));
  await until(() => live.requests.length === 500);
  expect(new Set(live.requests.map(({ headers }) => headers["x-key"])).size).toBe(500);
  expect(dead.sockets.length).toBeLessThanOrEqual(128);
});

test("a destination with one place gets one message at a time, in the order they came", async () => {
  let underWay = 0;
  let most = 0;
  const receiver = await startReceiver((response) => {
    most = Math.max(most, ++underWay);
    setImmediate(() => {
      underWay--;
      response.end();
    });
  });
  const narrow = bellAt(receiver.url);
  const limits = { concurrency: 1, dropsRepeats: false };
  const { post } = await startRunning({
    destinations: [{ ...narrow, channel: { ...narrow.channel, limits } }],
  });
  const ids: string[] = [];
  for (let event = 0; event < 30; event++) ids.push(...(await post()));
  await until(() => receiver.requests.length === 30);
  expect(most).toBe(1);
  expect(receiver.requests.map(({ headers }) => headers["x-key"])).toEqual(ids);
});

test("what is owed to a destination that is gone from the configuration ends, and stands in no way", async () => {
  const receiver = await startReceiver();
  const first = await startRunning({ destinations: [bellAt("http://127.0.0.1:1/", "old")] });
  const [owed = ""] = await first.post();
  await first.attempted(owed, 1);
  await first.engine.drain(0);
  await first.store.close();
  const { place, clock } = first;
  const second = await startRunning({ place, clock, destinations: [bellAt(receiver.url, "new")] });
  const [id = ""] = await second.post({ sync: "sync-2" });
  await second.reached(id, "delivered");
  await clock.advance(60_000);
  expect(await second.engine.kept.delivery(owed)).toMatchObject({
    state: "cancelled",
    reason: "the destination was deleted",
  });
});
