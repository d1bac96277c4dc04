import {
  type DestinationEvent,
  type DestinationStatus,
  isDestinationEvent,
} from "./destination-event.ts";
import { type Event, type PostSync, isPostSync } from "./event.ts";
import { type RunOutcome, runOutcome } from "./run-outcome.ts";
import { quoteEnds, quoteLine } from "./quote.ts";
import { cut } from "./text.ts";
import { formatDuration, formatUtcSeconds, parseTimestamp } from "./timestamp.ts";
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
  const outcome = isDestinationEvent(event)
    ? DESTINATION_OUTCOMES[event.status]
    : runOutcome(event.status);
  const excerpt = isPostSync(event) ? lastWords(event) : undefined;
  return {
    tone: TONES[outcome],
    outcome,
    title: (options.test ? "Test: " : "") + titleOf(event, outcome),
    line: eventLine(event),
    facts: factsOf(event),
    ...(excerpt === undefined ? {} : { excerpt }),
    links: options.links ?? [],
    test: options.test ?? false,
    source,
  };
}

/** A destination that fails is a failure to whoever hears of it, and its recovery a success. */
const DESTINATION_OUTCOMES: Readonly<Record<DestinationStatus, RunOutcome>> = {
  failing: "failed",
  disabled: "failed",
  recovered: "succeeded",
};

const DESTINATION_TITLES: Readonly<Record<DestinationStatus, string>> = {
  failing: "is failing",
  disabled: "was disabled",
  recovered: "works again",
};

function titleOf(event: Event, outcome: RunOutcome): string {
  if (isDestinationEvent(event)) {
    return `Destination ${say(event.destination.id)} ${DESTINATION_TITLES[event.status]}`;
  }
  const ended = outcome === "other" ? `ended as ${say(event.status)}` : outcome;
  return `${say(isPostSync(event) ? event.task.name : event.event_type)} ${ended}`.trim();
}

type Candidate = readonly [label: string, value: string | number | null | undefined];

function factsOf(event: Event): readonly Fact[] {
  const candidates = isPostSync(event)
    ? runFacts(event)
    : isDestinationEvent(event)
      ? destinationFacts(event)
      : [["Event", event.event_type] as const];
  return candidates.flatMap(([label, value]) => {
    const said = say(value ?? "");
    return said === "" ? [] : [{ label, value: said }];
  });
}

function destinationFacts({ destination }: DestinationEvent): readonly Candidate[] {
  const since = parseTimestamp(destination.failing_since ?? "");
  return [
    ["Destination", destination.id],
    ["Channel", destination.channel],
    ["Failures in a row", destination.failures || undefined],
    ["Failing since", since === undefined ? undefined : formatUtcSeconds(since)],
    ["Last reason", destination.reason],
  ];
}

function runFacts(event: PostSync): readonly Candidate[] {
  const { started, stopped } = runTimes(event);
  const seconds = started !== undefined && stopped !== undefined ? (stopped - started) / 1000 : -1;
  const pipeline = event.task_type === "pipeline" ? event.task : undefined;
  return [
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
