import type { Schedule } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { writeMissed, writeOwed } from "./testing/backlog.ts";
import { startReceiver } from "./testing/receiver.ts";
import { rule } from "./testing/rules.ts";
import { type RunningEngine, bellAt, startRunning } from "./testing/running-engine.ts";
import { postRun } from "./testing/runs.ts";
import { type WatchedStore, watchedStore } from "./testing/watched-store.ts";

const MANY = 20_000;
const HOUR = 60 * 60_000;

/** A store in which no step of the upkeep may take more than a hundred rows, or overlap another. */
async function steppedStore(): Promise<WatchedStore> {
  let underWay = 0;
  const alone = async <T>(rows: number, run: () => Promise<T>): Promise<T> => {
    expect(rows).toBeLessThanOrEqual(100);
    expect(++underWay).toBe(1);
    try {
      return await run();
    } finally {
      underWay--;
    }
  };
  return watchedStore((inner) => ({
    endOwed: (id, end) => alone(end.limit, () => inner.endOwed(id, end)),
    forgetEvents: (belowId, afterId, limit) =>
      alone(limit, () => inner.forgetEvents(belowId, afterId, limit)),
    stepReplay: (id, step) => alone(step.deliveryIds.length, () => inner.stepReplay(id, step)),
    expire: (now, limit) => alone(limit, () => inner.expire(now, limit)),
  }));
}

/** That a message is delivered while the clock stands still: nothing of the upkeep goes on meanwhile. */
async function expectLive({ post, quiet, delivery }: RunningEngine): Promise<void> {
  const ids = await post();
  await quiet();
  expect((await delivery(ids.at(-1) ?? "")).state).toBe("delivered");
}

describe("while much is to be done beside delivering, messages are delivered", () => {
  test("as what a deleted destination was owed is ended", async () => {
    const receiver = await startReceiver();
    const { store, calls } = await steppedStore();
    const running = await startRunning({
      store,
      destinations: [bellAt("", "old"), bellAt(receiver.url, "live")],
    });
    const { engine, clock } = running;
    await engine.destinations.setState("old", "paused");
    await writeOwed(store, MANY, clock.now(), "old");
    await engine.destinations.remove("old");
    for (let look = 0; look < 10; look++) {
      await clock.advance(20);
      await expectLive(running);
    }
    const steps = calls("endOwed");
    expect(steps).toBeGreaterThan(20);
    expect(steps).toBeLessThan(100);
    await clock.advance(1_500);
    expect(calls("endOwed")).toBeLessThanOrEqual(MANY / 100 + 3);
    const owed = { destinationId: "old", state: "pending" } as const;
    expect(await engine.kept.deliveries(owed, { limit: 1 })).toEqual([]);
    const ended = { destinationId: "old", state: "cancelled" } as const;
    expect(await engine.kept.deliveries(ended, { limit: 1 })).toHaveLength(1);
  });

  test("as old events are forgotten", async () => {
    const receiver = await startReceiver();
    const { store, calls } = await steppedStore();
    const running = await startRunning({
      store,
      destinations: [bellAt(receiver.url, "live")],
      retentionMs: HOUR,
    });
    const { engine, clock } = running;
    await writeMissed(store, MANY, clock.now(), "old");
    await clock.skip(2 * HOUR);
    for (let look = 0; look < 10; look++) {
      await clock.advance(20);
      await expectLive(running);
    }
    expect(calls("forgetEvents")).toBeLessThan(100);
    expect(await engine.kept.events({}, { limit: 50 })).toHaveLength(50);
    await clock.advance(1_500);
    expect(await engine.kept.events({}, { limit: 50 })).toHaveLength(10);
  });

  test("as a long replay goes on, also over a restart, and it makes each delivery once", async () => {
    const receiver = await startReceiver();
    const count = MANY / 4;
    const { store, calls } = await steppedStore();
    const destinations = [bellAt("", "old"), bellAt(receiver.url, "live")];
    const first = await startRunning({ store, destinations });
    const { clock } = first;
    await first.engine.destinations.setState("old", "paused");
    const since = clock.now();
    await writeMissed(store, count, since, "old");
    await clock.advance(1_000);
    const { id } = await first.engine.replays.destination("old", { since });
    for (let look = 0; look < 10; look++) {
      await clock.advance(20);
      await expectLive(first);
    }
    const half = await first.engine.kept.replay(id);
    expect(half).toMatchObject({ state: "running", total: count });
    expect(half?.done).toBeGreaterThan(0);
    expect(half?.done).toBeLessThan(count);
    await first.engine.drain(0);
    const steps = calls("stepReplay");

    const second = await startRunning({ store, clock, destinations });
    await clock.advance(500);
    expect(await second.engine.kept.replay(id)).toMatchObject({
      state: "done",
      total: count,
      done: count,
    });
    expect(calls("stepReplay") - steps).toBeGreaterThan(10);
    const made = await second.engine.kept.deliveries(
      { destinationId: "old", state: "pending" },
      { limit: 2 * count },
    );
    // What was posted meanwhile is owed to the paused one too.
    expect(made).toHaveLength(count + 10);
    expect(new Set(made.map(({ eventId }) => eventId)).size).toBe(count + 10);
  });
});

describe("while hundreds of pipelines are told overdue, messages are delivered", () => {
  test("between steps of ten", async () => {
    const receiver = await startReceiver();
    const { store, calls } = await watchedStore();
    const late = { ...bellAt("", "late"), when: rule({ event_type: "sync.overdue" }) };
    const running = await startRunning({ store, destinations: [late, bellAt(receiver.url)] });
    const { engine, clock } = running;
    await engine.destinations.setState("late", "paused");
    const schedule: Schedule = { kind: "interval", hours: 1 };
    for (let task = 0; task < 95; task++) await postRun(running, { task: `p${task}`, schedule });
    await running.quiet();
    await clock.skip(2 * HOUR);
    for (let steps = 1; steps <= 9; steps++) {
      expect(calls("tellOverdue")).toBe(steps * 10);
      await expectLive(running);
      await clock.advance(5);
    }
    expect(calls("tellOverdue")).toBe(95);
    const told = { destinationId: "late", state: "pending" } as const;
    expect(await engine.kept.deliveries(told, { limit: 200 })).toHaveLength(95);
  });
});

describe("upkeep", () => {
  test("stops at once when the dispatcher drains, in the middle of what it does", async () => {
    const { store, calls } = await steppedStore();
    const running = await startRunning({ store, destinations: [bellAt("", "old")] });
    const { engine, clock } = running;
    await engine.destinations.setState("old", "paused");
    await writeOwed(store, 2_000, clock.now(), "old");
    await engine.destinations.remove("old");
    await clock.advance(20);
    await engine.drain(10_000);
    const steps = calls("endOwed");
    expect(steps).toBeLessThan(10);
    await clock.advance(HOUR);
    expect(calls("endOwed")).toBe(steps);
    expect(clock.waiting).toBe(0);

    const again = await startRunning({ store, clock });
    await clock.advance(1_000);
    const owed = { state: "pending" } as const;
    expect(await again.engine.kept.deliveries(owed, { limit: 1 })).toEqual([]);
  });

  test("goes on when the store answers again, and does not press it meanwhile", async () => {
    const { store, calls, down } = await watchedStore();
    const running = await startRunning({
      store,
      destinations: [{ ...bellAt(""), expireMs: 10_000 }],
    });
    const { engine, clock, log } = running;
    await engine.destinations.setState("ops", "paused");
    const [id = ""] = await running.post();
    down.add("expire");
    const before = calls("expire");
    await clock.advance(60_000);
    expect(calls("expire") - before).toBeLessThanOrEqual(15);
    expect(log.some(({ message }) => message.startsWith("upkeep could not go on"))).toBe(true);
    down.clear();
    await clock.advance(5_000);
    expect((await running.delivery(id)).state).toBe("expired");
  });
});
