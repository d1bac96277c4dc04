import type { Contact } from "../../breaker.ts";
import type {
  Attempt,
  AttemptRecord,
  ClaimedDelivery,
  DeliveryState,
} from "../delivery-records.ts";
import type { Judge } from "../destination-records.ts";
import type { Store } from "../store.ts";
import { type EventChanges, FAR, START, claim, newEvent } from "./new-events.ts";

/** A judge that changes nothing. */
export const noJudge: Judge = () => undefined;

export function newAttempt(changes: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    startedAt: START,
    durationMs: 12,
    outcome: "delivered",
    status: 200,
    reason: undefined,
    response: undefined,
    manual: false,
    ...changes,
  };
}

export function newContact(changes: Partial<Contact> = {}): Contact {
  return {
    outcome: "retry",
    startedAt: START,
    endedAt: START + 12,
    afterMs: undefined,
    reason: "answered 503",
    ...changes,
  };
}

/** What is recorded of a claim: that the message arrived, unless a test says otherwise. */
export function recordOf(
  claimed: ClaimedDelivery,
  changes: Partial<AttemptRecord> = {},
): AttemptRecord {
  const { id: deliveryId, destinationId, fence, attempts } = claimed;
  const attempt = newAttempt({ number: attempts + 1 });
  return { deliveryId, destinationId, fence, attempt, state: "delivered", step: 1, ...changes };
}

/** Records; answers which were recorded. */
export async function record(
  store: Store,
  ...records: readonly AttemptRecord[]
): Promise<readonly boolean[]> {
  return (await store.record(records, noJudge)).map(({ recorded }) => recorded);
}

/** Accepts an event with one delivery, which is brought into a state; answers the delivery's id. */
export async function deliveryIn(
  store: Store,
  state: DeliveryState,
  changes: EventChanges = {},
): Promise<string> {
  const event = newEvent(changes);
  await store.accept([event]);
  const [delivery] = event.deliveries;
  if (!delivery) throw new Error("the event has no delivery");
  if (state === "cancelled") await store.cancel(delivery.id, "nobody wants it");
  else if (state !== "pending") await bring(store, delivery.destinationId, delivery.id, state);
  return delivery.id;
}

/** Claims what is due for a destination, and records all of it as ended in a state. */
export async function endAll(
  store: Store,
  destinationId: string,
  state: "delivered" | "failed",
): Promise<void> {
  const claimed = await claim(store, destinationId, { now: FAR, count: 10_000 });
  await record(store, ...claimed.map((one) => recordOf(one, { state })));
}

async function bring(
  store: Store,
  destinationId: string,
  id: string,
  state: Exclude<DeliveryState, "pending" | "cancelled">,
): Promise<void> {
  const claimed = await claim(store, destinationId, { now: FAR, count: 10_000 });
  for (const one of claimed) {
    const { attempt: _, ...unattempted } = recordOf(one);
    if (one.id !== id) await record(store, { ...unattempted, state: "pending", step: one.step });
    else if (state === "expired")
      await record(store, { ...unattempted, state, reason: "too late" });
    else if (state !== "sending") await record(store, recordOf(one, { state }));
  }
}
