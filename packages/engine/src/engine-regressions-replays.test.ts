import { describe, expect, test } from "vitest";
import type { Engine } from "./engine.ts";
import type { DeliveryState } from "./store/delivery-records.ts";
import { writeMissed, writeOwed } from "./testing/backlog.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { keysOf, startReceiver, syncsOf } from "./testing/receiver.ts";
import { bellAt, restarted, startRunning } from "./testing/running-engine.ts";
import { watchedStore } from "./testing/watched-store.ts";

const MINUTE = 60_000;

/** How many deliveries of `ops` are in a state. */
async function countOf({ kept }: Engine, state: DeliveryState): Promise<number> {
  return (await kept.deliveries({ destinationId: "ops", state }, { limit: 5_000 })).length;
}

describe("a replay", () => {
  test("waits while its destination can't be opened, and goes on at the next start", async () => {
    const first = await startRunning({});
    const { clock } = first;
    const since = clock.now();
    const destination = bellAt("", "dst_1");
    await first.engine.destinations.put(destination, "sealed");
    await first.engine.destinations.setState("dst_1", "paused");
    await writeMissed(first.store, 1_500, since, "dst_1");
    await clock.advance(1_000);
    const { id } = await first.engine.replays.destination("dst_1", { since });

    const second = await restarted(first, { revive: () => undefined });
    expect(second.engine.destinations.all()).toEqual([]);
    const { done } = (await second.engine.kept.replay(id)) ?? {};
    await clock.advance(MINUTE);
    expect(await second.engine.kept.replay(id)).toMatchObject({ state: "running", done });

    const third = await restarted(second, { revive: () => destination });
    await clock.advance(1_000);
    expect(await third.engine.kept.replay(id)).toMatchObject({
      state: "done",
      total: 1_500,
      done: 1_500,
    });
  });

  test("that is short is done while a long one still runs", async () => {
    const running = await startRunning({ destinations: [bellAt("", "long"), bellAt("", "short")] });
    const { engine, store, clock } = running;
    const since = clock.now();
    for (const id of ["long", "short"]) await engine.destinations.setState(id, "paused");
    await writeMissed(store, 5_000, since, "long");
    await writeMissed(store, 1, since + 1, "short");
    await clock.advance(1_000);
    const long = await engine.replays.destination("long", { since });
    const short = await engine.replays.destination("short", { since });
    await clock.advance(100);
    expect(await engine.kept.replay(short.id)).toMatchObject({ state: "done", done: 1 });
    expect(await engine.kept.replay(long.id)).toMatchObject({ state: "running" });
    await clock.advance(1_000);
    expect(await engine.kept.replay(long.id)).toMatchObject({ state: "done", done: 5_000 });
  });

  test("of what was delivered makes each event once, though the clock is set back meanwhile", async () => {
    const receiver = await startReceiver();
    const running = await startRunning({ destinations: [bellAt(receiver.url)] });
    const { engine, clock, post, pass, quiet } = running;
    const count = 250;
    const syncs = Array.from({ length: count }, (_, index) => `sync-${index + 1}`);
    for (const sync of syncs) await post({ sync });
    await quiet();
    expect(receiver.requests).toHaveLength(count);
    await clock.advance(MINUTE);
    const { id } = await engine.replays.destination("ops", { since: 0, states: ["delivered"] });
    while ((await engine.kept.replay(id))?.done === 0) await clock.advance(1);
    expect(await engine.kept.replay(id)).toMatchObject({ state: "running", done: 100 });
    await clock.leap(-10 * MINUTE);
    await pass(1_000, 25);
    expect(await engine.kept.replay(id)).toMatchObject({
      state: "done",
      total: count,
      done: count,
    });
    await pass(20 * MINUTE);
    expect(syncsOf(receiver).slice(count).toSorted()).toEqual(syncs.toSorted());
  });

  test("ends in the step in which its destination is deleted", async () => {
    const { store, calls, down } = await watchedStore();
    const { engine, clock } = await startRunning({ store });
    await engine.destinations.put(bellAt("", "dst_1"), "sealed");
    await engine.destinations.put(bellAt("", "dst_2"), "sealed");
    for (const id of ["dst_1", "dst_2"]) {
      await engine.destinations.setState(id, "paused");
      await writeMissed(store, 500, clock.now(), id);
      await clock.advance(1_000);
    }
    const mine = await engine.replays.destination("dst_1", { since: 0 });
    const other = await engine.replays.destination("dst_2", { since: 0 });
    down.add("cancelReplays");
    await engine.destinations.remove("dst_1");
    expect((await engine.kept.replay(mine.id))?.state).toBe("cancelled");
    expect((await engine.kept.replay(other.id))?.state).toBe("running");
    await clock.advance(1_000);
    expect((await engine.kept.replay(other.id))?.state).toBe("done");
    expect(calls("cancelReplays")).toBe(0);
  });
});

describe("a destination that is made active again while what it was owed is being ended", () => {
  test("gets what is left of it, and what somebody asks for then", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    receiver.status = 400;
    const running = await startRunning({
      clock,
      destinations: [{ ...bellAt(receiver.url), pace: { perSecond: 10, burst: 2 } }],
    });
    const { engine, store, post, pass, quiet, delivery } = running;
    const [first = ""] = await post();
    await quiet();
    await engine.destinations.setState("ops", "paused");
    await writeOwed(store, 500, clock.now(), "ops");
    receiver.status = 410;
    await engine.retry(first);
    await quiet();
    expect(engine.destinations.get("ops")?.state).toBe("disabled");
    await clock.advance(10);

    receiver.status = 200;
    await engine.destinations.setState("ops", "active");
    await engine.destinations.setState("ops", "paused");
    const left = await countOf(engine, "pending");
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(500);
    // The pace lets it begin only when all would have been ended.
    await engine.retry(first);
    await clock.advance(50);
    expect(receiver.requests).toHaveLength(2);
    await pass(1_000, 50);
    expect(keysOf(receiver).slice(2)).toEqual([first]);
    expect((await delivery(first)).state).toBe("delivered");
    expect(await countOf(engine, "pending")).toBe(left);

    await engine.destinations.setState("ops", "active");
    await pass(100 * left, 200);
    expect(await countOf(engine, "pending")).toBe(0);
    expect(await countOf(engine, "delivered")).toBe(left + 1);
    expect(await countOf(engine, "failed")).toBe(500 - left);
  });
});
