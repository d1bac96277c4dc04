import { expect, test } from "vitest";
import type { OwedEnd, Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { acceptParts, newPart } from "./new-digests.ts";
import { FAR, START, claim, newDelivery, newEvent } from "./new-events.ts";
import { deliveryIn, record, recordOf } from "./new-records.ts";

const ENDED = ["delivered", "failed", "expired", "cancelled"] as const;

const END: OwedEnd = { state: "failed", reason: "was disabled", madeBy: START, limit: 100 };

/** Accepts events that are worth delivering until the times named; answers the deliveries' ids. */
async function acceptExpiring(
  store: Store,
  ...times: readonly (number | undefined)[]
): Promise<readonly string[]> {
  const deliveries = times.map((expiresAt) => ({ ...newDelivery("ops", START), expiresAt }));
  await store.accept(deliveries.map((each) => newEvent({ deliveries: [each] })));
  return deliveries.map(({ id }) => id);
}

async function states(store: Store, ids: readonly string[]): Promise<readonly unknown[]> {
  return Promise.all(ids.map(async (id) => (await store.delivery(id))?.state));
}

export function endingSuite(open: OpenStore): void {
  test("sooner where it need not be held any longer: what nobody tried, no more than it is told to", async () => {
    const store = await open();
    const later = [1, 2, 3].map((minute) => newDelivery("ops", START + minute * 60_000));
    const others = [newDelivery("other", FAR), newDelivery("ops", START)];
    await store.accept([...later, ...others].map((each) => newEvent({ deliveries: [each] })));
    await store.accept([
      newEvent({ deliveries: [{ ...newDelivery("ops", FAR), isAskedFor: true }] }),
    ]);
    await store.accept([newEvent({ deliveries: [{ ...newDelivery("ops", FAR), waitsFor: "e" }] })]);
    const [tried] = await claim(store);
    if (!tried) throw new Error("nothing was claimed");
    await record(store, recordOf(tried, { state: "pending", dueAt: FAR }));
    await acceptParts(store, [newPart()]);
    expect(await store.hasten("ops", START + 60_000, 1)).toBe(1);
    expect(await store.hasten("ops", START + 60_000, 9)).toBe(1);
    expect(await store.hasten("ops", START + 60_000, 9)).toBe(0);
    const due = await Promise.all(later.map(async ({ id }) => (await store.delivery(id))?.dueAt));
    expect(due).toEqual([START + 60_000, START + 60_000, START + 60_000]);
    expect(await claim(store, "other", { now: FAR - 1 })).toEqual([]);
  });

  test("by a wish, with the attempts at it that were asked for", async () => {
    const store = await open();
    const id = await deliveryIn(store, "pending");
    await store.retry(id, START);
    expect(await store.cancel(id, "nobody wants it")).toEqual({ kind: "done" });
    const cancelled = { state: "cancelled", reason: "nobody wants it", attempts: [] };
    expect(await store.delivery(id)).toMatchObject(cancelled);
    expect(await store.due()).toEqual([]);
    expect(await claim(store)).toEqual([]);
    expect(await claim(store, "ops", { manual: true })).toEqual([]);
  });

  test.each(["sending", ...ENDED] as const)("not by a wish where it is %s", async (state) => {
    const store = await open();
    const id = await deliveryIn(store, state);
    const before = await store.delivery(id);
    expect(await store.cancel(id, "no reason")).toEqual({ kind: "refused", state });
    expect(await store.delivery(id)).toEqual(before);
  });

  test("not by a wish where it is not there", async () => {
    const store = await open();
    expect(await store.cancel("dlv_none", "no reason")).toEqual({ kind: "unknown" });
  });

  test("once it is not worth delivering any more", async () => {
    const store = await open();
    const ids = await acceptExpiring(store, START + 1, undefined, START + 2, START + 3);
    expect(await store.expire(START, 100)).toBe(0);
    expect(await store.expire(START + 2, 100)).toBe(2);
    expect(await states(store, ids)).toEqual(["expired", "pending", "expired", "pending"]);
    expect((await store.delivery(ids[0] ?? ""))?.reason).toContain("not worth delivering");
    expect(await store.expire(START + 2, 100)).toBe(0);
  });

  test("in steps where much has expired", async () => {
    const store = await open();
    await acceptExpiring(store, ...Array<number>(7).fill(START));
    const counts = [];
    for (let step = 0; step < 4; step++) counts.push(await store.expire(START, 3));
    expect(counts).toEqual([3, 3, 1, 0]);
  });

  test("not for its expiry where it is being sent or has ended", async () => {
    const store = await open();
    const ids: string[] = [];
    for (const state of ["delivered", "failed", "cancelled", "sending"] as const) {
      const deliveries = [{ ...newDelivery("ops", START), expiresAt: START }];
      ids.push(await deliveryIn(store, state, { deliveries }));
    }
    expect(await store.expire(START + 1, 100)).toBe(0);
    expect(await states(store, ids)).toEqual(["delivered", "failed", "cancelled", "sending"]);
  });

  test("and still makes an attempt that was asked for at what expired", async () => {
    const store = await open();
    const [id = ""] = await acceptExpiring(store, START);
    await store.retry(id, START);
    await store.expire(START, 100);
    expect(await claim(store, "ops", { manual: true })).toMatchObject([
      { id, returnTo: "expired" },
    ]);
  });

  test.each(["failed", "cancelled"] as const)("to a destination, as %s", async (state) => {
    const store = await open();
    const event = newEvent({ deliveries: ["ops", "other"] });
    await store.accept([event]);
    const [ours = "", other = ""] = event.deliveries.map(({ id }) => id);
    expect(await store.endOwed("ops", { ...END, state, reason: "because" })).toBe(1);
    expect(await store.delivery(ours)).toMatchObject({ state, reason: "because", dueAt: START });
    expect((await store.delivery(other))?.state).toBe("pending");
    expect(await store.due()).toMatchObject([{ destinationId: "other" }]);
  });

  test("to a destination in steps where that is much", async () => {
    const store = await open();
    await store.accept(Array.from({ length: 7 }, () => newEvent()));
    const counts = [];
    for (let step = 0; step < 4; step++) {
      counts.push(await store.endOwed("ops", { ...END, limit: 3 }));
    }
    expect(counts).toEqual([3, 3, 1, 0]);
  });

  test("to a destination, but not what was made later", async () => {
    const store = await open();
    const times = [START - 1, START, START + 1];
    const events = times.map((receivedAt) => newEvent({ receivedAt }));
    await store.accept(events);
    expect(await store.endOwed("ops", END)).toBe(2);
    const ids = events.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
    expect(await states(store, ids)).toEqual(["failed", "failed", "pending"]);
  });

  test("to a destination, with the attempts that were asked for", async () => {
    const store = await open();
    const earlier = [await deliveryIn(store, "failed"), await deliveryIn(store, "pending")];
    const later = await deliveryIn(store, "delivered", { receivedAt: START + 1 });
    const elsewhere = await deliveryIn(store, "failed", { deliveries: ["other"] });
    for (const id of [...earlier, later, elsewhere]) await store.retry(id, START + 1);
    expect(await store.endOwed("ops", END)).toBe(1);
    const claimed = await claim(store, "ops", { manual: true });
    expect(claimed.map(({ id }) => id)).toEqual([later]);
    expect(await store.due()).toEqual([{ destinationId: "other", manual: true }]);
  });

  test("to a destination, but not what is being sent or has ended", async () => {
    const store = await open();
    const ids: string[] = [];
    for (const state of [...ENDED, "sending"] as const) ids.push(await deliveryIn(store, state));
    const before = await Promise.all(ids.map((id) => store.delivery(id)));
    expect(await store.endOwed("ops", END)).toBe(0);
    expect(await Promise.all(ids.map((id) => store.delivery(id)))).toEqual(before);
  });
}
