import { expect, test } from "vitest";
import type { DeliveryState } from "../delivery-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { claimManual, claimOneManual } from "./manual-claims.ts";
import { FAR, START, claim, newEvent } from "./new-events.ts";
import { CLOSES, acceptParts, claimDigest, digestIn, newDigested, newPart } from "./new-digests.ts";
import { newAttempt, record, recordOf } from "./new-records.ts";
import { PIPELINE, decisionsOf, newPipeline, newRun } from "./new-pipelines.ts";

/** Brings a digest that was closed before its time, or is not pending any more. */
type Ending = (store: Store, id: string) => Promise<unknown>;

const ENDINGS: readonly (readonly [DeliveryState, Ending])[] = [
  ["cancelled", (store, id) => store.cancel(id, "nobody wants it")],
  ["expired", (store) => store.expire(FAR, 9)],
  ["sending", (store, id) => store.retry(id, START).then(() => claimManual(store))],
  ["pending", (store, id) => sendEarly(store, id, "pending")],
  ["delivered", (store, id) => sendEarly(store, id, "delivered")],
  ["failed", (store) => store.endOwed("ops", { ...ENDED, state: "failed" })],
];

const ENDED = { reason: "over", madeBy: FAR, limit: 9 } as const;

async function sendEarly(store: Store, id: string, state: DeliveryState): Promise<void> {
  await store.retry(id, START);
  await record(store, recordOf(await claimOneManual(store), { state }));
}

export function digestSuite(open: OpenStore): void {
  test("of a window as one delivery, which is due when that ends", async () => {
    const store = await open();
    const parts = ["a", "b", "c"].map((task, index) =>
      newPart({ task, closesAt: CLOSES + index, expiresAt: FAR + index }),
    );
    const [first] = parts;
    const ids = await acceptParts(store, parts);
    expect(ids).toEqual(Array<unknown>(3).fill(first?.open.id));
    const late = await acceptParts(store, [newPart({ closesAt: FAR })], CLOSES - 1);
    expect(late).toEqual([first?.open.id]);
    expect(await store.due()).toEqual([{ destinationId: "ops", dueAt: CLOSES, manual: false }]);
    expect(await claim(store, "ops", { now: CLOSES - 1 })).toEqual([]);
    const claimed = await claimDigest(store);
    expect(claimed).toMatchObject({
      id: first?.open.id,
      expiresAt: FAR,
      attempts: 0,
      untold: undefined,
      event: { id: first?.open.id, type: "digest", receivedAt: CLOSES, test: false },
    });
    expect(claimed.event.incident).toBeUndefined();
    const since = new Date(START).toISOString();
    expect(digestIn(claimed)).toMatchObject({ since, seconds: 600, events: 4 });
    expect(await store.deliveries({}, { limit: 9 })).toHaveLength(1);
  });

  test("and opens the next one as soon as that is over, sent or not", async () => {
    const store = await open();
    const [first] = await acceptParts(store, [newPart()]);
    const [second] = await acceptParts(store, [newPart({ closesAt: CLOSES + 60_000 })], CLOSES);
    const [third] = await acceptParts(store, [newPart()], CLOSES + 1);
    expect(second).not.toBe(first);
    expect(third).toBe(second);
    const sent = await claimDigest(store);
    expect([sent.id, digestIn(sent).events]).toEqual([first, 1]);
    const next = await claimDigest(store, { now: CLOSES + 60_000 });
    expect([next.id, digestIn(next).events]).toEqual([second, 2]);
    expect(digestIn(next)).toMatchObject({ seconds: 60, since: new Date(CLOSES).toISOString() });
  });

  test("and goes on with the newest where the clock has gone back", async () => {
    const store = await open();
    await acceptParts(store, [newPart()]);
    const [newest] = await acceptParts(store, [newPart({ closesAt: FAR })], CLOSES);
    expect(await acceptParts(store, [newPart()], CLOSES - 1)).toEqual([newest]);
    expect(await acceptParts(store, [newPart()], START - 60_000)).toEqual([newest]);
  });

  test("each destination by itself, of the same events too", async () => {
    const store = await open();
    const both = newDigested([newPart(), newPart({ destinationId: "b", task: "x" })]);
    await store.accept([both, newDigested([newPart({ destinationId: "b", closesAt: FAR })])]);
    const digests = [await claimDigest(store), await claimDigest(store, { destinationId: "b" })];
    expect(digests.map((one) => digestIn(one).events)).toEqual([1, 2]);
    expect(digests.map((one) => digestIn(one).lines.map(({ name }) => name))).toEqual([
      ["task-1"],
      ["task-1", "x"],
    ]);
  });

  test("and says of an event which digests it is in, besides what it is told as by itself", async () => {
    const store = await open();
    const [ops, other] = [newPart(), newPart({ destinationId: "b" })];
    const opener = newDigested([ops]);
    const event = newDigested([newPart(), other], { deliveries: ["plain"] });
    const [opened, accepted] = await store.accept([opener, event]);
    const own = event.deliveries.map(({ id, destinationId }) => ({ id, destinationId }));
    const digests = [
      { id: ops.open.id, destinationId: "ops" },
      { id: other.open.id, destinationId: "b" },
    ];
    const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
    expect(opened).toMatchObject({ deliveries: digests.slice(0, 1) });
    expect(accepted).toEqual({ kind: "accepted", id: event.id, deliveries: [...own, ...digests] });
    const again = { ...newEvent(), name: event.name, bodyHash: event.bodyHash };
    const all = [...own, ...digests].toSorted(byId);
    expect(await store.accept([again])).toEqual([
      { kind: "duplicate", id: event.id, deliveries: all },
    ]);
    const pending = all.map((one) => ({ ...one, state: "pending" }));
    expect((await store.event(event.id))?.deliveries).toEqual(pending);
    const listed = await store.events({}, { limit: 9 });
    expect(listed.map(({ deliveries }) => deliveries)).toEqual([
      pending,
      [{ ...digests[0], state: "pending" }],
    ]);
    expect(await decisionsOf(store, event)).toEqual({ ops: "digested", b: "digested" });
  });

  test("and counts what comes twice once", async () => {
    const store = await open();
    const event = newDigested([newPart()]);
    const again = { ...newDigested([newPart()]), name: event.name, bodyHash: event.bodyHash };
    await store.accept([event, again]);
    await store.accept([again, { ...again, bodyHash: "other" }]);
    const digest = digestIn(await claimDigest(store));
    expect(digest).toMatchObject({ events: 1, lines: [{ runs: 1 }] });
  });

  test("with nothing of a batch that is not kept", async () => {
    const store = await open();
    await acceptParts(store, [newPart()]);
    const taken = newEvent({ deliveries: [{ ...newPart().open, id: "dlv_taken" }] });
    const bad = newEvent({ deliveries: taken.deliveries });
    const batch = [newDigested([newPart(), newPart({ destinationId: "b" })]), taken, bad];
    await expect(store.accept(batch)).rejects.toThrow(/unique constraint/i);
    expect(digestIn(await claimDigest(store))).toMatchObject({ events: 1, lines: [{ runs: 1 }] });
    expect(await claim(store, "b", { now: FAR })).toEqual([]);
  });

  test("of runs that are decided by their pipelines", async () => {
    const store = await open();
    const pipeline = newPipeline(1, "evt_0");
    await store.accept([newRun({ pipeline, digested: [newPart({ failureOf: "evt_0" })] })]);
    const telling = new Map([["ops", { digested: true }]]);
    expect(await store.pipeline(PIPELINE)).toEqual({ pipeline, tellings: telling });
    expect(digestIn(await claimDigest(store)).events).toBe(1);
  });

  test.each(ENDINGS)(
    "but adds nothing to one that somebody had %s before its time",
    async (...ending) => {
      const store = await open();
      const [state, end] = ending;
      const [first] = await acceptParts(store, [newPart({ expiresAt: FAR })]);
      await end(store, first ?? "");
      expect((await store.delivery(first ?? ""))?.state).toBe(state);
      const [second] = await acceptParts(store, [newPart(), newPart()], START + 1);
      expect(second).not.toBe(first);
      expect((await acceptParts(store, [newPart()], START + 2))[0]).toBe(second);
      const claimed = await claim(store, "ops", { now: FAR });
      const next = claimed.find(({ id }) => id === second);
      expect(next && digestIn(next).events).toBe(3);
    },
  );

  test("nor to one that was sent before its time, though nobody knows whether it arrived", async () => {
    const store = await open();
    const [first = ""] = await acceptParts(store, [newPart()]);
    await store.retry(first, START);
    expect(digestIn(await claimOneManual(store, { leaseUntil: START + 1 })).events).toBe(1);
    await store.releaseExpired(START + 1);
    expect((await store.delivery(first))?.state).toBe("pending");
    expect(await acceptParts(store, [newPart()], START + 2)).not.toEqual([first]);
    expect(digestIn(await claimOneManual(store)).events).toBe(1);
  });

  test("and sends it as it was, at every attempt", async () => {
    const store = await open();
    await acceptParts(store, [newPart({ message: "é😀" }), newPart({ task: "b" })]);
    const first = await claimDigest(store);
    const attempt = newAttempt({ outcome: "retry" });
    await record(store, recordOf(first, { attempt, state: "pending", dueAt: CLOSES + 5 }));
    await acceptParts(store, [newPart({ closesAt: FAR })], CLOSES + 1);
    const second = await claimDigest(store, { now: CLOSES + 5 });
    expect(second.event).toEqual(first.event);
    await record(store, recordOf(second));
    expect((await store.delivery(first.id))?.state).toBe("delivered");
  });
}
