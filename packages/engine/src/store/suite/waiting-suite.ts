import { expect, test } from "vitest";
import type { OpenStore } from "../store-suite.ts";
import { FAR, START, claim } from "./new-events.ts";
import { decisionsOf, deliveryOf, newFailure, newRecovery } from "./new-pipelines.ts";
import { newAttempt, record, recordOf } from "./new-records.ts";
import { UNTIL, claimedAt, dueAtOf, retried, waiting } from "./new-waiting.ts";

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
}
