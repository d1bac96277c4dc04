import { expect, test } from "vitest";
import type { OpenStore } from "../store-suite.ts";
import { CLOSES, acceptParts, claimDigest, newPart } from "./new-digests.ts";
import { START, newEvent } from "./new-events.ts";
import { record, recordOf } from "./new-records.ts";

export function openDigestsSuite(open: OpenStore): void {
  test("by the destination, until they close", async () => {
    const store = await open();
    await acceptParts(store, [
      newPart(),
      newPart({ destinationId: "b", closesAt: CLOSES + 5 }),
      newPart({ destinationId: "c" }),
    ]);
    const ids = ["ops", "b", "none"];
    const both = { ops: CLOSES, b: CLOSES + 5 };
    expect(Object.fromEntries(await store.openDigests(ids, START))).toEqual(both);
    expect(Object.fromEntries(await store.openDigests(ids, CLOSES - 1))).toEqual(both);
    expect(Object.fromEntries(await store.openDigests(ids, CLOSES))).toEqual({ b: CLOSES + 5 });
    expect(await store.openDigests([], START)).toEqual(new Map());
    const many = [...Array.from({ length: 40_000 }, (_, index) => `d-${index}`), "ops"];
    expect(await store.openDigests(many, START)).toEqual(new Map([["ops", CLOSES]]));
  });

  test("of several, the one that an event becomes a part of", async () => {
    const store = await open();
    await acceptParts(store, [newPart({ closesAt: CLOSES + 60_000 })], CLOSES);
    // The clock was set back: it is not open to what comes before it.
    const [known] = await acceptParts(store, [newPart()], START);
    const [again] = await acceptParts(store, [newPart()], START + 1);
    expect(again).toBe(known);
    expect(await store.openDigests(["ops"], START)).toEqual(new Map([["ops", CLOSES + 60_000]]));
  });

  test("none that was cancelled, sent, or sent before its time; nor another delivery", async () => {
    const store = await open();
    await store.accept([newEvent({})]);
    expect(await store.openDigests(["ops"], START)).toEqual(new Map());
    const [cancelled = ""] = await acceptParts(store, [newPart()]);
    await store.cancel(cancelled, "nobody wants it");
    expect(await store.openDigests(["ops"], START)).toEqual(new Map());
    await acceptParts(store, [newPart({ destinationId: "b" })]);
    const claimed = await claimDigest(store, { destinationId: "b" });
    expect(await store.openDigests(["b"], START)).toEqual(new Map());
    // It did not arrive, and is owed again: it is closed nevertheless.
    await record(store, recordOf(claimed, { state: "pending", dueAt: CLOSES + 9 }));
    expect(await store.openDigests(["b"], START)).toEqual(new Map());
  });
}
