import { expect, test } from "vitest";
import type { AttemptRecord, ClaimedDelivery } from "../delivery-records.ts";
import type { NewEvent } from "../event-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { FAR, START, claim } from "./new-events.ts";
import { newAttempt, record, recordOf } from "./new-records.ts";
import { decisionsOf, deliveryOf, newFailure, newRecovery } from "./new-pipelines.ts";

/** Until when a recovery waits, unless it is known before what comes of the failure. */
const UNTIL = START + 20_000;

interface Waiting {
  readonly store: Store;
  readonly failure: NewEvent;
  readonly recovery: NewEvent;
  /** The failure, as it is being sent. */
  readonly sent: ClaimedDelivery;
}

/** A failure that is being sent, and the recovery that waits for what comes of that. */
async function waiting(open: OpenStore, leaseUntil: number = FAR): Promise<Waiting> {
  const store = await open();
  const [failure, recovery] = [
    newFailure("evt_0"),
    newRecovery("evt_0", { waitsFor: "evt_0", dueAt: UNTIL }, { receivedAt: START + 3 }),
  ];
  await store.accept([failure]);
  const [sent] = await claim(store, "ops", { leaseUntil });
  await store.accept([recovery]);
  if (!sent) throw new Error("the failure was not claimed");
  expect(await claim(store, "ops", { now: UNTIL - 1 })).toEqual([]);
  return { store, failure, recovery, sent };
}

/** What can be claimed at a time, as the ids of events with the body of what else they tell. */
async function claimedAt(store: Store, now: number): Promise<readonly (readonly unknown[])[]> {
  const claimed = await claim(store, "ops", { now, leaseUntil: FAR });
  return claimed.map(({ event, untold }) => [event.id, untold]);
}

const dueAtOf = async (store: Store, event: NewEvent): Promise<number | undefined> =>
  (await store.delivery(deliveryOf(event)))?.dueAt;

const retried = (sent: ClaimedDelivery, dueAt: number): AttemptRecord =>
  recordOf(sent, { attempt: newAttempt({ outcome: "retry" }), state: "pending", dueAt });

export function waitingSuite(open: OpenStore): void {
  test.each(["delivered", "accepted"] as const)("and follows where it is %s", async (outcome) => {
    const { store, failure, recovery, sent } = await waiting(open);
    const attempt = newAttempt({ outcome, startedAt: START + 5 });
    await record(store, recordOf(sent, { attempt }));
    expect(await dueAtOf(store, recovery)).toBe(START + 17);
    expect(await claimedAt(store, START + 16)).toEqual([]);
    expect(await claimedAt(store, START + 17)).toEqual([[recovery.id, undefined]]);
    expect(await decisionsOf(store, failure)).toEqual({ ops: "deliver" });
    expect(await decisionsOf(store, recovery)).toEqual({ ops: "deliver" });
  });

  test("and is not told where it failed for good", async () => {
    const { store, recovery, sent } = await waiting(open);
    const attempt = newAttempt({ outcome: "rejected" });
    await record(store, recordOf(sent, { attempt, state: "failed" }));
    expect(await claimedAt(store, FAR)).toEqual([]);
    const reason = "the pipeline recovered; no failure of it arrived, so this is not told either";
    expect(await store.delivery(deliveryOf(recovery))).toMatchObject({
      state: "cancelled",
      reason,
      attempts: [],
    });
    expect((await store.event(recovery.id))?.decisions).toEqual([
      { destinationId: "ops", decision: "filtered", reason },
    ]);
    expect(await store.due()).toEqual([]);
  });

  test("and is not told where it expired, nor due before it was made", async () => {
    const { store, recovery, sent } = await waiting(open);
    const { attempt: _, ...expired } = recordOf(sent, { state: "expired", reason: "too late" });
    await record(store, expired);
    expect(await dueAtOf(store, recovery)).toBe(START + 3);
    expect(await claimedAt(store, START + 3)).toEqual([]);
    expect((await store.delivery(deliveryOf(recovery)))?.state).toBe("cancelled");
    expect(await decisionsOf(store, recovery)).toEqual({ ops: "filtered" });
  });

  test("and tells it where it is to be tried again", async () => {
    const { store, failure, recovery, sent } = await waiting(open);
    await record(store, retried(sent, START + 5_000));
    expect(await claimedAt(store, START + 12)).toEqual([[recovery.id, failure.body]]);
    expect(await store.delivery(sent.id)).toMatchObject({
      state: "cancelled",
      reason: `superseded: the pipeline had recovered when its turn came, which ${recovery.id} tells`,
    });
    expect(await decisionsOf(store, failure)).toEqual({ ops: "superseded" });
    expect(await claimedAt(store, FAR)).toEqual([]);
  });

  test("and is not told where somebody cancels it before it is tried again", async () => {
    const { store, recovery, sent } = await waiting(open);
    await record(store, retried(sent, START + 5_000));
    await store.cancel(sent.id, "nobody wants it");
    expect(await claimedAt(store, FAR)).toEqual([]);
    expect(await decisionsOf(store, recovery)).toEqual({ ops: "filtered" });
    expect((await store.delivery(sent.id))?.reason).toBe("nobody wants it");
  });

  test("and tells it where whoever sent it is gone", async () => {
    const { store, failure, recovery } = await waiting(open, START + 1);
    expect(await store.releaseExpired(START + 1)).toBe(1);
    // Meanwhile nobody has sent it, and it waited long enough.
    expect(await claimedAt(store, UNTIL)).toEqual([[recovery.id, failure.body]]);
    expect(await decisionsOf(store, failure)).toEqual({ ops: "superseded" });
  });

  test("and waits further where somebody else sends it then", async () => {
    const { store, failure, recovery, sent } = await waiting(open, START + 1);
    await store.releaseExpired(START + 1);
    const [again] = await claim(store, "ops", { now: START + 1, leaseUntil: FAR });
    expect(again?.id).toBe(sent.id);
    expect(await record(store, recordOf(sent, { state: "failed" }))).toEqual([false]);
    expect(await dueAtOf(store, recovery)).toBe(UNTIL);
    expect(await claimedAt(store, UNTIL)).toEqual([]);
    const dueAt = (await dueAtOf(store, recovery)) ?? 0;
    expect(dueAt).toBeGreaterThan(UNTIL);
    expect(dueAt).toBeLessThanOrEqual(UNTIL + 20_000);
    expect(await decisionsOf(store, failure)).toEqual({ ops: "deliver" });
    if (!again) return;
    const attempt = newAttempt({ startedAt: UNTIL, durationMs: 1 });
    await record(store, recordOf(again, { attempt }));
    expect(await claimedAt(store, UNTIL + 1)).toEqual([[recovery.id, undefined]]);
  });

  test("and goes where one of the incident arrived before, whatever becomes of this one", async () => {
    const store = await open();
    const [told, failure] = [newFailure("evt_0"), newFailure("evt_0")];
    await store.accept([told]);
    for (const one of await claim(store)) await record(store, recordOf(one));
    await store.accept([failure]);
    const [sent] = await claim(store);
    const recovery = newRecovery("evt_0", { waitsFor: "evt_0", dueAt: UNTIL });
    await store.accept([recovery]);
    if (sent) await record(store, recordOf(sent, { state: "failed" }));
    expect(await claimedAt(store, START + 12)).toEqual([[recovery.id, undefined]]);
    expect(await decisionsOf(store, recovery)).toEqual({ ops: "deliver" });
  });

  test("for nothing that happens elsewhere, and nothing elsewhere for it", async () => {
    const { store, recovery, sent } = await waiting(open);
    const others = [
      newFailure("evt_1", { destinationId: "b" }),
      newFailure("evt_0", { destinationId: "b" }),
      newFailure("evt_1"),
    ];
    await store.accept(others);
    const claims = [...(await claim(store, "b")), ...(await claim(store))];
    await record(store, ...claims.map((one) => recordOf(one)));
    expect(await dueAtOf(store, recovery)).toBe(UNTIL);
    await record(store, recordOf(sent, { state: "failed" }));
    // Told elsewhere, or of another incident, is not told.
    expect(await claimedAt(store, FAR)).toEqual([]);
    expect(await decisionsOf(store, recovery)).toEqual({ ops: "filtered" });
  });

  test("whoever claims, and for whom", async () => {
    const { store, failure, recovery, sent } = await waiting(open);
    const elsewhere = newRecovery("evt_0", { destinationId: "b", waitsFor: "evt_0" });
    await store.accept([elsewhere]);
    await record(store, retried(sent, FAR));
    await claim(store, "nobody", { now: START + 12 });
    expect(await decisionsOf(store, failure)).toEqual({ ops: "superseded" });
    expect(await decisionsOf(store, elsewhere)).toEqual({ b: "filtered" });
    expect(await decisionsOf(store, recovery)).toEqual({ ops: "deliver" });
  });

  test("no longer once it is settled", async () => {
    const { store, recovery, sent } = await waiting(open);
    await record(store, recordOf(sent));
    const [first] = await claim(store, "ops", { now: START + 12 });
    if (first) await record(store, retried(first, START + 50));
    // One more failure of the incident that is over is sent because somebody asks for it.
    await store.retry(sent.id, START + 20);
    expect(await claim(store, "ops", { manual: true })).toMatchObject([{ id: sent.id }]);
    expect(await claimedAt(store, START + 50)).toEqual([[recovery.id, undefined]]);
  });
}
