import { expect, test } from "vitest";
import type { OpenStore } from "../store-suite.ts";
import { START, claim, claimOne, newEvent } from "./new-events.ts";
import { record, recordOf } from "./new-records.ts";

const UNTIL = { leaseUntil: START + 20_000 };

export function leaseSuite(open: OpenStore): void {
  test("which then last until the time that is named, and no longer", async () => {
    const store = await open();
    const held = await claimOne(store, UNTIL);
    await store.renew([held], START + 40_000);
    expect(await store.releaseExpired(START + 39_999)).toBe(0);
    expect(await store.delivery(held.id)).toMatchObject({ state: "sending" });
    expect(await store.releaseExpired(START + 40_000)).toBe(1);
    expect(await store.delivery(held.id)).toMatchObject({ state: "pending" });
  });

  test("and lets be recorded what it renewed", async () => {
    const store = await open();
    const held = await claimOne(store, UNTIL);
    await store.renew([held], START + 40_000);
    await store.releaseExpired(START + 30_000);
    expect(await record(store, recordOf(held))).toEqual([true]);
  });

  test("but not that of a predecessor", async () => {
    const store = await open();
    const slow = await claimOne(store, UNTIL);
    await store.releaseExpired(START + 20_000);
    const [successor] = await claim(store, "ops", { leaseUntil: START + 30_000 });
    expect(successor?.id).toBe(slow.id);
    await store.renew([slow], START + 90_000);
    expect(await store.releaseExpired(START + 30_000)).toBe(1);
  });

  test("but none that has ended", async () => {
    const store = await open();
    const ended = await claimOne(store, UNTIL);
    await store.releaseExpired(START + 20_000);
    await store.renew([ended], START + 90_000);
    expect(await store.delivery(ended.id)).toMatchObject({ state: "pending" });
    const [again] = await claim(store, "ops", UNTIL);
    if (!again) throw new Error("nothing was claimed");
    await record(store, recordOf(again));
    await store.renew([again], START + 90_000);
    expect(await store.delivery(ended.id)).toMatchObject({ state: "delivered" });
    expect(await store.releaseExpired(START + 99_000)).toBe(0);
  });

  test("many at once, and leaves those alone that are not named", async () => {
    const store = await open();
    await store.accept(Array.from({ length: 5 }, () => newEvent()));
    const held = await claim(store, "ops", UNTIL);
    await store.renew([...held.slice(0, 3), { id: "dlv_none", fence: 1 }], START + 40_000);
    await store.renew([], START + 90_000);
    expect(await store.releaseExpired(START + 20_000)).toBe(2);
    const states = await Promise.all(held.map(async ({ id }) => (await store.delivery(id))?.state));
    expect(states).toEqual(["sending", "sending", "sending", "pending", "pending"]);
  });
}
