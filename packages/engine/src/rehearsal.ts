import { type Event, isPostSync } from "@syncbell/core";
import { decided } from "./decided.ts";
import type { Subscription } from "./destination.ts";
import type { RunIncident } from "./incident.ts";
import type { Situation } from "./match.ts";
import { takeTurn } from "./pipeline-turn.ts";
import { type TimedDecision, timed } from "./plan.ts";
import type { StoredPipeline } from "./store/pipeline-records.ts";
import type { Telling } from "./tell.ts";

/** What would be decided for an event. */
export interface Rehearsed {
  /** Absent: it is of no pipeline. */
  readonly incident?: RunIncident;
  readonly decisions: readonly TimedDecision[];
}

/** When the event comes, and what its run was in the story of its pipeline, where that is known. */
export type RehearsalOptions = Omit<Situation, "tellings">;

/**
 * Decides events one after the other, as a dispatcher does, but keeps and sends nothing: every message
 * counts as one that has arrived at once.
 */
export class Rehearsal {
  readonly #destinations: readonly Subscription[];
  readonly #pipelines = new Map<string, StoredPipeline>();
  readonly #tellings = new Map<string, Map<string, Telling>>();
  #made = 0;

  constructor(destinations: readonly Subscription[]) {
    this.#destinations = destinations;
  }

  /** Whether an incident came up, or was learned. */
  knows(incidentId: string): boolean {
    return this.#tellings.has(incidentId);
  }

  /** Takes in what destinations were told of an incident before the first event of the rehearsal. */
  learn(incidentId: string, tellings: ReadonlyMap<string, Telling>): void {
    this.#tellings.set(incidentId, new Map(tellings));
  }

  /** Decides the next event. */
  decide(event: Event, options: RehearsalOptions): Rehearsed {
    const { now } = options;
    const { incident, ...planned } = this.#plan(event, options);
    for (const { destinationId, failureOf } of planned.deliveries) {
      this.#tell(failureOf, destinationId, now);
    }
    for (const { destinationId, failureOf } of planned.digested) {
      this.#tell(failureOf, destinationId, now);
    }
    return { ...(incident ? { incident } : {}), decisions: timed(planned) };
  }

  #plan(event: Event, { incident, ...situation }: RehearsalOptions) {
    const common = { ...situation, makeId: (prefix: string) => `${prefix}_${++this.#made}` };
    const destinations = this.#destinations;
    const tellingsOf = (id: string | undefined): ReadonlyMap<string, Telling> =>
      this.#tellings.get(id ?? "") ?? new Map<string, Telling>();
    if (!isPostSync(event) || incident) {
      const tellings = tellingsOf(incident?.id);
      return { incident, ...decided(event, destinations, { ...common, incident, tellings }) };
    }
    const key = JSON.stringify([event.tenant.id, event.task.id]);
    const pipeline = this.#pipelines.get(key);
    const tellings = tellingsOf(pipeline?.state.incidentId);
    const eventId = common.makeId("evt");
    const known = { ...(pipeline ? { pipeline } : {}), tellings };
    const turn = takeTurn(event, known, { ...common, eventId, destinations });
    this.#pipelines.set(key, turn.pipeline);
    return turn;
  }

  #tell(incidentId: string | undefined, destinationId: string, now: number): void {
    if (incidentId === undefined) return;
    const tellings = this.#tellings.get(incidentId) ?? new Map<string, Telling>();
    this.#tellings.set(incidentId, tellings.set(destinationId, { toldAt: now }));
  }
}
