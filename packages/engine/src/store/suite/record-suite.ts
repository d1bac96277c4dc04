import { expect, test } from "vitest";
import type { Attempt, AttemptRecord, ClaimedDelivery } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { START, claim, claimOne, newEvent } from "./new-events.ts";

function attempt(changes: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    startedAt: START,
    durationMs: 12,
    outcome: "delivered",
    status: 200,
    reason: undefined,
    response: undefined,
    manual: false,
    ...changes,
  };
}

function recordOf(claimed: ClaimedDelivery, changes: Partial<AttemptRecord> = {}): AttemptRecord {
  const { id: deliveryId, fence } = claimed;
  return { deliveryId, fence, attempt: attempt(), state: "delivered", step: 1, ...changes };
}

export function recordSuite(open: OpenStore): void {
  test("to the letter", async () => {
    const store = await open();
    const claimed = await claimOne(store);
    const made = attempt({
      outcome: "accepted",
      status: undefined,
      reason: 'é😀 "quoted"\nsecond line',
      response: "𝕏".repeat(2048),
      manual: true,
    });
    expect(await store.record([recordOf(claimed, { attempt: made })])).toEqual([true]);
    expect(await store.delivery(claimed.id)).toEqual({
      id: claimed.id,
      eventId: claimed.event.id,
      destinationId: "ops",
      state: "delivered",
      createdAt: START,
      dueAt: START,
      attempts: [made],
    });
    expect(await store.due()).toEqual([]);
  });

  test("and makes a delivery due again, with what it has used up", async () => {
    const store = await open();
    const first = await claimOne(store);
    const failed = attempt({ outcome: "retry", status: 503, reason: "answered 503" });
    const again = { attempt: failed, state: "pending", step: 3, dueAt: START + 5_000 } as const;
    await store.record([recordOf(first, again)]);
    expect(await store.due()).toEqual([{ destinationId: "ops", dueAt: START + 5_000 }]);
    expect(await claim(store, "ops", { now: START + 4_999 })).toEqual([]);
    const [second] = await claim(store, "ops", { now: START + 5_000 });
    expect(second).toMatchObject({ id: first.id, step: 3, attempts: 1 });
    if (!second) return;
    await store.record([recordOf(second, { attempt: attempt({ number: 2 }), step: 4 })]);
    const delivery = await store.delivery(first.id);
    expect(delivery?.attempts).toEqual([failed, attempt({ number: 2 })]);
    expect(delivery?.dueAt).toBe(START + 5_000);
  });

  test("and lists them by number, whatever the number of digits", async () => {
    const store = await open();
    let claimed: ClaimedDelivery | undefined = await claimOne(store);
    for (let number = 1; claimed && number <= 11; number++) {
      const again = { attempt: attempt({ number }), state: "pending", step: number } as const;
      await store.record([recordOf(claimed, again)]);
      [claimed] = await claim(store);
    }
    const numbers = (await store.delivery(claimed?.id ?? ""))?.attempts.map(({ number }) => number);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test("of who holds the lease, and nobody else's", async () => {
    const store = await open();
    const slow = await claimOne(store);
    await store.releaseExpired(START + 20_000);
    expect(await store.record([recordOf(slow)])).toEqual([false]);
    const [successor] = await claim(store, "ops", { now: START + 20_000 });
    if (!successor) throw new Error("nothing was claimed");
    expect(await store.record([recordOf(slow, { state: "failed" })])).toEqual([false]);
    expect(await store.delivery(slow.id)).toMatchObject({ state: "sending", attempts: [] });
    expect(await store.record([recordOf(successor)])).toEqual([true]);
    expect(await store.record([recordOf(successor, { state: "failed" })])).toEqual([false]);
    expect(await store.record([recordOf(slow)])).toEqual([false]);
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
    expect(await store.record(records)).toEqual([false, true, false, true, false]);
    expect(await store.record([])).toEqual([]);
  });

  test("or, without one, only what became of the delivery", async () => {
    const store = await open();
    const { id: deliveryId, fence } = await claimOne(store);
    expect(await store.record([{ deliveryId, fence, state: "expired", step: 0 }])).toEqual([true]);
    expect(await store.delivery(deliveryId)).toMatchObject({ state: "expired", attempts: [] });
    expect(await store.due()).toEqual([]);
  });

  test("all of a batch or nothing of it", async () => {
    const store = await open();
    const first = await claimOne(store);
    await store.record([recordOf(first, { state: "pending" })]);
    await store.accept([newEvent()]);
    const claimed = await claim(store);
    const bad = claimed.find(({ id }) => id === first.id);
    const good = claimed.find(({ id }) => id !== first.id);
    if (!bad || !good) throw new Error("nothing was claimed");
    // An attempt with a number that is taken can't be kept.
    await expect(store.record([recordOf(good), recordOf(bad)])).rejects.toThrow(
      /unique constraint/i,
    );
    expect(await store.delivery(good.id)).toMatchObject({ state: "sending", attempts: [] });
    expect(await store.record([recordOf(good)])).toEqual([true]);
  });
}
