import { type Event, isDestinationEvent } from "@syncbell/core";
import { decide } from "./match.ts";
import type { StoredEvent } from "./store/event-records.ts";

/**
 * Whether a stored event is Syncbell's own notice about one of its destinations, and was not posted in the
 * shape of one. What was decided tells it for as long as the event is kept, and the event's name but for a
 * day: of its own notice only, a destination is not told as it is about itself.
 */
export function isRaisedHere(event: Event, { decisions }: Pick<StoredEvent, "decisions">): boolean {
  if (!isDestinationEvent(event)) return false;
  const { id } = event.destination;
  const [itself] = decide(event, [{ id }], { now: 0, own: true });
  return decisions.some(
    ({ destinationId, reason }) => destinationId === id && reason === itself?.reason,
  );
}
