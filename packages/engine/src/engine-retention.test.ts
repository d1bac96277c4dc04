import { describe, expect, test } from "vitest";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { bytesOf, postSync } from "./testing/events.ts";
import { keysOf, startReceiver } from "./testing/receiver.ts";
import { rule } from "./testing/rules.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { watchedStore } from "./testing/watched-store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("events are forgotten", () => {
  test("when they are as old as is set, with all that hangs on them, a hundred at a time", async () => {
    const limits: number[] = [];
    const { store } = await watchedStore((inner) => ({
      forgetEvents(belowId, afterId, limit) {
        limits.push(limit);
        return inner.forgetEvents(belowId, afterId, limit);
      },
    }));
    const receiver = await startReceiver();
    const { engine, clock, post, quiet } = await startRunning({
      store,
      destinations: [{ ...bellAt(receiver.url), when: rule({ status: "failed" }) }],
      retentionMs: 2 * DAY,
    });
    const [old = ""] = await post({ status: "failed" });
    await Promise.all(Array.from({ length: 249 }, () => post()));
    await quiet();
    await clock.skip(DAY);
    const [young = ""] = await post({ status: "failed" });
    await quiet();
    const count = async (): Promise<number> =>
      (await engine.kept.events({}, { limit: 1_000 })).length;
    await clock.skip(DAY - MINUTE);
    await clock.advance(MINUTE - 1);
    expect(await count()).toBe(251);
    limits.length = 0;
    await clock.advance(MINUTE + 5_000);
    expect(await count()).toBe(1);
    expect(limits.length).toBeGreaterThanOrEqual(3);
    expect(new Set(limits)).toEqual(new Set([100]));
    expect(await engine.kept.delivery(old)).toBeUndefined();
    const kept = await engine.kept.delivery(young);
    expect(kept).toMatchObject({ state: "delivered", attempts: [{ number: 1 }] });
    expect((await engine.kept.event(kept?.eventId ?? ""))?.decisions).toHaveLength(1);
  });

  test("after 30 days unless it is set", async () => {
    const { engine, clock, post } = await startRunning({});
    await post();
    await clock.skip(30 * DAY - 1);
    await clock.advance(0);
    expect(await engine.kept.events({}, { limit: 10 })).toHaveLength(1);
    await clock.advance(MINUTE + 5_000);
    expect(await engine.kept.events({}, { limit: 10 })).toEqual([]);
  });

  test("only when nothing of them is owed any more", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    receiver.status = 200;
    const { engine, post, pass, quiet, delivery } = await startRunning({
      clock,
      destinations: [bellAt(receiver.url), bellAt(receiver.url, "paused")],
      retentionMs: HOUR,
    });
    await engine.destinations.setState("paused", "paused");
    const [sent = "", held = ""] = await post();
    await pass(2 * DAY);
    const { eventId } = await delivery(sent);
    expect(await delivery(held)).toMatchObject({ state: "pending", eventId });
    await engine.destinations.setState("paused", "active");
    await quiet();
    expect(keysOf(receiver)).toEqual([sent, held]);
    expect((await delivery(held)).state).toBe("delivered");
    await pass(HOUR + 5 * MINUTE);
    expect(await engine.kept.event(eventId)).toBeUndefined();
    expect(await engine.kept.delivery(held)).toBeUndefined();
  });

  test("and their names are taken afresh a day after they were given, no sooner", async () => {
    const { engine, clock } = await startRunning({ retentionMs: HOUR });
    const posted = { bytes: bytesOf(postSync()), key: "name" };
    const first = await engine.accept(posted);
    await clock.skip(DAY - 1);
    await clock.advance(0);
    const id = "id" in first ? first.id : "";
    expect(await engine.kept.event(id)).toBeUndefined();
    expect(await engine.accept(posted)).toEqual({ kind: "duplicate", id, deliveries: [] });
    await clock.advance(1);
    expect((await engine.accept(posted)).kind).toBe("accepted");
  });
});

test("bodies in quarantine are kept for seven days after they last came", async () => {
  const { engine, clock } = await startRunning({ retentionMs: HOUR });
  const bodies = [bytesOf({ a: 1 }), bytesOf({ a: 2 })];
  for (const bytes of bodies) await engine.accept({ bytes });
  await clock.skip(DAY);
  await engine.accept({ bytes: bodies[0] ?? new Uint8Array() });
  await clock.skip(6 * DAY - 1);
  await clock.advance(0);
  expect(await engine.kept.quarantineList({ limit: 10 })).toHaveLength(2);
  await clock.advance(MINUTE + 5_000);
  const left = await engine.kept.quarantineList({ limit: 10 });
  expect(left.map(({ times }) => times)).toEqual([2]);
  await clock.skip(DAY);
  await clock.advance(MINUTE + 5_000);
  expect(await engine.kept.quarantineList({ limit: 10 })).toEqual([]);
});

test("replays that are over are kept as long as events", async () => {
  const { engine, clock } = await startRunning({
    destinations: [bellAt("")],
    retentionMs: DAY,
  });
  const { id } = await engine.replays.destination("ops", { since: 0 });
  await clock.advance(1_000);
  expect(await engine.kept.replay(id)).toMatchObject({ state: "done", total: 0, done: 0 });
  await clock.skip(DAY);
  await clock.advance(MINUTE + 5_000);
  expect(await engine.kept.replay(id)).toBeUndefined();
});
