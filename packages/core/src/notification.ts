import { isDestinationEvent } from "./destination-event.ts";
import { isDigestEvent } from "./digest-event.ts";
import { type Event, isPostSync } from "./event.ts";
import { type Fact, factsOf } from "./facts.ts";
import type { Incident } from "./incident.ts";
import { type Item, itemsLeftOf, itemsOf } from "./items.ts";
import { eventLine } from "./line.ts";
import { noticeOutcome } from "./notice-outcome.ts";
import { isOverdueEvent } from "./overdue-event.ts";
import { quoteEnds } from "./quote.ts";
import { type RunOutcome, runOutcome } from "./run-outcome.ts";
import { titleOf } from "./titles.ts";
import { type Tone, toneOf } from "./tone.ts";

/** A place to go to: an absolute http(s) URL that the configuration made, not the event. */
export interface Link {
  readonly label: string;
  readonly url: string;
}

/**
 * An event in words, for any channel to say in its own way. Every text in it but `source` is clean
 * of control characters and masked, and none is escaped: that is the channel's part.
 */
export interface Notification {
  readonly tone: Tone;
  readonly outcome: RunOutcome;
  readonly title: string;
  /**
   * The whole event on one line, in the form `Status: … | Tenant: … | …`; of a digest, its title.
   */
  readonly line: string;
  readonly facts: readonly Fact[];
  /** What it tells besides, one by one: of a digest, its pipelines. Absent where it is one thing. */
  readonly items?: readonly Item[];
  /** How many more items there are that it does not tell. */
  readonly itemsLeft?: number;
  /** What the run said when it ended, over several lines, possibly long. Absent: it said nothing. */
  readonly excerpt?: string;
  readonly links: readonly Link[];
  /** How the event's pipeline stood then. Absent: it is about no pipeline, or not known. */
  readonly incident?: Incident;
  /** The moment at which it is said, in milliseconds since the epoch: of an attempt, its beginning. */
  readonly at: number;
  /** True for a notice that somebody sent to try a destination out. A channel must show it. */
  readonly test: boolean;
  readonly source: NotificationSource;
}

/** The event behind a notification, for channels that hand it on as data. */
export interface NotificationSource {
  readonly id: string;
  readonly type: string;
  /** When Syncbell accepted the event, in milliseconds since the epoch. */
  readonly receivedAt: number;
  /** The JSON text of the event; encoded as UTF-8 these are the very bytes that were posted. */
  readonly raw: string;
  readonly event: Event;
}

export interface NotificationOptions {
  readonly links?: readonly Link[];
  readonly test?: boolean;
  readonly incident?: Incident;
  /** The moment at which it is said. Absent: when the event was accepted. */
  readonly at?: number;
  /** Of a recovery: the failure before it, which was not told by itself and is told here as well. */
  readonly untold?: Event;
}

/** Says an event in words. Pure: the same arguments give the same notification. */
export function notificationOf(
  source: NotificationSource,
  options: NotificationOptions = {},
): Notification {
  const { event } = source;
  const { incident, untold, links = [], test = false, at = source.receivedAt } = options;
  const outcome = outcomeOf(event);
  const excerpt = lastWords(untold ?? event);
  return {
    tone: toneOf(outcome),
    outcome,
    title: (test ? "Test: " : "") + titleOf(event, incident, untold !== undefined),
    line: eventLine(event, undefined, untold),
    facts: factsOf(event, incident, untold),
    ...itemsIn(event),
    ...(excerpt === undefined ? {} : { excerpt }),
    links,
    ...(incident === undefined ? {} : { incident }),
    at,
    test,
    source,
  };
}

function outcomeOf(event: Event): RunOutcome {
  const isNotice = isDestinationEvent(event) || isOverdueEvent(event);
  return isNotice ? noticeOutcome(event.status) : runOutcome(event.status);
}

function itemsIn(event: Event): Pick<Notification, "items" | "itemsLeft"> {
  return isDigestEvent(event) ? { items: itemsOf(event), itemsLeft: itemsLeftOf(event) } : {};
}

/** More of an excerpt than any channel shows: what lies between its two ends is never read. */
const EXCERPT_END = 20_000;

function lastWords(event: Event): string | undefined {
  if (!isPostSync(event)) return undefined;
  return quoteEnds(event.sync.termination_message ?? "", EXCERPT_END).trim() || undefined;
}
