import { type Hours, isWithinHours, minutesWithin } from "@syncbell/core";

/** Hours in which a destination is not told of anything. */
export interface Mute extends Hours {
  /** Whether what would be told is dropped; else it is held until the hours end. */
  readonly drops: boolean;
}

const MINUTE = 60_000;
/** Longer than any hours last that end: eight days. */
const LONGEST = 8 * 24 * 60 * MINUTE;

/**
 * When the hours end that `at` is within, in milliseconds since the epoch; undefined where it is not
 * within them. Hours that follow each other at once are one. Those that never end go on for eight days.
 */
export function mutedUntil(hours: Hours, at: number): number | undefined {
  if (!isWithinHours(hours, at)) return undefined;
  let within = Math.floor(at / MINUTE) * MINUTE;
  let out = within;
  for (let left = minutesWithin(hours, out); left > 0; left = minutesWithin(hours, out)) {
    within = out;
    out += left * MINUTE;
    if (out - at > LONGEST) return out;
  }
  // Where a clock was set on meanwhile, the hours ended before.
  while (out - within > MINUTE) {
    const middle = within + Math.floor((out - within) / 2 / MINUTE) * MINUTE;
    if (isWithinHours(hours, middle)) within = middle;
    else out = middle;
  }
  return out;
}

/** Whether the hours are all hours of all days, and so never end. */
export function isAlways({ hours = "00:00-24:00", days }: Hours): boolean {
  return /^00:00\s*-\s*24:00$/.test(hours) && (days === undefined || new Set(days).size === 7);
}
