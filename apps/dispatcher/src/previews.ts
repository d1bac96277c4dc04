import type { Event } from "@syncbell/core";
import type { Destination, Explanation, Preview, ToRender } from "@syncbell/engine";

/** An event that is looked at before it comes. */
export interface Previewed {
  readonly event: Event;
  /** Its bytes. */
  readonly body: Uint8Array;
  /** What would be decided for it. */
  readonly explanation: Explanation;
  /** When it comes, in milliseconds since the epoch. */
  readonly now: number;
}

/** The messages of an event for those of the destinations that have it in their reach: they have a decision. */
export function previewsOf(
  { event, body, explanation, now }: Previewed,
  destinations: readonly Destination[],
  preview: (toRender: ToRender, destination: Destination) => Preview,
): readonly Preview[] {
  const { incident, decisions } = explanation;
  const reached = new Set(decisions.map(({ destinationId }) => destinationId));
  const stored = {
    id: "evt_preview",
    type: event.event_type,
    receivedAt: now,
    test: false,
    body,
    incident,
  };
  return destinations
    .filter(({ id }) => reached.has(id))
    .map((destination) => preview({ event: stored }, destination));
}
