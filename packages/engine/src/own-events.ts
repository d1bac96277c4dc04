import type { DestinationEvent, DestinationStatus } from "@syncbell/core";
import { bodyHashOf } from "./body-hash.ts";
import type { Contact, Health } from "./breaker.ts";
import type { Destination } from "./destination.ts";
import type { MakeId } from "./ids.ts";
import { decide, tenantOf } from "./match.ts";
import { plan } from "./plan.ts";
import type { DestinationState } from "./store/destination-records.ts";
import type { NewEvent } from "./store/event-records.ts";

export interface OwnEventOptions {
  readonly makeId: MakeId;
  readonly destinations: () => readonly Destination[];
  readonly stateOf: (destinationId: string) => DestinationState | undefined;
}

/** The notice that a destination fails, works again or was disabled, decided for everybody. */
export function destinationEvent(
  { id, channel, tenant }: Destination,
  status: DestinationStatus,
  health: Health,
  { endedAt, reason }: Pick<Contact, "endedAt" | "reason">,
  { makeId, destinations, stateOf }: OwnEventOptions,
): NewEvent {
  const { failures, failingSince } = health;
  const event: DestinationEvent = {
    event_type: `destination.${status}`,
    status,
    destination: {
      id,
      channel: channel.type,
      failures,
      failing_since: failingSince === undefined ? null : new Date(failingSince).toISOString(),
      reason: reason ?? null,
    },
    ...(tenant === undefined ? {} : { tenant: { id: tenant } }),
  };
  const body = Buffer.from(JSON.stringify(event));
  const eventId = makeId("evt", endedAt);
  const all = destinations();
  const decisions = decide(event, all, { own: true, stateOf });
  return {
    id: eventId,
    name: `own:${eventId}`,
    bodyHash: bodyHashOf(body),
    body,
    eventType: event.event_type,
    status,
    tenantId: tenantOf(event),
    taskId: undefined,
    receivedAt: endedAt,
    test: false,
    decisions,
    deliveries: plan(decisions, all, endedAt, makeId),
  };
}
