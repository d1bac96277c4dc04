import type { CronSchedule, IntervalSchedule, Schedule } from "@syncbell/core";
import { parseTimestamp } from "@syncbell/core";
import { Cron } from "croner";

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
/** The largest moment that JavaScript knows. */
const LAST_MOMENT = 8.64e15;

/** The run that comes after one: when it should have ended. Undefined where none is known to come. */
export function expectation(
  schedule: Schedule,
  { stoppedAt, seconds }: { readonly stoppedAt: number; readonly seconds: number },
): Expectation | undefined {
  const start = nextStart(schedule, stoppedAt);
  if (start === undefined) return undefined;
  const following = nextStart(schedule, start) ?? start;
  const graceMs = Math.max(LEAST_GRACE_MS, (following - start) * GRACE_OF_INTERVAL);
  const expectedAt = start + seconds * SECOND;
  return expectedAt + graceMs < LAST_MOMENT ? { expectedAt, graceMs } : undefined;
}

/** When the first run after a moment begins, in milliseconds since the epoch; undefined for none. */
export function nextStart(schedule: Schedule, after: number): number | undefined {
  const from = momentOf(schedule, "start_time");
  const until = momentOf(schedule, "end_time") ?? LAST_MOMENT;
  const next =
    schedule.kind === "interval"
      ? nextByInterval(schedule as IntervalSchedule, from, after)
      : schedule.kind === "cron"
        ? nextByCron(schedule as CronSchedule, Math.max(after, (from ?? -Infinity) - 1))
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

const FIELDS = ["second", "minute", "hour", "day", "month", "day_of_week", "year"] as const;
/** From the most significant field on: those after the last that is given are at their minimum. */
const BY_SIGNIFICANCE = [
  "year",
  "month",
  "day",
  "day_of_week",
  "hour",
  "minute",
  "second",
] as const;
const MINIMA: Readonly<Record<string, string>> = {
  hour: "0",
  minute: "0",
  second: "0",
  day: "1",
  month: "1",
};
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const LONGEST_FIELD = 100;

function nextByCron(schedule: CronSchedule, after: number): number | undefined {
  const pattern = schedule.expression ? schedule.expression : patternOf(schedule);
  if (pattern === undefined || pattern.length > LONGEST_FIELD * FIELDS.length) return undefined;
  try {
    const cron = new Cron(pattern, {
      timezone: schedule.timezone ?? "UTC",
      paused: true,
      // A day of the month and one of the week that are given together must both fit.
      domAndDow: true,
    });
    return cron.nextRun(new Date(after))?.getTime();
  } catch {
    return undefined;
  }
}

function patternOf(schedule: CronSchedule): string | undefined {
  // Weeks of the year are not known to the library.
  if ((schedule.week ?? "*") !== "*") return undefined;
  const isGiven = (field: (typeof FIELDS)[number]): boolean => (schedule[field] ?? null) !== null;
  const last = BY_SIGNIFICANCE.findLastIndex(isGiven);
  if (last < 0) return undefined;
  return FIELDS.map((field) => {
    const given = schedule[field] ?? undefined;
    if (given !== undefined)
      return field === "day_of_week" ? weekdays(String(given)) : String(given);
    const isLess = BY_SIGNIFICANCE.indexOf(field) > last;
    return isLess && field !== "day_of_week" ? (MINIMA[field] ?? "*") : "*";
  }).join(" ");
}

/** The producer counts the days of the week from Monday, the library from Sunday. */
function weekdays(text: string): string {
  return text.replace(/(?<![/#\w])[0-6](?!\w)/g, (digit) => DAYS[Number(digit)] ?? digit);
}
