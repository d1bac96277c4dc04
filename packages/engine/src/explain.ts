import { type Event, isPostSync } from "@syncbell/core";
import type { Clock } from "./clock.ts";
import { decided } from "./decided.ts";
import type { Destination } from "./destination.ts";
import type { Directory } from "./directory.ts";
import type { MakeId } from "./ids.ts";
import type { RunIncident } from "./incident.ts";
import { takeTurn } from "./pipeline-turn.ts";
import { type TimedDecision, timed } from "./plan.ts";
import { taskOf, tenantOf } from "./rule-subject.ts";
import type { Store } from "./store/store.ts";

export interface ExplainOptions {
  readonly store: Pick<Store, "pipeline" | "tellings">;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly makeId: MakeId;
}

/** What is to be explained. */
export interface Asked {
  readonly event: Event;
  /** What the run was in the story of its pipeline when it came. Absent: it comes now. */
  readonly incident?: RunIncident | undefined;
  /** The destinations to decide for. Absent: all that there are. */
  readonly destinations?: readonly Destination[];
}

/** What would be decided for an event now, and why; keeps and sends nothing. */
export interface Explanation {
  /** Absent: it is of no pipeline. */
  readonly incident?: RunIncident;
  readonly decisions: readonly TimedDecision[];
}

/** Explains an event by how its pipeline stands in the store and what destinations were told of it. */
export async function explain(
  { event, incident: given, destinations: asked }: Asked,
  { store, clock, directory, makeId }: ExplainOptions,
): Promise<Explanation> {
  const now = clock.now();
  const destinations = asked ?? directory.destinations();
  const stateOf = (id: string) => directory.get(id)?.state ?? ("active" as const);
  const tenantId = tenantOf(event);
  const taskId = taskOf(event);
  if (!isPostSync(event) || given || tenantId === undefined || taskId === undefined) {
    const told = given?.id === undefined ? {} : { tellings: await store.tellings(given.id) };
    const world = { now, stateOf, makeId, incident: given, ...told };
    const decisions = timed(decided(event, destinations, world));
    return { ...(given ? { incident: given } : {}), decisions };
  }
  const known = await store.pipeline({ tenantId, taskId });
  const eventId = makeId("evt", now);
  const turn = takeTurn(event, known, { eventId, now, makeId, stateOf, destinations });
  return { incident: turn.incident, decisions: timed(turn) };
}
