import type { CronSchedule, IntervalSchedule, Schedule } from "@syncbell/core";
import { parseTimestamp } from "@syncbell/core";
import { CronStarts } from "./cron-starts.ts";

/** When a run should have ended, and how long it is waited beyond that, both in milliseconds. */
export interface Expectation {
  readonly expectedAt: number;
  readonly graceMs: number;
}

const SECOND = 1000;
/** The least that is waited for a run that should have ended. */
const LEAST_GRACE_MS = 15 * 60 * SECOND;
/** Of the time between two runs, what is waited if that is more. */
const GRACE_OF_INTERVAL = 0.1;
/** How far the clock that a run's times are of may be behind: a run can seem to end before it begins. */
const CLOCKS_APART_MS = 60 * SECOND;
/** The largest moment that JavaScript knows. */
const LAST_MOMENT = 8.64e15;

const cronStarts = new CronStarts();

/** A run that has ended, in milliseconds since the epoch, and how long runs of its pipeline take. */
export interface EndedRun {
  readonly startedAt: number;
  readonly stoppedAt: number;
  readonly seconds: number;
}

/**
 * The run that comes after one: when it should have ended. Where that is past, it may be told of at any
 * moment, as the one before was told of late: then it is the next that begins after `now`. Undefined
 * where none is known to come.
 */
export function expectation(
  schedule: Schedule,
  run: EndedRun,
  now: number,
): Expectation | undefined {
  const lasting = run.seconds * SECOND;
  const next = nextStart(schedule, ownStart(schedule, run) ?? run.stoppedAt);
  if (next === undefined) return undefined;
  const start = next + lasting > now ? next : nextStart(schedule, now);
  if (start === undefined) return undefined;
  const following = nextStart(schedule, start) ?? start;
  const graceMs = Math.max(LEAST_GRACE_MS, (following - start) * GRACE_OF_INTERVAL);
  const expectedAt = start + lasting;
  return expectedAt + graceMs < LAST_MOMENT ? { expectedAt, graceMs } : undefined;
}

/**
 * The start that a run had which stopped just before it, by a clock that is behind. A run of every minute
 * stops as near to the start after its own: the start is this run's only where none before it is as near
 * to when the run began.
 */
function ownStart(schedule: Schedule, { startedAt, stoppedAt }: EndedRun): number | undefined {
  const start = nextStart(schedule, stoppedAt);
  if (start === undefined || start - stoppedAt > CLOCKS_APART_MS) return undefined;
  const asNearBefore = startedAt - (start - startedAt);
  return nextStart(schedule, asNearBefore - 1) === start ? start : undefined;
}

/** When the first run after a moment begins, in milliseconds since the epoch; undefined for none. */
export function nextStart(schedule: Schedule, after: number): number | undefined {
  const from = momentOf(schedule, "start_time");
  const until = momentOf(schedule, "end_time") ?? LAST_MOMENT;
  const next =
    schedule.kind === "interval"
      ? nextByInterval(schedule as IntervalSchedule, from, after)
      : schedule.kind === "cron"
        ? cronStarts.next(schedule as CronSchedule, Math.max(after, (from ?? -Infinity) - 1))
        : undefined;
  return next !== undefined && next <= until ? next : undefined;
}

function momentOf(schedule: Schedule, field: "start_time" | "end_time"): number | undefined {
  const text = (schedule as Partial<IntervalSchedule>)[field];
  return text ? parseTimestamp(text) : undefined;
}

const UNITS = { weeks: 604_800, days: 86_400, hours: 3_600, minutes: 60, seconds: 1 } as const;

function nextByInterval(
  schedule: IntervalSchedule,
  from: number | undefined,
  after: number,
): number | undefined {
  const units = Object.entries(UNITS) as [keyof typeof UNITS, number][];
  const length =
    units.reduce((sum, [unit, size]) => sum + (schedule[unit] ?? 0) * size, 0) * SECOND;
  if (!(length >= SECOND) || length > LAST_MOMENT) return undefined;
  if (from === undefined) return after + length;
  if (from > after) return from;
  return from + (Math.floor((after - from) / length) + 1) * length;
}
