import { expect, test } from "vitest";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { FAR, START, claim, newEvent } from "./new-events.ts";
import { newQuarantined } from "./new-quarantined.ts";
import { deliveryIn, endAll, record, recordOf } from "./new-records.ts";
import { newReplay, runReplay } from "./new-replays.ts";

/** Above the id of every event. */
const ABOVE = "evt_~";

/** Forgets all that may be forgotten, in steps; answers where each step ended. */
async function forgetAll(store: Store, belowId: string, limit: number): Promise<unknown[]> {
  const ends: string[] = [];
  for (;;) {
    const end = await store.forgetEvents(belowId, ends.at(-1) ?? "", limit);
    if (end === undefined) return ends;
    ends.push(end);
  }
}

async function keptOf(store: Store): Promise<readonly string[]> {
  return (await store.events({}, { limit: 99 })).map(({ id }) => id).toReversed();
}

export function forgetSuite(open: OpenStore): void {
  test("events with all that hangs on them", async () => {
    const store = await open();
    const event = newEvent({
      deliveries: ["ops", "other"],
      decisions: [{ destinationId: "x", decision: "filtered", reason: "", unevaluable: false }],
    });
    await store.accept([event, newEvent({ deliveries: [] })]);
    await endAll(store, "ops", "delivered");
    await endAll(store, "other", "failed");
    expect(await forgetAll(store, ABOVE, 10)).toHaveLength(1);
    expect(await keptOf(store)).toEqual([]);
    expect(await store.event(event.id)).toBeUndefined();
    for (const { id } of event.deliveries) expect(await store.delivery(id)).toBeUndefined();
    expect(await store.deliveries({}, { limit: 9 })).toEqual([]);
    expect(await store.retry(event.deliveries[0]?.id ?? "", START)).toEqual({ kind: "unknown" });
  });

  test("no event of which something is still owed, until it is not", async () => {
    const store = await open();
    for (const state of ["delivered", "failed", "expired", "cancelled"] as const) {
      await deliveryIn(store, state);
    }
    const askedFor = await deliveryIn(store, "failed", { deliveries: ["ops", "elsewhere"] });
    await endAll(store, "elsewhere", "delivered");
    await store.retry(askedFor, START);
    const sending = await deliveryIn(store, "sending", { deliveries: ["other"] });
    const pending = await deliveryIn(store, "pending");
    await forgetAll(store, ABOVE, 100);
    const owed = [askedFor, sending, pending];
    const events = await Promise.all(owed.map(async (id) => (await store.delivery(id))?.eventId));
    expect(await keptOf(store)).toEqual(events);
    expect((await store.event(events[0] ?? ""))?.deliveries).toHaveLength(2);
    for (const one of await claim(store, "ops", { manual: true })) {
      await forgetAll(store, ABOVE, 100);
      expect(await keptOf(store)).toEqual(events);
      await record(store, recordOf(one));
    }
    await endAll(store, "ops", "failed");
    await forgetAll(store, ABOVE, 100);
    expect(await keptOf(store)).toEqual(events.slice(1, 2));
    expect(await store.releaseExpired(FAR)).toBe(1);
  });

  test("events in steps, each after the last that was looked at, whatever became of that", async () => {
    const store = await open();
    const events = Array.from({ length: 7 }, (_, index) =>
      newEvent({ deliveries: index % 2 === 0 ? [] : ["ops"] }),
    );
    await store.accept(events);
    const ids = events.map(({ id }) => id);
    expect(await forgetAll(store, ABOVE, 3)).toEqual([ids[2], ids[5], ids[6]]);
    const owed = ids.filter((_, index) => index % 2 === 1);
    expect(await keptOf(store)).toEqual(owed);
    expect(await store.forgetEvents(ABOVE, "", 3)).toBe(owed.at(-1));
    expect(await store.forgetEvents(ABOVE, ABOVE, 3)).toBeUndefined();
  });

  test("events below a bound, and no more than it is told to look at", async () => {
    const store = await open();
    const events = Array.from({ length: 6 }, () => newEvent({ deliveries: [] }));
    await store.accept(events);
    const ids = events.map(({ id }) => id);
    expect(await store.forgetEvents(ids[4] ?? "", "", 2)).toBe(ids[1]);
    expect(await keptOf(store)).toEqual(ids.slice(2));
    expect(await forgetAll(store, ids[4] ?? "", 2)).toEqual([ids[3]]);
    expect(await keptOf(store)).toEqual(ids.slice(4));
  });

  test("names after their time, and not with their events", async () => {
    const store = await open();
    const events = [START - 2, START - 1, START].map((receivedAt) =>
      newEvent({ receivedAt, deliveries: [] }),
    );
    await store.accept(events);
    await forgetAll(store, ABOVE, 100);
    const kinds = async (): Promise<readonly string[]> => {
      const again = events.map(({ name, bodyHash }) => ({ ...newEvent({ name }), bodyHash }));
      return (await store.accept(again)).map(({ kind }) => kind);
    };
    expect(await kinds()).toEqual(["duplicate", "duplicate", "duplicate"]);
    expect(await store.forgetNames(START, 1)).toBe(1);
    expect(await store.forgetNames(START, 9)).toBe(1);
    expect(await store.forgetNames(START, 9)).toBe(0);
    expect(await kinds()).toEqual(["accepted", "accepted", "duplicate"]);
  });

  test("replays that have ended, after their time", async () => {
    const store = await open();
    const at = (createdAt: number, destinationId = "ops"): ReturnType<typeof newReplay> =>
      newReplay({ createdAt, destinationId });
    const ended = [at(START - 3), at(START - 2), at(START)];
    const [running, cancelled] = [at(START - 9), at(START - 9, "other")];
    for (const replay of [...ended, running, cancelled]) await store.addReplay(replay);
    for (const { id } of ended) await runReplay(store, id, 1);
    await store.cancelReplays("other");
    expect(await store.forgetReplays(START, 2)).toBe(2);
    expect(await store.forgetReplays(START, 9)).toBe(1);
    expect(await store.forgetReplays(START, 9)).toBe(0);
    expect(await store.replay(cancelled.id)).toBeUndefined();
    expect(await store.replay(ended[2]?.id ?? "")).toMatchObject({ state: "done" });
    expect(await store.runningReplays()).toMatchObject([{ id: running.id }]);
  });

  test("what is in quarantine, after it last came", async () => {
    const store = await open();
    const entries = [START - 3, START - 2, START, START - 9].map((receivedAt) =>
      newQuarantined({ receivedAt }),
    );
    for (const entry of entries) await store.quarantine(entry);
    const again = entries[3];
    if (again) await store.quarantine({ ...again, receivedAt: START });
    expect(await store.forgetQuarantined(START, 1)).toBe(1);
    expect(await store.forgetQuarantined(START, 9)).toBe(1);
    expect(await store.forgetQuarantined(START, 9)).toBe(0);
    const left = await store.quarantineList({ limit: 9 });
    expect(left.map(({ id }) => id)).toEqual([again?.id, entries[2]?.id]);
  });
}
