import type { Destination } from "./destination.ts";
import type { MakeId } from "./ids.ts";
import type { Decision } from "./decision.ts";
import type { NewDelivery } from "./store/delivery-records.ts";

/** The deliveries that decisions make, each due at once. */
export function plan(
  decisions: readonly Decision[],
  destinations: Iterable<Destination>,
  now: number,
  makeId: MakeId,
): readonly NewDelivery[] {
  const known = new Map([...destinations].map((one) => [one.id, one]));
  return decisions.flatMap(({ decision, destinationId }) =>
    decision === "deliver" ? newDelivery(destinationId, known.get(destinationId), now, makeId) : [],
  );
}

/** One more delivery to a destination, due at once. */
export function newDelivery(
  destinationId: string,
  destination: Pick<Destination, "expireMs"> | undefined,
  now: number,
  makeId: MakeId,
): NewDelivery {
  return {
    id: makeId("dlv", now),
    destinationId,
    dueAt: now,
    expiresAt: expiryOf(destination, now),
  };
}

/** When a message to a destination is no longer worth delivering. */
export function expiryOf(
  destination: Pick<Destination, "expireMs"> | undefined,
  now: number,
): number | undefined {
  return destination?.expireMs === undefined ? undefined : now + destination.expireMs;
}
