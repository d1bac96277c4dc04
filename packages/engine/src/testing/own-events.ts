import type { DestinationEvent } from "@syncbell/core";
import type { Engine } from "../engine.ts";
import type { StoredEvent } from "../store/event-records.ts";

/** One of Syncbell's own events as it is kept, and what it says. */
export interface OwnEvent extends StoredEvent {
  readonly said: DestinationEvent;
}

/** Syncbell's own events, the oldest first. */
export async function ownEvents({ kept }: Pick<Engine, "kept">): Promise<readonly OwnEvent[]> {
  const all = await kept.events({}, { limit: 1_000 });
  const own = all.filter(({ type }) => type.startsWith("destination.")).toReversed();
  const whole = await Promise.all(own.map(({ id }) => kept.event(id)));
  return whole.flatMap((event) => {
    if (!event) return [];
    return { ...event, said: JSON.parse(Buffer.from(event.body).toString()) as DestinationEvent };
  });
}

/** What these were, in their order: `failing`, `recovered` and so on. */
export async function ownStatuses(engine: Pick<Engine, "kept">): Promise<readonly string[]> {
  return (await ownEvents(engine)).map(({ said }) => said.status);
}
