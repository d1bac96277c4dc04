import { largestUnits } from "./counted.ts";

const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s?([Zz]|[+-]\d{2}(?::?\d{2})?)?$/;

/**
 * Reads an ISO 8601 date-time with any offset and any precision; one without an offset is UTC.
 * Answers milliseconds since the epoch (fractions beyond a millisecond are cut), or undefined when
 * the text is not such a time or names a moment that does not exist, like 30 February.
 */
export function parseTimestamp(text: string): number | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = "0", fraction = "", zone = "Z"] = match;
  const offset = offsetMinutes(zone);
  const clock = [Number(hour), Number(minute), Number(second)] as const;
  if (offset === undefined || clock[0] > 23 || clock[1] > 59 || clock[2] > 60) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (midnight.getUTCMonth() !== Number(month) - 1 || midnight.getUTCDate() !== Number(day)) {
    return undefined;
  }
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, "0"));
  return (
    midnight.getTime() + ((clock[0] * 60 + clock[1] - offset) * 60 + clock[2]) * 1000 + milliseconds
  );
}

function offsetMinutes(zone: string): number | undefined {
  if (zone === "Z" || zone === "z") return 0;
  const digits = zone.slice(1).replace(":", "");
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2) || "0");
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

/** Says a moment in UTC to the second, fractions cut: `2024-11-11 10:00:34+00:00`. */
export function formatUtcSeconds(epochMs: number): string {
  return new Date(epochMs)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "+00:00");
}

/** {@link formatUtcSeconds} of a moment that may not be known. */
export function momentOrNothing(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : formatUtcSeconds(epochMs);
}

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/**
 * Says a length of time in its two largest units: `1 d 2 h`, `10 min 45 s`, `0 s`.
 * Answers undefined for a negative length, which only a skewed clock can make.
 */
export function formatDuration(seconds: number): string | undefined {
  if (!(seconds >= 0)) return undefined;
  const parts = largestUnits(Math.floor(seconds), UNITS);
  return parts.map(([unit, count]) => `${count} ${unit}`).join(" ") || "0 s";
}
