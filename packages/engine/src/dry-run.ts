import { type Event, isDestinationEvent, notificationOf } from "@syncbell/core";
import type { Decision } from "./decision.ts";
import type { Subscription } from "./destination.ts";
import { Rehearsal } from "./rehearsal.ts";
import type { StoredEvent } from "./store/event-records.ts";
import type { Store } from "./store/store.ts";

/** How many events are read at once, in search of the last ones. */
const PAGE = 50;

/** How many differences of a destination are shown. */
const MOST_SHOWN = 10;

/** What there is to be tried. */
export interface DryRunOptions {
  /** The destinations as they would be. */
  readonly subscriptions: readonly Subscription[];
  /** The ids of destinations that there are and would no longer be. */
  readonly removed: readonly string[];
  /** How many of the newest events it is tried on. */
  readonly last: number;
}

type Said = Pick<Decision, "decision" | "reason">;

/** One event of which a destination would hear otherwise. */
export interface DryRunChange {
  readonly eventId: string;
  /** What the event says, as the title of a message. */
  readonly title: string;
  /** Absent: the destination did not exist, or had not the event's tenant in its reach. */
  readonly before?: Said;
  /** Absent: it would not exist, or not have the event's tenant in its reach. */
  readonly after?: Said;
}

/** What would be different for a destination: counts of events. */
export interface DryRunDifference {
  readonly destinationId: string;
  /** It was told of so many, by a message of their own or in a digest. */
  readonly before: number;
  readonly after: number;
  /** It would hear of so many that it did not hear of. */
  readonly more: number;
  /** It would not hear of so many that it did hear of. */
  readonly less: number;
  /** It would hear of so many by a digest in place of a message of their own, or the other way round. */
  readonly otherwise: number;
  /** The newest of these, at most {@link MOST_SHOWN}. */
  readonly changes: readonly DryRunChange[];
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

/**
 * Decides the last events once more, for destinations as they would be, and compares that with what was
 * decided when they came. Keeps and sends nothing. What a destination was told of an incident before the
 * first of these events is as it was; from there on every message counts as one that has arrived.
 */
export async function dryRun(
  { subscriptions, removed, last }: DryRunOptions,
  store: Pick<Store, "event" | "events" | "tellings">,
): Promise<DryRun> {
  const rehearsal = new Rehearsal(subscriptions);
  const tallies = [...subscriptions.map(({ id }) => id), ...removed].map((id) => new Tally(id));
  const times: number[] = [];
  for (const id of (await lastEvents(store, last)).toReversed()) {
    const stored = await store.event(id);
    if (!stored) continue;
    times.push(stored.receivedAt);
    await compare(stored, { rehearsal, tallies, store });
  }
  const [since] = times;
  const until = times.at(-1);
  return {
    events: times.length,
    ...(since === undefined || until === undefined ? {} : { since, until }),
    differences: tallies.map((tally) => tally.difference()),
  };
}

/** The ids of the newest events, without those that were sent to try a destination out. */
async function lastEvents(store: Pick<Store, "events">, last: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let belowId: string | undefined;
  while (ids.length < last) {
    const page = { limit: PAGE, ...(belowId === undefined ? {} : { belowId }) };
    const events = await store.events({}, page);
    ids.push(...events.filter(({ test }) => !test).map(({ id }) => id));
    if (events.length < PAGE) break;
    belowId = events.at(-1)?.id;
  }
  return ids.slice(0, last);
}

interface Comparing {
  readonly rehearsal: Rehearsal;
  readonly tallies: readonly Tally[];
  readonly store: Pick<Store, "tellings">;
}

async function compare(
  { id, type, receivedAt, body, incident, decisions }: StoredEvent,
  { rehearsal, tallies, store }: Comparing,
): Promise<void> {
  const raw = Buffer.from(body).toString("utf8");
  const event = JSON.parse(raw) as Event;
  if (incident?.id !== undefined && !rehearsal.knows(incident.id)) {
    const tellings = [...(await store.tellings(incident.id))].flatMap(([destinationId, telling]) =>
      (telling.toldAt ?? Infinity) < receivedAt
        ? [[destinationId, { toldAt: telling.toldAt ?? 0 }] as const]
        : [],
    );
    rehearsal.learn(incident.id, new Map(tellings));
  }
  const before = new Map(decisions.map((one) => [one.destinationId, one]));
  const rehearsed = rehearsal.decide(event, {
    now: receivedAt,
    incident,
    own: isDestinationEvent(event),
    // Whether it was disabled is no matter of the config.
    stateOf: (one) => (before.get(one)?.decision === "disabled" ? "disabled" : "active"),
  });
  const after = new Map(rehearsed.decisions.map((one) => [one.destinationId, one]));
  const { title } = notificationOf({ id, type, receivedAt, raw, event }, incident && { incident });
  for (const tally of tallies) {
    tally.add({ eventId: id, title }, before.get(tally.id), after.get(tally.id));
  }
}

/** The differences of one destination. */
class Tally {
  readonly id: string;
  readonly #changes: DryRunChange[] = [];
  #before = 0;
  #after = 0;
  #more = 0;
  #less = 0;
  #otherwise = 0;

  constructor(id: string) {
    this.id = id;
  }

  add(
    event: Pick<DryRunChange, "eventId" | "title">,
    before: Said | undefined,
    after: Said | undefined,
  ): void {
    const [was, is] = [isTold(before), isTold(after)];
    const isOtherwise = was && is && isDigested(before) !== isDigested(after);
    this.#before += Number(was);
    this.#after += Number(is);
    this.#more += Number(is && !was);
    this.#less += Number(was && !is);
    this.#otherwise += Number(isOtherwise);
    if (was === is && !isOtherwise) return;
    this.#changes.push({
      ...event,
      ...(before ? { before: saidOf(before) } : {}),
      ...(after ? { after: saidOf(after) } : {}),
    });
    if (this.#changes.length > MOST_SHOWN) this.#changes.shift();
  }

  difference(): DryRunDifference {
    return {
      destinationId: this.id,
      before: this.#before,
      after: this.#after,
      more: this.#more,
      less: this.#less,
      otherwise: this.#otherwise,
      changes: this.#changes.toReversed(),
    };
  }
}

/** Whether a message comes of it. What was superseded is told by the message of the recovery. */
function isTold(said: Said | undefined): boolean {
  return said !== undefined && TOLD.has(said.decision);
}

const TOLD: ReadonlySet<Decision["decision"]> = new Set(["deliver", "digested", "superseded"]);

function isDigested(said: Said | undefined): boolean {
  return said?.decision === "digested";
}

function saidOf({ decision, reason }: Said): Said {
  return { decision, reason };
}
