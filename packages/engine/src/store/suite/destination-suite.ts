import { expect, test } from "vitest";
import type { DeliveryState } from "../delivery-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { START, claim, newEvent } from "./new-events.ts";
import { endAll } from "./new-records.ts";

async function statesOf(store: Store, eventId: string): Promise<Record<string, DeliveryState>> {
  const event = await store.event(eventId);
  return Object.fromEntries(
    (event?.deliveries ?? []).map((each) => [each.destinationId, each.state]),
  );
}

/** Names destinations, and ends what those are owed that are deleted; answers how much that was. */
async function replace(store: Store, ids: readonly string[], now: number): Promise<number> {
  await store.nameDestinations(
    ids.map((id) => ({ id, fingerprint: "one" })),
    now,
  );
  const owed = (await store.due()).map(({ destinationId }) => destinationId);
  let ended = 0;
  for (const id of await store.deletedAmong(owed)) {
    ended += await store.endOwed(id, { state: "cancelled", reason: "", madeBy: now, limit: 100 });
  }
  return ended;
}

export function destinationSuite(open: OpenStore): void {
  test("and cancels what is owed to one that is named no longer, and nothing else", async () => {
    const store = await open();
    expect(await replace(store, ["a", "b", "c"], START)).toBe(0);
    const event = newEvent({ deliveries: ["a", "b", "c"] });
    await store.accept([event]);
    await store.accept([newEvent({ deliveries: ["b"] })]);
    expect(await replace(store, ["a", "c", "d"], START + 1)).toBe(2);
    expect(await statesOf(store, event.id)).toEqual({ a: "pending", b: "cancelled", c: "pending" });
    expect(await replace(store, ["a", "c", "d"], START + 2)).toBe(0);
    expect(await replace(store, [], START + 3)).toBe(2);
    expect(await store.due()).toEqual([]);
  });

  test("and leaves alone what has ended already", async () => {
    const store = await open();
    await replace(store, ["a"], START);
    const event = newEvent({ deliveries: ["a"] });
    await store.accept([event]);
    await endAll(store, "a", "failed");
    expect(await replace(store, [], START + 1)).toBe(0);
    expect(await statesOf(store, event.id)).toEqual({ a: "failed" });
  });

  test("and owes anew to one that is named again, but not what was cancelled", async () => {
    const store = await open();
    await replace(store, ["a"], START);
    const before = newEvent({ deliveries: ["a"] });
    await store.accept([before]);
    await replace(store, [], START + 1);
    await replace(store, ["a"], START + 2);
    const after = newEvent({ deliveries: ["a"] });
    await store.accept([after]);
    expect(await replace(store, ["a"], START + 3)).toBe(0);
    expect(await statesOf(store, before.id)).toEqual({ a: "cancelled" });
    expect(await statesOf(store, after.id)).toEqual({ a: "pending" });
    expect(await replace(store, [], START + 4)).toBe(1);
  });

  test("and cancels in the end what was under way when its destination went", async () => {
    const store = await open();
    await replace(store, ["a"], START);
    await store.accept([newEvent({ deliveries: ["a"] })]);
    const [claimed] = await claim(store, "a");
    if (!claimed) throw new Error("nothing was claimed");
    expect(await replace(store, [], START + 1)).toBe(0);
    expect((await store.delivery(claimed.id))?.state).toBe("sending");
    await store.releaseExpired(START + 20_000);
    expect(await replace(store, [], START + 20_001)).toBe(1);
    expect((await store.delivery(claimed.id))?.state).toBe("cancelled");
  });

  test("and tells which of some were deleted, by the file or by a wish", async () => {
    const store = await open();
    await replace(store, ["a", "b", "c"], START);
    await replace(store, ["a"], START + 1);
    await store.putDestination({ id: "dst_1", fingerprint: "one" }, "sealed", START);
    await store.putDestination({ id: "dst_2", fingerprint: "one" }, "sealed", START);
    await store.deleteDestination("dst_2", START + 1);
    const asked = ["dst_2", "dst_1", "never", "a", "b"];
    expect((await store.deletedAmong(asked)).toSorted()).toEqual(["b", "dst_2"]);
    expect(await store.deletedAmong([])).toEqual([]);
  });
}
