import { type Event, isPostSync } from "@syncbell/core";
import type { Clock } from "./clock.ts";
import { decided } from "./decided.ts";
import type { Destination } from "./destination.ts";
import type { Directory } from "./directory.ts";
import type { MakeId } from "./ids.ts";
import type { RunIncident } from "./incident.ts";
import { LongWork } from "./long-work.ts";
import { takeTurn } from "./pipeline-turn.ts";
import { type Plan, type TimedDecision, timed } from "./plan.ts";
import { isRaisedHere } from "./raised-here.ts";
import { keysOf } from "./rule-subject.ts";
import type { StoredEvent } from "./store/event-records.ts";
import type { Store } from "./store/store.ts";
import type { Telling } from "./tell.ts";
import { ToldBefore, goesByTold } from "./told-before.ts";

export interface ExplainOptions {
  readonly store: Pick<Store, "pipeline" | "openDigests" | "event" | "events" | "delivery">;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly makeId: MakeId;
}

/** What is to be explained. */
export interface Asked {
  readonly event: Event;
  /** The event as it is kept: it is decided as of its arrival. Absent: it comes now. */
  readonly stored?: StoredEvent | undefined;
  /** The destinations to decide for. Absent: all that there are. */
  readonly destinations?: readonly Destination[];
}

/** What would be decided for an event, and why; keeps and sends nothing. */
export interface Explanation {
  /** Absent: it is of no pipeline. */
  readonly incident?: RunIncident;
  readonly decisions: readonly TimedDecision[];
}

/**
 * Explains an event by the rules of now: one that comes now by how its pipeline stands and what destinations
 * were told of it, one that is stored by how that was when it came.
 */
export function explain(asked: Asked, options: ExplainOptions): Promise<Explanation> {
  const { event, stored, destinations = options.directory.destinations() } = asked;
  return stored
    ? explainStored(event, stored, destinations, options)
    : explainNew(event, destinations, options);
}

async function explainNew(
  event: Event,
  destinations: readonly Destination[],
  { store, clock, directory, makeId }: ExplainOptions,
): Promise<Explanation> {
  const now = clock.now();
  const stateOf = (id: string) => directory.get(id)?.state ?? ("active" as const);
  const { tenantId, taskId } = keysOf(event);
  const plan: Plan & Pick<Explanation, "incident"> =
    isPostSync(event) && tenantId !== undefined && taskId !== undefined
      ? takeTurn(event, await store.pipeline({ tenantId, taskId }), {
          eventId: makeId("evt", now),
          now,
          makeId,
          stateOf,
          destinations,
        })
      : decided(event, destinations, { now, stateOf, makeId });
  const open = await store.openDigests(
    plan.digested.map(({ destinationId }) => destinationId),
    now,
  );
  return {
    ...(plan.incident ? { incident: plan.incident } : {}),
    decisions: timed(plan).map((one) => inDigest(one, open.get(one.destinationId))),
  };
}

async function explainStored(
  event: Event,
  stored: StoredEvent,
  destinations: readonly Destination[],
  { store, directory, makeId }: ExplainOptions,
): Promise<Explanation> {
  const { receivedAt, incident } = stored;
  const told = new ToldBefore(store);
  const tellings = new Map<string, Telling>();
  const listeners = incident?.id === undefined ? [] : destinations.filter(goesByTold);
  if (listeners.length > 0) await told.read(stored, event, new LongWork());
  for (const { id } of listeners) tellings.set(id, await told.of(id, receivedAt));
  const plan = decided(event, destinations, {
    now: receivedAt,
    own: isRaisedHere(event, stored),
    stateOf: (id: string) => directory.get(id)?.state ?? ("active" as const),
    makeId,
    incident,
    tellings,
  });
  const decisions: TimedDecision[] = [];
  for (const one of timed(plan)) decisions.push(inDigest(one, await closing(one, stored, store)));
  return { ...(incident ? { incident } : {}), decisions };
}

/** When the digest is due that a stored event is a part of. */
async function closing(
  { destinationId, decision }: TimedDecision,
  { decisions, deliveries }: StoredEvent,
  store: Pick<Store, "delivery">,
): Promise<number | undefined> {
  const isDigested = decisions.some(
    (one) => one.destinationId === destinationId && one.decision === "digested",
  );
  const digest = deliveries.find((one) => one.destinationId === destinationId);
  if (decision !== "digested" || !isDigested || !digest) return undefined;
  return (await store.delivery(digest.id))?.dueAt;
}

/** What is told in a digest is due with that. */
function inDigest(made: TimedDecision, closesAt: number | undefined): TimedDecision {
  return made.decision === "digested" && closesAt !== undefined
    ? { ...made, dueAt: closesAt }
    : made;
}
