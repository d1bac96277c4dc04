import type { Decision } from "../../decision.ts";
import type { RunIncident } from "../../incident.ts";
import type { NewDelivery } from "../delivery-records.ts";
import type { NewEvent } from "../event-records.ts";
import type {
  ExpectedRun,
  KnownPipeline,
  LastRun,
  PipelineKey,
  PipelineTurn,
  StoredPipeline,
} from "../pipeline-records.ts";
import type { Store } from "../store.ts";
import { type EventChanges, START, newDelivery, newEvent } from "./new-events.ts";

/** The pipeline of every event, unless a test says otherwise. */
export const PIPELINE: PipelineKey = { tenantId: "tenant-1", taskId: "task-1" };

/** A pipeline of which so many failures were heard, and the incident that they are of. */
export function newPipeline(
  failures = 0,
  incidentId?: string,
  more: Omit<StoredPipeline, "state"> = {},
): StoredPipeline {
  const incident = incidentId === undefined ? {} : { incidentId, since: START };
  const health = failures === 0 ? "healthy" : "failing";
  return { state: { health, failures, recent: [], ...incident }, ...more };
}

export function newLastRun(changes: Partial<LastRun> = {}): LastRun {
  return {
    tenantName: "Test Tenant",
    taskName: "Salesforce",
    taskType: "pipeline",
    syncId: "sync-1",
    status: "succeeded",
    stopped: START - 1,
    ...changes,
  };
}

/** What an event comes to: nothing, and a healthy pipeline, unless a test says otherwise. */
export function newTurn(changes: Partial<PipelineTurn> = {}): PipelineTurn {
  const incident: RunIncident = { transition: "healthy", failures: 0, seconds: 0 };
  const empty = { decisions: [], deliveries: [], digested: [], outdated: [] };
  return { pipeline: newPipeline(), incident, ...empty, ...changes };
}

/** The end of a run that comes to what a test says, however its pipeline stands. */
export function newRun(turn: Partial<PipelineTurn> = {}, changes: EventChanges = {}): NewEvent {
  const { deliveries = [] } = turn;
  return newEvent({ deliveries, ...changes, decide: () => newTurn(turn) });
}

/** A run that adds one to its pipeline's failures, and writes down in `met` how many it met. */
export function countingRun(met: (number | undefined)[], changes: EventChanges = {}): NewEvent {
  const decide = ({ pipeline }: KnownPipeline): PipelineTurn => {
    const failures = pipeline?.state.failures;
    met.push(failures);
    const count = (failures ?? 0) + 1;
    const incident = { transition: "failing", failures: count, seconds: 0 } as const;
    return newTurn({ pipeline: newPipeline(count), incident });
  };
  return newEvent({ deliveries: [], ...changes, decide });
}

/** How many failures a store knows of a pipeline; undefined where it knows none. */
export async function failuresOf(
  store: Store,
  key: PipelineKey = PIPELINE,
): Promise<number | undefined> {
  return (await store.pipeline(key)).pipeline?.state.failures;
}

export interface ToldChanges extends Partial<NewDelivery> {
  /** Where it is told of. */
  readonly destinationId?: string;
}

/** A failure of an incident, owed to a destination that will be told of the recovery. */
export function newFailure(
  incidentId: string,
  { destinationId = "ops", ...changes }: ToldChanges = {},
  event: EventChanges = {},
): NewEvent {
  const delivery = { ...newDelivery(destinationId, START), failureOf: incidentId, ...changes };
  const turn = {
    pipeline: newPipeline(1, incidentId),
    incident: { transition: "broke", id: incidentId, failures: 1, seconds: 0 },
    decisions: [toDeliver(destinationId)],
    deliveries: [delivery],
  } as const;
  return newRun(turn, event);
}

/** The recovery from an incident, owed to a destination by itself unless a test says otherwise. */
export function newRecovery(
  incidentId: string,
  { destinationId = "ops", ...changes }: ToldChanges = {},
  event: EventChanges = {},
): NewEvent {
  const turn = {
    incident: { transition: "recovered", id: incidentId, failures: 1, seconds: 60 },
    decisions: [toDeliver(destinationId)],
    deliveries: [{ ...newDelivery(destinationId, START), ...changes }],
  } as const;
  return newRun(turn, event);
}

export function toDeliver(destinationId: string): Decision {
  return { destinationId, decision: "deliver", reason: "the rule matches", unevaluable: false };
}

/** A run of a pipeline whose next one is expected, and then overdue as soon as the grace is over. */
export function expectingRun(
  { expectedAt = START, graceMs = 0 }: Partial<ExpectedRun> = {},
  changes: EventChanges = {},
): NewEvent {
  const expected = { expectedAt, graceMs };
  return newRun({ pipeline: newPipeline(0, undefined, { last: newLastRun(), expected }) }, changes);
}

/** The id of an event's only delivery. */
export function deliveryOf({ deliveries }: NewEvent): string {
  const [delivery] = deliveries;
  if (!delivery || deliveries.length > 1) throw new Error("the event has not one delivery");
  return delivery.id;
}

/** What was decided for an event, by destination. */
export async function decisionsOf(
  store: Store,
  { id }: NewEvent,
): Promise<Readonly<Record<string, string>>> {
  const { decisions = [] } = (await store.event(id)) ?? {};
  return Object.fromEntries(
    decisions.map(({ destinationId, decision }) => [destinationId, decision]),
  );
}
