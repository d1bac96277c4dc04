import { expect, test } from "vitest";
import type { DeliveryState, Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { START, claim, newEvent } from "./new-events.ts";

async function statesOf(store: Store, eventId: string): Promise<Record<string, DeliveryState>> {
  const event = await store.event(eventId);
  return Object.fromEntries(
    (event?.deliveries ?? []).map((each) => [each.destinationId, each.state]),
  );
}

export function destinationSuite(open: OpenStore): void {
  test("and cancels what is owed to one that is named no longer, and nothing else", async () => {
    const store = await open();
    expect(await store.replaceDestinations(["a", "b", "c"], START)).toBe(0);
    const event = newEvent({ deliveries: ["a", "b", "c"] });
    await store.accept([event]);
    await store.accept([newEvent({ deliveries: ["b"] })]);
    expect(await store.replaceDestinations(["a", "c", "d"], START + 1)).toBe(2);
    expect(await statesOf(store, event.id)).toEqual({ a: "pending", b: "cancelled", c: "pending" });
    expect(await store.replaceDestinations(["a", "c", "d"], START + 2)).toBe(0);
    expect(await store.replaceDestinations([], START + 3)).toBe(2);
    expect(await store.due()).toEqual([]);
  });

  test("and leaves alone what has ended already", async () => {
    const store = await open();
    await store.replaceDestinations(["a"], START);
    await store.accept([newEvent({ deliveries: ["a"] })]);
    const [claimed] = await claim(store, "a");
    if (!claimed) throw new Error("nothing was claimed");
    await store.record([
      { deliveryId: claimed.id, fence: claimed.fence, state: "failed", step: 1 },
    ]);
    expect(await store.replaceDestinations([], START + 1)).toBe(0);
    expect((await store.delivery(claimed.id))?.state).toBe("failed");
  });

  test("and owes anew to one that is named again, but not what was cancelled", async () => {
    const store = await open();
    await store.replaceDestinations(["a"], START);
    const before = newEvent({ deliveries: ["a"] });
    await store.accept([before]);
    await store.replaceDestinations([], START + 1);
    await store.replaceDestinations(["a"], START + 2);
    const after = newEvent({ deliveries: ["a"] });
    await store.accept([after]);
    expect(await store.replaceDestinations(["a"], START + 3)).toBe(0);
    expect(await statesOf(store, before.id)).toEqual({ a: "cancelled" });
    expect(await statesOf(store, after.id)).toEqual({ a: "pending" });
    expect(await store.replaceDestinations([], START + 4)).toBe(1);
  });

  test("and cancels in the end what was under way when its destination went", async () => {
    const store = await open();
    await store.replaceDestinations(["a"], START);
    await store.accept([newEvent({ deliveries: ["a"] })]);
    const [claimed] = await claim(store, "a");
    if (!claimed) throw new Error("nothing was claimed");
    expect(await store.replaceDestinations([], START + 1)).toBe(0);
    expect((await store.delivery(claimed.id))?.state).toBe("sending");
    await store.releaseExpired(START + 20_000);
    expect(await store.replaceDestinations([], START + 20_001)).toBe(1);
    expect((await store.delivery(claimed.id))?.state).toBe("cancelled");
  });
}
