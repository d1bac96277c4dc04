import { type Event, isDestinationEvent, isPostSync } from "@syncbell/core";
import { decided } from "./decided.ts";
import type { Subscription } from "./destination.ts";
import type { RunIncident } from "./incident.ts";
import type { Situation } from "./match.ts";
import { takeTurn } from "./pipeline-turn.ts";
import { type Plan, type TimedDecision, timed } from "./plan.ts";
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
 * counts as one that has arrived at once, where nothing else was learned.
 */
export class Rehearsal {
  readonly #destinations: readonly Subscription[];
  readonly #pipelines = new Map<string, StoredPipeline>();
  readonly #tellings = new Map<string, Map<string, Telling>>();
  /** When the digests that are open close, by destination. */
  readonly #digests = new Map<string, number>();
  #made = 0;

  constructor(destinations: readonly Subscription[]) {
    this.#destinations = destinations;
  }

  /** Takes in what a destination was told of an incident, in place of what it made of it itself. */
  learn(incidentId: string, destinationId: string, telling: Telling): void {
    const tellings = this.#tellings.get(incidentId) ?? new Map<string, Telling>();
    this.#tellings.set(incidentId, tellings.set(destinationId, telling));
  }

  /** Decides the next event. */
  decide(event: Event, options: RehearsalOptions): Rehearsed {
    const parts = [...this.inParts(event, options, () => Infinity)];
    const [{ incident } = {}] = parts;
    const decisions = parts.flatMap((part) => part.decisions);
    return { ...(incident ? { incident } : {}), decisions };
  }

  /**
   * Decides the next event for some destinations at a time, as many as `portion` says, so that others can
   * have their turn in between. To be gone through to its end.
   */
  *inParts(event: Event, options: RehearsalOptions, portion: () => number): Generator<Rehearsed> {
    const { now, own = false } = options;
    const all = this.#destinations;
    // It names the fallback, which may be in any of the parts.
    const about =
      own && isDestinationEvent(event) ? all.filter(({ id }) => id === event.destination.id) : [];
    const decide = this.#decider(event, options);
    let from = 0;
    do {
      const part = all.slice(from, from + portion());
      from += part.length;
      const plan = decide([...part, ...about.filter((one) => !part.includes(one))]);
      const reached = new Set(part.map(({ id }) => id));
      for (const { destinationId, failureOf } of [...plan.deliveries, ...plan.digested]) {
        if (failureOf !== undefined) this.learn(failureOf, destinationId, { toldAt: now });
      }
      const { incident } = plan;
      const decisions = timed(plan)
        .filter(({ destinationId }) => reached.has(destinationId))
        .map((one) => this.#inDigest(one, now));
      yield { ...(incident ? { incident } : {}), decisions };
    } while (from < all.length);
  }

  /** What decides the event for some destinations: for all of them by how its pipeline stood before. */
  #decider(
    event: Event,
    { incident, ...situation }: RehearsalOptions,
  ): (among: readonly Subscription[]) => Plan & { readonly incident?: RunIncident | undefined } {
    const common = { ...situation, makeId: (prefix: string) => `${prefix}_${++this.#made}` };
    if (!isPostSync(event) || incident) {
      const tellings = this.#tellingsOf(incident?.id);
      return (among) => ({
        incident,
        ...decided(event, among, { ...common, incident, tellings }),
      });
    }
    const key = JSON.stringify([event.tenant.id, event.task.id]);
    const pipeline = this.#pipelines.get(key);
    const tellings = this.#tellingsOf(pipeline?.state.incidentId);
    const known = { ...(pipeline ? { pipeline } : {}), tellings };
    const eventId = common.makeId("evt");
    return (destinations) => {
      const turn = takeTurn(event, known, { ...common, eventId, destinations });
      this.#pipelines.set(key, turn.pipeline);
      return turn;
    };
  }

  #tellingsOf(incidentId: string | undefined): ReadonlyMap<string, Telling> {
    return this.#tellings.get(incidentId ?? "") ?? new Map<string, Telling>();
  }

  /** What is told in a digest is due with the one that is open, or opens one. */
  #inDigest(made: TimedDecision, now: number): TimedDecision {
    const { destinationId, decision, dueAt } = made;
    if (decision !== "digested" || dueAt === undefined) return made;
    const open = this.#digests.get(destinationId) ?? -Infinity;
    if (open > now) return { ...made, dueAt: open };
    this.#digests.set(destinationId, dueAt);
    return made;
  }
}
