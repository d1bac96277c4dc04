import type { NewDelivery } from "../delivery-records.ts";
import type { NewReplay, ReplayStep, StoredReplay } from "../replay-records.ts";
import type { Store } from "../store.ts";
import { type EventChanges, START, newDelivery } from "./new-events.ts";

/** When replays are asked for, unless a test says otherwise: they go over all that was before. */
export const UNTIL: number = START + 60_000;

let made = 0;

export function newReplay(changes: Partial<NewReplay> = {}): NewReplay {
  return {
    // Above the deliveries that were made before it, below those that it makes.
    id: `rpl_9${String(++made).padStart(9, "0")}`,
    destinationId: "ops",
    since: START,
    until: UNTIL,
    states: ["failed", "expired", "disabled"],
    createdAt: UNTIL,
    ...changes,
  };
}

/** Goes on with a replay by a step that makes at most `count` deliveries. */
export function stepReplay(
  store: Store,
  id: string,
  count: number,
  { now = UNTIL, expiresAt }: Partial<Omit<ReplayStep, "deliveryIds">> = {},
): Promise<StoredReplay | undefined> {
  const deliveryIds = Array.from(
    { length: count },
    () => `dlv_replayed_${String(++made).padStart(9, "0")}`,
  );
  return store.stepReplay(id, { now, expiresAt, deliveryIds });
}

/** Goes on with a replay until it has ended. */
export async function runReplay(
  store: Store,
  id: string,
  count: number,
  now: number = UNTIL,
): Promise<StoredReplay> {
  for (;;) {
    const replay = await stepReplay(store, id, count, { now });
    if (!replay) throw new Error("there is no such replay");
    if (replay.state !== "running") return replay;
  }
}

/** The events for which a delivery was made since replays were asked for, one for each delivery. */
export async function madeFor(store: Store, destinationId = "ops"): Promise<readonly string[]> {
  const all = await store.deliveries({ destinationId }, { limit: 10_000 });
  return all
    .filter(({ createdAt }) => createdAt >= UNTIL)
    .map(({ eventId }) => eventId)
    .toSorted();
}

/** The event that a delivery belongs to. */
export async function eventOf(store: Store, deliveryId: Promise<string>): Promise<string> {
  const delivery = await store.delivery(await deliveryId);
  if (!delivery) throw new Error("there is no such delivery");
  return delivery.eventId;
}

/** Owes an event once more, within the stretch of time that is replayed. */
export async function owe(store: Store, eventId: string): Promise<NewDelivery> {
  const delivery = newDelivery("ops", START);
  await store.addDeliveries(eventId, [delivery], START);
  return delivery;
}

/** An event that met a disabled destination. */
export const disabled = (id: string): EventChanges => ({
  deliveries: [],
  decisions: [{ destinationId: id, decision: "disabled", reason: "", unevaluable: false }],
});
