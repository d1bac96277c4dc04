import { type Hours, isWithinHours } from "@syncbell/core";

/** Hours in which a destination is not told of anything: what would be is held until they end, or dropped. */
export interface Mute extends Hours {
  readonly then: "hold" | "drop";
}

const MINUTE = 60_000;
/** Looked at in steps of this: hours and their ends are at least a quarter of an hour apart but rarely. */
const STEP = 15 * MINUTE;
/** Longer than any hours last that do end: eight days, and the changes of clocks in them. */
const LONGEST = 8 * 24 * 60 * MINUTE + STEP * 8;

/**
 * When the hours end that `at` is within, in milliseconds since the epoch; undefined where it is not
 * within them. Hours that never end go on for eight days.
 */
export function mutedUntil(hours: Hours, at: number): number | undefined {
  if (!isWithinHours(hours, at)) return undefined;
  let within = Math.floor(at / MINUTE) * MINUTE;
  let out = within + STEP;
  while (isWithinHours(hours, out) && out - at < LONGEST) {
    within = out;
    out += STEP;
  }
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
