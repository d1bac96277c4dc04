import { expect, test } from "vitest";
import type { OpenStore } from "../store-suite.ts";
import { claimManual, claimOneManual, failedRecord } from "./manual-claims.ts";
import { START, claim, newDelivery } from "./new-events.ts";
import { deliveryIn, record, recordOf } from "./new-records.ts";

export function manualOutcomeSuite(open: OpenStore): void {
  test.each(["pending", "delivered", "failed", "expired", "cancelled"] as const)(
    "and leaves a delivery that is %s as it is where they come to nothing",
    async (state) => {
      const store = await open();
      const later = [newDelivery("ops", START + 60_000)];
      const id = await deliveryIn(store, state, { deliveries: later });
      const before = await store.delivery(id);
      await store.retry(id, START);
      const claimed = await claimOneManual(store);
      expect(claimed.returnTo).toBe(state);
      expect((await store.delivery(id))?.state).toBe("sending");
      const failed = failedRecord(claimed);
      expect(await record(store, failed)).toEqual([true]);
      const attempts = [...(before?.attempts ?? []), failed.attempt];
      expect(await store.delivery(id)).toEqual({
        ...before,
        attempts,
        attemptCount: attempts.length,
      });
      await store.retry(id, START + 1);
      expect(await claimOneManual(store)).toMatchObject({ step: claimed.step, returnTo: state });
    },
  );

  test("and ends as delivered what arrives, whatever it was", async () => {
    const store = await open();
    const ids = [await deliveryIn(store, "expired"), await deliveryIn(store, "cancelled")];
    for (const id of ids) await store.retry(id, START);
    for (const claimed of await claimManual(store)) await record(store, recordOf(claimed));
    for (const id of ids) {
      expect(await store.delivery(id)).toMatchObject({ state: "delivered", reason: undefined });
    }
    expect(await store.due()).toEqual([]);
  });

  test("and again where they are cut off", async () => {
    const store = await open();
    const id = await deliveryIn(store, "failed");
    await store.retry(id, START);
    const cutOff = await claimOneManual(store, { leaseUntil: START + 20_000 });
    expect(await store.releaseExpired(START + 20_000)).toBe(1);
    expect((await store.delivery(id))?.state).toBe("failed");
    expect(await store.due()).toEqual([{ destinationId: "ops", manual: true }]);
    expect(await record(store, failedRecord(cutOff))).toEqual([false]);
    const next = await claimOneManual(store);
    expect(next).toMatchObject({ id, returnTo: "failed", attempts: cutOff.attempts });
    expect(next.fence).toBeGreaterThan(cutOff.fence);
    await record(store, failedRecord(next));
    expect(await store.due()).toEqual([]);
  });

  test("and is due by itself as before after they were cut off or came to nothing", async () => {
    const store = await open();
    const id = await deliveryIn(store, "pending");
    await store.retry(id, START);
    await claimOneManual(store, { leaseUntil: START + 20_000 });
    await store.releaseExpired(START + 20_000);
    const [own] = await claim(store);
    if (!own) throw new Error("nothing was claimed");
    expect([own.id, own.returnTo]).toEqual([id, undefined]);
    await record(store, recordOf(own, { state: "pending" }));
    await record(store, failedRecord(await claimOneManual(store)));
    expect(await claim(store)).toMatchObject([{ id, returnTo: undefined }]);
    expect(await store.due()).toEqual([]);
  });
}
