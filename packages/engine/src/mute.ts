import { type Hours, minuteOfWeek, minutesWithin } from "@syncbell/core";

/** Hours in which a destination is not told of anything. */
export interface Mute extends Hours {
  /** Whether what would be told is dropped; else it is held until the hours end. */
  readonly drops: boolean;
}

const MINUTE = 60_000;
const MINUTES_A_WEEK = 7 * 24 * 60;
/** Longer than any hours last that end, in milliseconds: eight days. */
const LONGEST = 8 * 24 * 60 * MINUTE;

/** A time, and the one answer that holds in all of it, in milliseconds since the epoch. */
interface Span {
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly until: number | undefined;
}

/**
 * What was found of hours. Two spans of each: a digest asks, beside the present, for the time at which it
 * closes.
 */
const found = new WeakMap<Hours, readonly Span[]>();

/**
 * When the hours end that `at` is within, in milliseconds since the epoch; undefined where it is not
 * within them. Hours that follow each other at once are one. Those that never end go on for eight days.
 * The answers are remembered with the object: to ask again costs next to nothing.
 */
export function mutedUntil(hours: Hours, at: number): number | undefined {
  const known = found.get(hours) ?? [];
  const span = known.find(({ from, to }) => from <= at && at < to);
  if (span) return span.until;
  const from = Math.floor(at / MINUTE) * MINUTE;
  const until = endOf(hours, from);
  // Of hours that never end, none is the end: a later moment has a later one.
  const to = until !== undefined && until - from <= LONGEST ? until : from + MINUTE;
  found.set(hours, [{ from, to, until }, ...known.slice(0, 1)]);
  return until;
}

/** Goes from end to end, and looks at the clock anew wherever it is set on or back meanwhile. */
function endOf(hours: Hours, from: number): number | undefined {
  const clock = (at: number): number => minuteOfWeek(at, hours.timezone);
  let at = from;
  let shown = clock(at);
  for (let left = minutesWithin(hours, shown); left > 0; left = minutesWithin(hours, shown)) {
    if (at - from > LONGEST) return at;
    at = nextLook(clock, at, shown, left);
    shown = clock(at);
  }
  return at === from ? undefined : at;
}

/**
 * The time that is some minutes on; where the clock was set by then, the first time at which it shows that.
 * It is set once at most in the hours of one day.
 */
function nextLook(
  clock: (at: number) => number,
  from: number,
  shown: number,
  minutes: number,
): number {
  const isSetBy = (later: number): boolean =>
    clock(from + later * MINUTE) !== (shown + later) % MINUTES_A_WEEK;
  if (!isSetBy(minutes)) return from + minutes * MINUTE;
  let [before, after] = [0, minutes];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (isSetBy(middle)) after = middle;
    else before = middle;
  }
  return from + after * MINUTE;
}

/** Whether the hours are all hours of all days, and so never end. */
export function isAlways({ hours = "00:00-24:00", days }: Hours): boolean {
  return /^00:00\s*-\s*24:00$/.test(hours) && (days === undefined || new Set(days).size === 7);
}
