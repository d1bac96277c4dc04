import { type Event, notificationOf } from "@syncbell/core";
import type { Subscription } from "./destination.ts";
import { type DryRunDifference, Tally, isToldAlike } from "./dry-run-tally.ts";
import { LongWork } from "./long-work.ts";
import { isRaisedHere } from "./raised-here.ts";
import { Rehearsal } from "./rehearsal.ts";
import type { StoredEvent } from "./store/event-records.ts";
import type { Store } from "./store/store.ts";
import { ToldBefore, goesByTold } from "./told-before.ts";

/** How many events are read at once, in search of the last ones. */
const PAGE = 10;

/** What there is to be tried. */
export interface DryRunOptions {
  /** The destinations as they would be. */
  readonly subscriptions: readonly Subscription[];
  /** The ids of destinations that there are and would no longer be. */
  readonly removed: readonly string[];
  /** How many of the newest events it is tried on. */
  readonly last: number;
}

/** What other destinations would have made of the last events. Times are epoch milliseconds. */
export interface DryRun {
  readonly events: number;
  /** When the first and the last of them came. Absent: there are none. */
  readonly since?: number;
  readonly until?: number;
  /** In the order of the subscriptions, then those that would be removed. */
  readonly differences: readonly DryRunDifference[];
}

type Reading = Pick<Store, "event" | "events" | "delivery">;

/**
 * Decides the last events once more, for destinations as they would be, and compares that with what was
 * decided when they came. Keeps and sends nothing. What a destination was told of an incident is as it was,
 * until it would be told of one of its failures otherwise: from there on every message counts as one that
 * has arrived. Leaves the process its turns.
 */
export async function dryRun(
  { subscriptions, removed, last }: DryRunOptions,
  store: Reading,
): Promise<DryRun> {
  const work = new LongWork();
  const comparison = new Comparison(subscriptions, removed, { store, work });
  const times: number[] = [];
  for (const id of (await lastEvents(store, last, work)).toReversed()) {
    const stored = await store.event(id);
    if (!stored) continue;
    times.push(stored.receivedAt);
    await comparison.add(stored);
  }
  const [since] = times;
  const until = times.at(-1);
  return {
    events: times.length,
    ...(since === undefined || until === undefined ? {} : { since, until }),
    differences: comparison.differences(),
  };
}

/** The ids of the newest events, without those that were sent to try a destination out. */
async function lastEvents(
  store: Reading,
  last: number,
  work: LongWork,
): Promise<readonly string[]> {
  const ids: string[] = [];
  let belowId: string | undefined;
  while (ids.length < last) {
    const page = { limit: PAGE, ...(belowId === undefined ? {} : { belowId }) };
    const events = await store.events({}, page);
    ids.push(...events.filter(({ test }) => !test).map(({ id }) => id));
    if (events.length < PAGE) break;
    belowId = events.at(-1)?.id;
    await work.pause();
  }
  return ids.slice(0, last);
}

/** An incident of which a run came up. */
interface Story {
  readonly told: ToldBefore;
  /** The destinations that would have been told of a failure otherwise than they were. */
  readonly otherwise: Set<string>;
}

/** What was decided beside what would be. */
class Comparison {
  readonly #rehearsal: Rehearsal;
  readonly #tallies: ReadonlyMap<string, Tally>;
  /** Those to which it makes a difference what they were told before. */
  readonly #listeners: readonly string[];
  readonly #stories = new Map<string, Story>();
  readonly #store: Reading;
  readonly #work: LongWork;

  constructor(
    subscriptions: readonly Subscription[],
    removed: readonly string[],
    { store, work }: { readonly store: Reading; readonly work: LongWork },
  ) {
    this.#rehearsal = new Rehearsal(subscriptions);
    const ids = [...subscriptions.map(({ id }) => id), ...removed];
    this.#tallies = new Map(ids.map((id) => [id, new Tally(id)]));
    this.#listeners = subscriptions.filter(goesByTold).map(({ id }) => id);
    this.#store = store;
    this.#work = work;
  }

  /** Goes on by the next event. */
  async add(stored: StoredEvent): Promise<void> {
    const { id: eventId, receivedAt, incident, decisions } = stored;
    const raw = Buffer.from(stored.body).toString("utf8");
    const event = JSON.parse(raw) as Event;
    const story = await this.#story(stored, event);
    const before = new Map(decisions.map((one) => [one.destinationId, one]));
    const isFailure = incident?.transition === "broke" || incident?.transition === "failing";
    let title: string | undefined;
    const say = (): string => (title ??= titleOf(stored, raw, event));
    const compare = (id: string, after?: (typeof decisions)[number]): void => {
      const was = before.get(id);
      this.#tallies.get(id)?.add({ eventId, say }, was, after);
      if (isFailure && !isToldAlike(was, after)) story?.otherwise.add(id);
    };
    const unreached = new Set(this.#tallies.keys());
    const situation = {
      now: receivedAt,
      incident,
      own: isRaisedHere(event, stored),
      // Whether it was disabled is no matter of the config.
      stateOf: (id: string) =>
        before.get(id)?.decision === "disabled" ? ("disabled" as const) : ("active" as const),
    };
    const portion = (): number => this.#work.portion();
    for (const part of this.#rehearsal.inParts(event, situation, portion)) {
      for (const after of part.decisions) {
        unreached.delete(after.destinationId);
        compare(after.destinationId, after);
      }
      await this.#work.pauseAfterPortion();
    }
    for (const id of unreached) compare(id);
    story?.told.add(stored);
    await this.#work.pause();
  }

  /** The incident of an event, with what destinations had been told of it when the event came. */
  async #story(stored: StoredEvent, event: Event): Promise<Story | undefined> {
    const { receivedAt, incident } = stored;
    if (incident?.id === undefined || this.#listeners.length === 0) return undefined;
    let story = this.#stories.get(incident.id);
    if (!story) {
      story = { told: new ToldBefore(this.#store), otherwise: new Set() };
      await story.told.read(stored, event, this.#work);
      this.#stories.set(incident.id, story);
    }
    for (const id of this.#listeners) {
      if (story.otherwise.has(id)) continue;
      this.#rehearsal.learn(incident.id, id, await story.told.of(id, receivedAt));
      await this.#work.pause();
    }
    return story;
  }

  differences(): readonly DryRunDifference[] {
    return [...this.#tallies.values()].map((tally) => tally.difference());
  }
}

function titleOf({ id, type, receivedAt, incident }: StoredEvent, raw: string, event: Event) {
  return notificationOf({ id, type, receivedAt, raw, event }, incident && { incident }).title;
}
