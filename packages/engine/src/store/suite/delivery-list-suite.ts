import { expect, test } from "vitest";
import { DELIVERY_STATES, type DeliveryFilter, type DeliveryState } from "../delivery-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { partsIn, partsOf } from "./list-parts.ts";
import { FAR, START, claim, newDelivery, newEvent } from "./new-events.ts";
import { deliveryIn, record, recordOf } from "./new-records.ts";

/** Keeps ten deliveries that fit a filter, with others between them; answers the ids of the ten. */
async function keepDeliveries(
  store: Store,
  { state }: Pick<DeliveryFilter, "state">,
): Promise<readonly string[]> {
  const event = newEvent({ tenantId: "ours", deliveries: [] });
  await store.accept([event]);
  const ours: string[] = [];
  for (let index = 0; index < 10; index++) {
    const delivery = newDelivery("ops", START);
    await store.addDeliveries(event.id, [delivery, newDelivery("other", START)], START);
    ours.push(delivery.id);
    await store.accept([newEvent({ tenantId: "theirs", deliveries: ["other"] })]);
    if (state === undefined || state === "pending") continue;
    await store.addDeliveries(event.id, [newDelivery("ops", FAR)], START);
  }
  if (state !== undefined) await bringAll(store, state);
  return ours;
}

async function bringAll(store: Store, state: DeliveryState): Promise<void> {
  if (state === "pending") return;
  const claimed = [
    ...(await claim(store, "ops", { count: 100 })),
    ...(await claim(store, "other", { count: 100 })),
  ];
  if (state !== "sending") await record(store, ...claimed.map((one) => recordOf(one, { state })));
}

export function deliveryListSuite(open: OpenStore): void {
  const atOps: readonly DeliveryFilter[] = [
    { destinationId: "ops" },
    { tenantId: "ours", destinationId: "ops" },
    ...DELIVERY_STATES.map((state) => ({ state, destinationId: "ops" })),
    ...DELIVERY_STATES.map((state) => ({ state, destinationId: "ops", tenantId: "ours" })),
  ];
  test.each(atOps)("each once, by %j", async (filter) => {
    const store = await open();
    const ours = await keepDeliveries(store, filter);
    const newer = (): Promise<unknown> => deliveryIn(store, "pending", { tenantId: "ours" });
    const parts = await partsOf((page) => store.deliveries(filter, page), ours, newer);
    expect(parts).toEqual(partsIn(ours));
  });

  test("each once, by its event, its tenant, or none of these", async () => {
    const store = await open();
    const event = newEvent({ tenantId: "ours", deliveries: [...Array<string>(10).fill("ops")] });
    await store.accept([event]);
    const ours = event.deliveries.map(({ id }) => id);
    const more = (): Promise<unknown> => store.accept([newEvent({ deliveries: ["other"] })]);
    const all = await partsOf((page) => store.deliveries({}, page), ours, more);
    expect(all).toEqual(partsIn(ours));
    const narrow: DeliveryFilter = {
      eventId: event.id,
      tenantId: "ours",
      destinationId: "ops",
      state: "pending",
    };
    const { eventId = "", tenantId = "", destinationId = "", state = "pending" } = narrow;
    const filters: readonly DeliveryFilter[] = [
      { eventId },
      { tenantId },
      { tenantId, state },
      { destinationId, state },
      { eventId, tenantId },
      { eventId, destinationId },
      { eventId, state },
      narrow,
    ];
    for (const filter of filters) {
      const parts = await partsOf((page) => store.deliveries(filter, page), ours, more);
      expect(parts).toEqual(partsIn(ours));
    }
    expect(await store.deliveries({ ...narrow, state: "failed" }, { limit: 9 })).toEqual([]);
    expect(await store.deliveries({ ...narrow, tenantId: "theirs" }, { limit: 9 })).toEqual([]);
    expect(await store.deliveries({ eventId: "evt_none" }, { limit: 9 })).toEqual([]);
  });

  test("as each reads by itself", async () => {
    const store = await open();
    const ids: string[] = [];
    for (const state of DELIVERY_STATES) ids.push(await deliveryIn(store, state));
    const alone = await Promise.all(ids.toReversed().map((id) => store.delivery(id)));
    expect(await store.deliveries({}, { limit: 9 })).toEqual(alone);
  });
}
