import type { DestinationEvent, DestinationStatus, OverdueEvent } from "@syncbell/core";
import { bodyHashOf } from "./body-hash.ts";
import type { Contact, Health } from "./breaker.ts";
import { decided } from "./decided.ts";
import type { Destination } from "./destination.ts";
import type { MakeId } from "./ids.ts";
import { keysOf } from "./rule-subject.ts";
import type { DestinationState } from "./store/destination-records.ts";
import type { NewEvent } from "./store/event-records.ts";
import type { OverduePipeline } from "./store/pipeline-records.ts";

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
  options: OwnEventOptions,
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
  return ownEvent(event, endedAt, options);
}

/** The notice that a pipeline's run has not come in time, decided for everybody. */
export function overdueEvent(
  { tenantId, taskId, last, expected }: OverduePipeline,
  now: number,
  options: OwnEventOptions,
): NewEvent {
  const event: OverdueEvent = {
    event_type: "sync.overdue",
    status: "overdue",
    tenant: { id: tenantId, name: last.tenantName },
    task: { id: taskId, name: last.taskName },
    task_type: last.taskType,
    expected_at: new Date(expected.expectedAt).toISOString(),
    grace_seconds: expected.graceMs / 1000,
    last: {
      sync_id: last.syncId,
      status: last.status,
      stopped_at: last.stopped === null ? null : new Date(last.stopped).toISOString(),
    },
  };
  return ownEvent(event, now, options);
}

function ownEvent(
  event: DestinationEvent | OverdueEvent,
  now: number,
  { makeId, destinations, stateOf }: OwnEventOptions,
): NewEvent {
  const body = Buffer.from(JSON.stringify(event));
  const id = makeId("evt", now);
  return {
    id,
    name: `own:${id}`,
    bodyHash: bodyHashOf(body),
    body,
    eventType: event.event_type,
    status: event.status,
    ...keysOf(event),
    receivedAt: now,
    test: false,
    ...decided(event, destinations(), { now, own: true, stateOf, makeId }),
  };
}
