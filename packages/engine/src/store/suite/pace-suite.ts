import type { Pace } from "@syncbell/core";
import { expect, test } from "vitest";
import type { Bucket } from "../../pace.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { FAR, START, newEvent } from "./new-events.ts";

const FIVE_A_SECOND: Pace = { perSecond: 5, burst: 2 };

interface Paced {
  readonly now?: number;
  readonly count?: number;
  readonly pace?: Pace;
  readonly manual?: boolean;
}

/** Claims at a pace; answers how many, and how full the bucket is then. */
async function claimPaced(
  store: Store,
  { now = START, count = 9, pace = FIVE_A_SECOND, manual = false }: Paced = {},
): Promise<readonly [number, Bucket | undefined]> {
  const shares = [{ destinationId: "ops", count, manual, pace }];
  const claimed = await store.claim({ now, leaseUntil: FAR, shares, enoughBytes: Infinity });
  return [claimed.deliveries.length, claimed.buckets.get("ops")];
}

async function openWith(open: OpenStore, deliveries: number): Promise<Store> {
  const store = await open();
  await store.accept(Array.from({ length: deliveries }, () => newEvent()));
  return store;
}

export function paceSuite(open: OpenStore): void {
  test("as fast as its bucket allows, and it is known how full that is", async () => {
    const store = await openWith(open, 20);
    expect(await claimPaced(store)).toEqual([2, { tokens: 0, filledAt: START }]);
    expect(await claimPaced(store)).toEqual([0, { tokens: 0, filledAt: START }]);
    expect((await claimPaced(store, { now: START + 199 }))[0]).toBe(0);
    expect((await claimPaced(store, { now: START + 200 }))[0]).toBe(1);
    expect((await claimPaced(store, { now: START + 700 }))[0]).toBe(2);
    expect((await claimPaced(store, { now: START + 60_000 }))[0]).toBe(2);
  });

  test("and takes no more than is claimed", async () => {
    const store = await openWith(open, 1);
    expect(await claimPaced(store)).toEqual([1, { tokens: 1, filledAt: START }]);
    await store.accept([newEvent(), newEvent()]);
    expect(await claimPaced(store, { count: 1 })).toEqual([1, { tokens: 0, filledAt: START }]);
  });

  test("for what somebody asked for as well, out of the same bucket", async () => {
    const store = await openWith(open, 3);
    for (const { id } of await store.deliveries({}, { limit: 9 })) await store.retry(id, START);
    expect((await claimPaced(store, { count: 1, manual: true }))[0]).toBe(1);
    expect((await claimPaced(store))[0]).toBe(1);
    expect((await claimPaced(store, { manual: true }))[0]).toBe(0);
  });

  test("whoever claims, however many at once", async () => {
    const store = await openWith(open, 40);
    const claims = Array.from({ length: 8 }, () => claimPaced(store));
    const counts = (await Promise.all(claims)).map(([count]) => count);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
  });

  test("by a clock that is behind the one before it not faster, and not slower once it was set back", async () => {
    const store = await openWith(open, 20);
    const claimAt = async (ms: number): Promise<number> =>
      (await claimPaced(store, { now: START + 86_400_000 + ms }))[0];
    expect(await claimAt(1_000)).toBe(2);
    expect(await claimAt(0)).toBe(0);
    expect(await claimAt(1_200)).toBe(1);
    expect(await claimAt(-3_600_000)).toBe(0);
    expect(await claimAt(-3_599_600)).toBe(2);
  });

  test("and others, without a pace, at once", async () => {
    const store = await openWith(open, 9);
    await claimPaced(store);
    const shares = [{ destinationId: "ops", count: 9, manual: false }];
    const request = { now: START, leaseUntil: FAR, shares, enoughBytes: Infinity };
    const { deliveries, buckets } = await store.claim(request);
    expect([deliveries.length, buckets.size]).toEqual([7, 0]);
  });
}
