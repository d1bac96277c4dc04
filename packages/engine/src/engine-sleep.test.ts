import { describe, expect, test } from "vitest";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { type RunningEngine, bellAt, startRunning } from "./testing/running-engine.ts";
import { startReceiver } from "./testing/receiver.ts";
import { until } from "./testing/until.ts";
import { startWire } from "./testing/wire.ts";
import { type WatchedStore, watchedStore } from "./testing/watched-store.ts";

const MINUTE = 60_000;

/** How often the worker and the upkeep look at the store within a minute in which nothing happens. */
async function looks(
  { clock }: RunningEngine,
  { calls }: WatchedStore,
): Promise<readonly number[]> {
  const before = [calls("due"), calls("expire")];
  await clock.advance(MINUTE);
  return [calls("due"), calls("expire")].map((count, index) => count - (before[index] ?? 0));
}

/** Every five seconds and a few times more, since something could have been missed. */
const isCalm = (counts: readonly number[]): boolean =>
  counts.every((count) => count >= 11 && count <= 15);

describe("the store is looked at a few times a minute", () => {
  test("while nothing is owed", async () => {
    const watched = await watchedStore();
    const running = await startRunning({ store: watched.store, destinations: [bellAt("")] });
    expect(await looks(running, watched)).toSatisfy(isCalm);
  });

  test("while something is due later", async () => {
    const clock = new ManualClock();
    const watched = await watchedStore();
    const receiver = await startMoody(clock);
    receiver.headers = { "retry-after": "600" };
    const destinations = [bellAt(receiver.url)];
    const running = await startRunning({ clock, store: watched.store, destinations });
    await running.post();
    await running.quiet();
    expect(await looks(running, watched)).toSatisfy(isCalm);
    await running.clock.advance(8 * MINUTE);
    expect(receiver.requests).toHaveLength(1);
    await running.clock.advance(MINUTE);
    expect(receiver.times.map((time) => time - (receiver.times[0] ?? 0))).toEqual([0, 10 * MINUTE]);
  });

  test("while a destination that is owed something is paused", async () => {
    const watched = await watchedStore();
    const running = await startRunning({ store: watched.store, destinations: [bellAt("")] });
    await running.engine.destinations.setState("ops", "paused");
    await running.post();
    expect(await looks(running, watched)).toSatisfy(isCalm);
  });

  test("while a failing destination that is owed much is held", async () => {
    const clock = new ManualClock();
    const watched = await watchedStore();
    const receiver = await startMoody(clock);
    const running = await startRunning({
      clock,
      store: watched.store,
      destinations: [bellAt(receiver.url)],
    });
    for (let event = 0; event < 30; event++) await running.post();
    await running.pass(20 * MINUTE);
    const asked = receiver.requests.length;
    expect(await looks(running, watched)).toSatisfy(isCalm);
    expect(receiver.requests.length - asked).toBeLessThanOrEqual(1);
  });

  test("while one is disabled, and when what it was owed has ended", async () => {
    const clock = new ManualClock();
    const watched = await watchedStore();
    const receiver = await startMoody(clock);
    receiver.status = 410;
    const running = await startRunning({
      clock,
      store: watched.store,
      destinations: [bellAt(receiver.url)],
    });
    for (let event = 0; event < 5; event++) await running.post();
    await running.quiet();
    expect(await looks(running, watched)).toSatisfy(isCalm);
  });

  test.each([
    ["of this dispatcher alone", false],
    ["that others share", true],
  ])(
    "while one is not known here, and what it is owed stays, in a store %s",
    async (_, isShared) => {
      const watched = await watchedStore(() => ({ isShared }));
      const sound = bellAt("", "api");
      const first = await startRunning({ store: watched.store });
      await first.engine.destinations.put(sound, "sealed");
      await first.engine.destinations.setState("api", "paused");
      const [id = ""] = await first.post();
      await first.engine.destinations.setState("api", "active");
      await first.engine.drain(0);
      await watched.store.releaseExpired(first.clock.now() + MINUTE);

      const running = await startRunning({
        store: watched.store,
        clock: first.clock,
        revive: () => undefined,
      });
      expect(running.engine.destinations.get("api")).toBeUndefined();
      expect(await looks(running, watched)).toSatisfy(isCalm);
      expect((await running.delivery(id)).state).toBe("pending");
      const before = watched.calls("expire");
      for (let look = 0; look < 10; look++) {
        await running.engine.retry("dlv_none");
        await running.clock.advance(0);
      }
      expect(watched.calls("expire") - before).toBeLessThanOrEqual(1);
      await running.engine.destinations.remove("api");
      await running.clock.advance(1_000);
      expect((await running.delivery(id)).state).toBe("cancelled");
    },
  );

  test("while somebody else holds what is due: soon at first, and the less often the longer it takes", async () => {
    let isHeld = true;
    const watched = await watchedStore((inner) => ({
      isShared: true,
      claim: async (request) =>
        isHeld ? { deliveries: [], buckets: new Map() } : await inner.claim(request),
    }));
    const receiver = await startReceiver();
    const running = await startRunning({
      store: watched.store,
      destinations: [bellAt(receiver.url)],
    });
    await running.post();
    const before = watched.calls("claim");
    // At 25, 75, 175 and 375 ms after the first look; in the end each 5 s.
    for (let ms = 0; ms < 400; ms += 25) await running.clock.advance(25);
    expect(watched.calls("claim") - before).toBeGreaterThanOrEqual(3);
    for (let second = 0; second < 60; second++) await running.clock.advance(1_000);
    expect(watched.calls("claim") - before).toBeLessThanOrEqual(24);
    isHeld = false;
    await running.clock.advance(5_000);
    await until(() => receiver.requests.length === 1);
  });

  test("while a place is waited for", async () => {
    const watched = await watchedStore();
    const wire = await startWire();
    const running = await startRunning({ store: watched.store, destinations: [bellAt(wire.url)] });
    for (let event = 0; event < 10; event++) await running.post();
    await running.clock.advance(100);
    const before = watched.calls("due");
    await running.clock.advance(14_000);
    expect(watched.calls("due") - before).toBeLessThanOrEqual(4);
  });
});
