import { expect, test } from "vitest";
import type { OpenStore } from "../store-suite.ts";
import { claimOneManual, failedRecord } from "./manual-claims.ts";
import { FAR, START, claim } from "./new-events.ts";
import { decisionsOf, deliveryOf, newFailure, newRecovery } from "./new-pipelines.ts";
import { newAttempt, record, recordOf } from "./new-records.ts";
import { UNTIL, claimedAt, dueAtOf, retried, waiting } from "./new-waiting.ts";

export function unsettledSuite(open: OpenStore): void {
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
    // Nor is it waited for what is being sent there.
    await store.accept([newFailure("evt_0", { destinationId: "b" }), newFailure("evt_1")]);
    expect([await claim(store, "b"), await claim(store)]).toMatchObject([[{}], [{}]]);
    await record(store, recordOf(sent, { state: "failed" }));
    // Told elsewhere, or of another incident, is not told.
    expect(await claimedAt(store, FAR)).toEqual([]);
    expect(await decisionsOf(store, recovery)).toEqual({ ops: "filtered" });
  });

  test("no longer where somebody cancels the recovery, whatever comes of the failure", async () => {
    const { store, recovery, sent } = await waiting(open);
    await store.cancel(deliveryOf(recovery), "nobody wants it");
    await record(store, retried(sent, START + 50));
    expect(await store.delivery(deliveryOf(recovery))).toMatchObject({
      state: "cancelled",
      reason: "nobody wants it",
      dueAt: UNTIL,
    });
    const [again] = await claim(store, "ops", { now: UNTIL });
    expect(again?.id).toBe(sent.id);
    if (again) await record(store, recordOf(again, { state: "failed" }));
    expect(await claimedAt(store, FAR)).toEqual([]);
    expect((await store.delivery(deliveryOf(recovery)))?.reason).toBe("nobody wants it");
    expect(await decisionsOf(store, recovery)).toEqual({ ops: "deliver" });
  });

  test("but goes at once where somebody asks for it, and waits on where that comes to nothing", async () => {
    const { store, recovery, sent } = await waiting(open);
    await store.retry(deliveryOf(recovery), START + 4);
    const manual = await claimOneManual(store);
    expect(manual).toMatchObject({ event: { id: recovery.id }, returnTo: "pending" });
    await record(
      store,
      recordOf(sent, { attempt: newAttempt({ outcome: "retry" }), state: "pending" }),
    );
    await record(store, failedRecord(manual));
    expect(await dueAtOf(store, recovery)).toBe(UNTIL);
    expect(await claimedAt(store, UNTIL)).toHaveLength(1);
    expect((await store.delivery(sent.id))?.state).toBe("cancelled");
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
