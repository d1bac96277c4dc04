import { type Event, type PostSync, isPostSync } from "./event.ts";
import { type RunOutcome, runOutcome } from "./run-outcome.ts";
import { quoteEnds, quoteLine } from "./quote.ts";
import { cut } from "./text.ts";
import { formatDuration, formatUtcSeconds } from "./timestamp.ts";
import { eventLine } from "./line.ts";
import { runTimes } from "./run-times.ts";

/** How a message should feel: a channel turns it into a colour or a sign. */
export type Tone = "good" | "bad" | "neutral";

/** One labelled value, clean and on one line, with secrets masked; not escaped for any service. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

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
  /** The whole event on one line, in the form `Status: … | Tenant: … | …`. */
  readonly line: string;
  readonly facts: readonly Fact[];
  /** What the run said when it ended, over several lines, possibly long. Absent: it said nothing. */
  readonly excerpt?: string;
  readonly links: readonly Link[];
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
}

const TONES: Readonly<Record<RunOutcome, Tone>> = {
  succeeded: "good",
  failed: "bad",
  skipped: "neutral",
  cancelled: "neutral",
  other: "neutral",
};

/** Says an event in words. Pure: the same arguments give the same notification. */
export function notificationOf(
  source: NotificationSource,
  options: NotificationOptions = {},
): Notification {
  const { event } = source;
  const outcome = runOutcome(event.status);
  const excerpt = isPostSync(event) ? lastWords(event) : undefined;
  return {
    tone: TONES[outcome],
    outcome,
    title: (options.test ? "Test: " : "") + titleOf(event, outcome),
    line: eventLine(event),
    facts: isPostSync(event) ? factsOf(event) : [{ label: "Event", value: say(event.event_type) }],
    ...(excerpt === undefined ? {} : { excerpt }),
    links: options.links ?? [],
    test: options.test ?? false,
    source,
  };
}

function titleOf(event: Event, outcome: RunOutcome): string {
  const ended = outcome === "other" ? `ended as ${say(event.status)}` : outcome;
  return `${say(isPostSync(event) ? event.task.name : event.event_type)} ${ended}`.trim();
}

function factsOf(event: PostSync): readonly Fact[] {
  const { started, stopped } = runTimes(event);
  const seconds = started !== undefined && stopped !== undefined ? (stopped - started) / 1000 : -1;
  const pipeline = event.task_type === "pipeline" ? event.task : undefined;
  const candidates: readonly (readonly [string, string | number | null | undefined])[] = [
    ["Tenant", event.tenant.name],
    [pipeline ? "Pipeline" : "Transform", event.task.name],
    ["Source", pipeline?.extractor?.label || pipeline?.extractor?.name],
    ["Target", pipeline?.loader?.label || pipeline?.loader?.name],
    ["Sync", event.sync.id],
    ["Started", started === undefined ? undefined : formatUtcSeconds(started)],
    ["Stopped", stopped === undefined ? undefined : formatUtcSeconds(stopped)],
    ["Duration", formatDuration(seconds)],
    ["Reason", event.sync.termination_reason],
    ["Exit code", event.sync.exit_code],
  ];
  return candidates.flatMap(([label, value]) => {
    const said = say(value ?? "");
    return said === "" ? [] : [{ label, value: said }];
  });
}

/** The longest value that is worth saying in a fact or a title, in UTF-16 units. */
const LONGEST_VALUE = 300;

function say(value: string | number): string {
  return cut(quoteLine(String(value), LONGEST_VALUE), LONGEST_VALUE);
}

/** More of an excerpt than any channel shows: what lies between its two ends is never read. */
const EXCERPT_END = 20_000;

function lastWords(event: PostSync): string | undefined {
  return quoteEnds(event.sync.termination_message ?? "", EXCERPT_END).trim() || undefined;
}
