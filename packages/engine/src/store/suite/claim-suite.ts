import { expect, test } from "vitest";
import type { OpenStore } from "../store-suite.ts";
import { START, claim, claimOne, newDelivery, newEvent } from "./new-events.ts";
import { record, recordOf } from "./new-records.ts";

export function claimSuite(open: OpenStore): void {
  test("with all that an attempt needs", async () => {
    const store = await open();
    const delivery = { ...newDelivery("ops", START), expiresAt: START + 5_000 };
    const event = newEvent({ deliveries: [delivery], receivedAt: START - 7 });
    await store.accept([event]);
    const [claimed] = await claim(store);
    expect({ ...claimed, event: { ...claimed?.event, body: undefined } }).toEqual({
      id: delivery.id,
      destinationId: "ops",
      fence: 1,
      step: 0,
      attempts: 0,
      expiresAt: START + 5_000,
      returnTo: undefined,
      event: {
        id: event.id,
        type: "post_sync",
        receivedAt: START - 7,
        test: false,
        body: undefined,
      },
    });
    expect(Buffer.from(claimed?.event.body ?? []).equals(event.body)).toBe(true);
    expect((await store.delivery(delivery.id))?.state).toBe("sending");
  });

  test("which are due, the longest due first, and none early", async () => {
    const store = await open();
    const dues = [50, 20, 40, 0, 101, 30, 10, 100];
    const deliveries = dues.map((ms) => newDelivery("ops", START + ms));
    await store.accept(deliveries.map((each) => newEvent({ deliveries: [each] })));
    const dueOf = (id: string): number =>
      dues[deliveries.findIndex((each) => each.id === id)] ?? -1;
    const first = await claim(store, "ops", { now: START + 100, count: 3 });
    expect(first.map(({ id }) => dueOf(id))).toEqual([0, 10, 20]);
    const rest = await claim(store, "ops", { now: START + 100 });
    expect(rest.map(({ id }) => dueOf(id))).toEqual([30, 40, 50, 100]);
    expect(await claim(store, "ops", { now: START + 100 })).toEqual([]);
    expect(await claim(store, "ops", { now: START + 101 })).toHaveLength(1);
  });

  test("in the order they were made where they are due at once", async () => {
    const store = await open();
    const events = Array.from({ length: 30 }, () => newEvent());
    await store.accept(events);
    const claimed = await claim(store, "ops", { count: 30 });
    expect(claimed.map(({ event }) => event.id)).toEqual(events.map(({ id }) => id));
  });

  test("in the order they were made also where the first was put off until the others are due", async () => {
    const store = await open();
    const [first, second, third] = [0, 50, 50].map((ms) => newDelivery("ops", START + ms));
    for (const each of [first, second, third]) {
      if (each) await store.accept([newEvent({ deliveries: [each] })]);
    }
    const [claimed] = await claim(store);
    if (!claimed) throw new Error("nothing was claimed");
    await record(store, recordOf(claimed, { state: "pending", dueAt: START + 50 }));
    const order: unknown[] = [];
    for (let turn = 0; turn < 3; turn++) {
      const one = await claim(store, "ops", { now: START + 50, count: 1 });
      order.push(...one.map(({ id }) => id));
    }
    expect(order).toEqual([first?.id, second?.id, third?.id]);
  });

  test("as many of each destination as it is told, and no others", async () => {
    const store = await open();
    await store.accept(Array.from({ length: 5 }, () => newEvent({ deliveries: ["a", "b", "c"] })));
    const { deliveries: claimed } = await store.claim({
      now: START,
      leaseUntil: START + 1,
      enoughBytes: Infinity,
      shares: [
        { destinationId: "b", count: 2, manual: false },
        { destinationId: "a", count: 9, manual: false },
        { destinationId: "unknown", count: 9, manual: false },
        { destinationId: "c", count: 0, manual: false },
      ],
    });
    expect(claimed.map(({ destinationId }) => destinationId)).toEqual("bbaaaaa".split(""));
    expect(
      await store.claim({ now: START, leaseUntil: START, shares: [], enoughBytes: Infinity }),
    ).toEqual({ deliveries: [], buckets: new Map() });
  });

  test("and tells who is owed something and since when, also what is due later", async () => {
    const store = await open();
    expect(await store.due()).toEqual([]);
    await store.accept([
      newEvent({ deliveries: [newDelivery("b", START + 9), newDelivery("a", START + 5)] }),
      newEvent({ deliveries: [newDelivery("b", START + 7), newDelivery("c", START - 3)] }),
    ]);
    const byId = (await store.due()).toSorted((x, y) =>
      x.destinationId < y.destinationId ? -1 : 1,
    );
    expect(byId).toEqual([
      { destinationId: "a", dueAt: START + 5, manual: false },
      { destinationId: "b", dueAt: START + 7, manual: false },
      { destinationId: "c", dueAt: START - 3, manual: false },
    ]);
    await claim(store, "c");
    expect((await store.due()).map(({ destinationId }) => destinationId).toSorted()).toEqual([
      "a",
      "b",
    ]);
  });

  test("fairly: a backlog of 20,000 stands before nobody", async () => {
    const store = await open();
    for (let batch = 0; batch < 20; batch++) {
      await store.accept(Array.from({ length: 1000 }, () => newEvent({ deliveries: ["backlog"] })));
    }
    const others = Array.from({ length: 50 }, (_, index) => `one-${index}`);
    await store.accept([newEvent({ deliveries: others.map((id) => newDelivery(id, START + 1)) })]);
    const due = await store.due();
    expect(due.map(({ destinationId }) => destinationId).toSorted()).toEqual(
      ["backlog", ...others].toSorted(),
    );
    const shares = due.map(({ destinationId }) => ({ destinationId, count: 2, manual: false }));
    const { deliveries: claimed } = await store.claim({
      now: START + 1,
      leaseUntil: START + 9,
      shares,
      enoughBytes: Infinity,
    });
    const counts = Map.groupBy(claimed, ({ destinationId }) => destinationId);
    expect(counts.get("backlog")).toHaveLength(2);
    for (const id of others) expect(counts.get(id)).toHaveLength(1);
  });

  test("each to one worker, however many ask at once", async () => {
    const store = await open();
    await store.accept(Array.from({ length: 60 }, () => newEvent()));
    const claims = await Promise.all(Array.from({ length: 10 }, () => claim(store)));
    const ids = claims.flat().map(({ id }) => id);
    expect(ids).toHaveLength(60);
    expect(new Set(ids).size).toBe(60);
  });

  test("until the lease ends: then they can be claimed again, with a higher fence", async () => {
    const store = await open();
    const first = await claimOne(store, { leaseUntil: START + 20_000 });
    expect(await store.releaseExpired(START + 19_999)).toBe(0);
    expect(await claim(store)).toEqual([]);
    expect(await store.releaseExpired(START + 20_000)).toBe(1);
    expect(await store.releaseExpired(START + 20_000)).toBe(0);
    expect(await store.due()).toEqual([{ destinationId: "ops", dueAt: START, manual: false }]);
    const [second] = await claim(store, "ops", { now: START + 20_000 });
    expect(second?.id).toBe(first.id);
    expect(second?.fence).toBeGreaterThan(first.fence);
    expect(second?.attempts).toBe(0);
  });

  test("share by share until the bodies are enough bytes", async () => {
    const store = await open();
    const body = "x".repeat(100);
    const deliveries = ["a", "b", "c"];
    await store.accept([1, 2].map((number) => newEvent({ body: `${number}${body}`, deliveries })));
    const claimed = async (enoughBytes: number): Promise<string> => {
      const shares = deliveries.map((destinationId) => ({
        destinationId,
        count: 1,
        manual: false,
      }));
      const request = { now: START, leaseUntil: START + 1, shares, enoughBytes };
      return (await store.claim(request)).deliveries
        .map(({ destinationId }) => destinationId)
        .join("");
    };
    expect(await claimed(101)).toBe("a");
    expect(await claimed(102)).toBe("ab");
    expect(await claimed(0)).toBe("");
    expect(await claimed(1e9)).toBe("bc");
    expect(await store.due()).toMatchObject([{ destinationId: "c" }]);
  });

  test("with the words that an event is a test", async () => {
    const store = await open();
    await store.accept([newEvent({ test: true })]);
    const [claimed] = await claim(store);
    expect(claimed?.event.test).toBe(true);
    expect((await store.event(claimed?.event.id ?? ""))?.test).toBe(true);
  });
}
