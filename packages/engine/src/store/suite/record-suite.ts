import { expect, test } from "vitest";
import type { ClaimedDelivery } from "../delivery-records.ts";
import type { OpenStore } from "../store-suite.ts";
import { START, claim, claimOne, newEvent } from "./new-events.ts";
import { newAttempt, record, recordOf } from "./new-records.ts";

export function recordSuite(open: OpenStore): void {
  test("to the letter", async () => {
    const store = await open();
    const claimed = await claimOne(store);
    const made = newAttempt({
      outcome: "accepted",
      status: undefined,
      reason: 'é😀 "quoted"\nsecond line',
      response: "𝕏".repeat(2048),
      manual: true,
    });
    expect(await record(store, recordOf(claimed, { attempt: made }))).toEqual([true]);
    expect(await store.delivery(claimed.id)).toEqual({
      id: claimed.id,
      eventId: claimed.event.id,
      destinationId: "ops",
      state: "delivered",
      tenantId: "tenant-1",
      createdAt: START,
      dueAt: START,
      attemptCount: 1,
      reason: undefined,
      attempts: [made],
    });
    expect(await store.due()).toEqual([]);
  });

  test("and makes a delivery due again, with what it has used up", async () => {
    const store = await open();
    const first = await claimOne(store);
    const failed = newAttempt({ outcome: "retry", status: 503, reason: "answered 503" });
    const again = { attempt: failed, state: "pending", step: 3, dueAt: START + 5_000 } as const;
    await record(store, recordOf(first, again));
    expect(await store.due()).toEqual([
      { destinationId: "ops", dueAt: START + 5_000, manual: false },
    ]);
    expect(await claim(store, "ops", { now: START + 4_999 })).toEqual([]);
    const [second] = await claim(store, "ops", { now: START + 5_000 });
    expect(second).toMatchObject({ id: first.id, step: 3, attempts: 1 });
    if (!second) return;
    await record(store, recordOf(second, { attempt: newAttempt({ number: 2 }), step: 4 }));
    const delivery = await store.delivery(first.id);
    expect(delivery?.attempts).toEqual([failed, newAttempt({ number: 2 })]);
    expect(delivery?.dueAt).toBe(START + 5_000);
  });

  test("and lists them by number, whatever the number of digits", async () => {
    const store = await open();
    let claimed: ClaimedDelivery | undefined = await claimOne(store);
    for (let number = 1; claimed && number <= 11; number++) {
      const again = { attempt: newAttempt({ number }), state: "pending", step: number } as const;
      await record(store, recordOf(claimed, again));
      [claimed] = await claim(store);
    }
    const delivery = await store.delivery(claimed?.id ?? "");
    const numbers = delivery?.attempts.map(({ number }) => number);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(await store.deliveries({}, { limit: 1 })).toEqual([delivery]);
  });

  test("of who holds the lease, and nobody else's", async () => {
    const store = await open();
    const slow = await claimOne(store);
    await store.releaseExpired(START + 20_000);
    expect(await record(store, recordOf(slow))).toEqual([false]);
    const [successor] = await claim(store, "ops", { now: START + 20_000 });
    if (!successor) throw new Error("nothing was claimed");
    expect(await record(store, recordOf(slow, { state: "failed" }))).toEqual([false]);
    expect(await store.delivery(slow.id)).toMatchObject({ state: "sending", attempts: [] });
    expect(await record(store, recordOf(successor))).toEqual([true]);
    expect(await record(store, recordOf(successor, { state: "failed" }))).toEqual([false]);
    expect(await record(store, recordOf(slow))).toEqual([false]);
    const delivery = await store.delivery(slow.id);
    expect([delivery?.state, delivery?.attempts.length]).toEqual(["delivered", 1]);
  });

  test("and answers for each of a batch, in order", async () => {
    const store = await open();
    await store.accept([newEvent(), newEvent()]);
    const [one, two] = await claim(store);
    if (!one || !two) throw new Error("nothing was claimed");
    const stale = { ...recordOf(one), fence: one.fence - 1 };
    const unknown = { ...recordOf(one), deliveryId: "dlv_unknown" };
    const records = [stale, recordOf(two), unknown, recordOf(one), recordOf(one)];
    expect(await record(store, ...records)).toEqual([false, true, false, true, false]);
    expect(await record(store)).toEqual([]);
  });

  test("or, without one, only what became of the delivery", async () => {
    const store = await open();
    const { attempt: _, ...unattempted } = recordOf(await claimOne(store));
    const { deliveryId } = unattempted;
    const ended = { ...unattempted, state: "expired", step: 0, reason: "too late" } as const;
    expect(await record(store, ended)).toEqual([true]);
    expect(await store.delivery(deliveryId)).toMatchObject({
      state: "expired",
      reason: "too late",
      attemptCount: 0,
      attempts: [],
    });
    expect(await store.due()).toEqual([]);
  });

  test("all of a batch or nothing of it", async () => {
    const store = await open();
    const first = await claimOne(store);
    await record(store, recordOf(first, { state: "pending" }));
    await store.accept([newEvent()]);
    const claimed = await claim(store);
    const bad = claimed.find(({ id }) => id === first.id);
    const good = claimed.find(({ id }) => id !== first.id);
    if (!bad || !good) throw new Error("nothing was claimed");
    // An attempt with a number that is taken can't be kept.
    await expect(
      record(store, recordOf(good), recordOf(bad, { attempt: newAttempt() })),
    ).rejects.toThrow(/unique constraint/i);
    expect(await store.delivery(good.id)).toMatchObject({ state: "sending", attempts: [] });
    expect(await record(store, recordOf(good))).toEqual([true]);
  });
}
