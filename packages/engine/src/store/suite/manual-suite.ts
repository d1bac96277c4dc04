import { expect, test } from "vitest";
import type { OpenStore } from "../store-suite.ts";
import { claimManual, claimOneManual, failedRecord } from "./manual-claims.ts";
import { START, claim, newDelivery } from "./new-events.ts";
import { deliveryIn, record, recordOf } from "./new-records.ts";

const DONE = { kind: "done" } as const;

export function manualSuite(open: OpenStore): void {
  test("and tells for whom", async () => {
    const store = await open();
    const ended = await deliveryIn(store, "failed", { deliveries: ["ended"] });
    const both = await deliveryIn(store, "pending", { deliveries: ["both"] });
    await deliveryIn(store, "pending", { deliveries: ["due"] });
    for (const id of [ended, both]) expect(await store.retry(id, START)).toEqual(DONE);
    const due = await store.due();
    expect(due.toSorted((a, b) => (a.destinationId < b.destinationId ? -1 : 1))).toEqual([
      { destinationId: "both", dueAt: START, manual: true },
      { destinationId: "due", dueAt: START, manual: false },
      { destinationId: "ended", manual: true },
    ]);
    await claim(store, "ended", { manual: true });
    await claim(store, "both", { manual: true });
    expect(await store.due()).toEqual([{ destinationId: "due", dueAt: START, manual: false }]);
  });

  test("at once, whenever the delivery is due by itself", async () => {
    const store = await open();
    const id = await deliveryIn(store, "pending", {
      deliveries: [newDelivery("ops", START + 60_000)],
    });
    await store.retry(id, START);
    expect(await claim(store)).toEqual([]);
    expect(await claimManual(store)).toMatchObject([
      {
        id,
        destinationId: "ops",
        returnTo: "pending",
        step: 0,
        attempts: 0,
        event: { test: false },
      },
    ]);
  });

  test("as many as were asked for, one after the other", async () => {
    const store = await open();
    const id = await deliveryIn(store, "failed");
    await store.retry(id, START);
    await store.retry(id, START + 1);
    const first = await claimOneManual(store);
    expect(await claimManual(store)).toEqual([]);
    expect(await store.due()).toEqual([]);
    await record(store, failedRecord(first));
    const second = await claimOneManual(store);
    expect([second.id, second.attempts]).toEqual([id, first.attempts + 1]);
    expect(second.fence).toBeGreaterThan(first.fence);
    await record(store, failedRecord(second));
    expect(await claimManual(store)).toEqual([]);
    expect(await store.due()).toEqual([]);
    const attempts = (await store.delivery(id))?.attempts ?? [];
    expect(attempts.map(({ number, manual }) => [number, manual])).toEqual([
      [1, false],
      [2, true],
      [3, true],
    ]);
  });

  test("each by one worker, however many ask at once", async () => {
    const store = await open();
    const ids: string[] = [];
    for (let index = 0; index < 12; index++) {
      ids.push(await deliveryIn(store, index % 2 === 0 ? "failed" : "delivered"));
    }
    for (const id of [...ids, ...ids]) await store.retry(id, START);
    const claims = await Promise.all(
      Array.from({ length: 6 }, () => claimManual(store, { count: 3 })),
    );
    expect(
      claims
        .flat()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(ids);
  });

  test("once where it is due by itself as well", async () => {
    const store = await open();
    const id = await deliveryIn(store, "pending");
    await store.retry(id, START);
    const shares = [true, false, true].map((manual) => ({
      destinationId: "ops",
      count: 9,
      manual,
    }));
    const request = { now: START, leaseUntil: START + 1, shares, enoughBytes: Infinity };
    expect((await store.claim(request)).deliveries).toMatchObject([{ id, returnTo: "pending" }]);
    expect((await store.claim(request)).deliveries).toEqual([]);
  });

  test("also after an attempt that was due by itself came first", async () => {
    const store = await open();
    const id = await deliveryIn(store, "pending");
    await store.retry(id, START);
    const [own] = await claim(store);
    if (!own) throw new Error("nothing was claimed");
    expect(own.returnTo).toBeUndefined();
    expect(await claimManual(store)).toEqual([]);
    await record(store, recordOf(own));
    expect(await claimOneManual(store)).toMatchObject({ id, returnTo: "delivered" });
  });

  test("in the order of the wishes, of which a later one counts anew", async () => {
    const store = await open();
    const [a, b, c] = [
      await deliveryIn(store, "failed"),
      await deliveryIn(store, "failed"),
      await deliveryIn(store, "failed"),
    ];
    await store.retry(c, START);
    await record(store, failedRecord(await claimOneManual(store)));
    for (const [index, id] of [b, a, c, b].entries()) await store.retry(id, START + 1 + index);
    const order = [];
    for (const _ of [a, b, c]) order.push((await claimOneManual(store, { count: 1 })).id);
    expect(order).toEqual([b, a, c]);
  });

  test("but not of what is being sent, nor of what is not there", async () => {
    const store = await open();
    const sending = await deliveryIn(store, "sending");
    expect(await store.retry(sending, START)).toEqual({ kind: "refused", state: "sending" });
    expect(await store.retry("dlv_none", START)).toEqual({ kind: "unknown" });
    expect(await store.due()).toEqual([]);
  });

  test("of the destination that is named, and only those", async () => {
    const store = await open();
    const [here, there] = [
      await deliveryIn(store, "failed", { deliveries: ["here"] }),
      await deliveryIn(store, "failed", { deliveries: ["there"] }),
    ];
    await deliveryIn(store, "failed", { deliveries: ["here"] });
    for (const id of [here, there]) await store.retry(id, START);
    expect(await claim(store, "here")).toEqual([]);
    const claimed = await claim(store, "here", { manual: true });
    expect(claimed.map(({ id }) => id)).toEqual([here]);
  });
}
