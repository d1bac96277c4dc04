import { z } from "zod";

/**
 * Hours that come again each day, or on some days of the week, as the clocks on the wall of a time zone
 * show them. Without `hours`, whole days; without `days`, every day. The day is the one on which the
 * hours begin: `22:00-07:00` on `sat` end on Sunday morning.
 */
export interface Hours {
  /** From the first time up to the second, not included: `08:00-18:00`, or `22:00-07:00` over midnight. */
  readonly hours?: string;
  readonly days?: readonly Weekday[];
  /** An IANA name, like `Europe/Berlin`. Absent: UTC. */
  readonly timezone?: string;
}

/** The days of the week, in the order of JavaScript. */
export const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

export type Weekday = (typeof WEEKDAYS)[number];

const MINUTES_A_DAY = 24 * 60;
const WHOLE_DAY = [0, MINUTES_A_DAY] as const;
const RANGE = /^([01]\d|2[0-3]):([0-5]\d)\s*-\s*(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$/;

const hours = z.string().refine((text) => readRange(text) !== undefined, {
  error: 'must be two different times of the day, like "22:00-07:00"',
});

const timezone = z.string().refine(isTimeZone, {
  error: "must be the name of a time zone, like Europe/Berlin",
});

/** The fields of {@link Hours}, for a config that has them among others. */
export const hoursFields: {
  readonly hours: z.ZodExactOptional<z.ZodString>;
  readonly days: z.ZodExactOptional<z.ZodType<readonly Weekday[]>>;
  readonly timezone: z.ZodExactOptional<z.ZodString>;
} = {
  hours: hours
    .exactOptional()
    .describe('A time of the day to another, like "22:00-07:00". Absent: the whole day.'),
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .exactOptional()
    .describe("The days on which the hours begin. Absent: every day."),
  timezone: timezone.exactOptional().describe("Like Europe/Berlin. Absent: UTC."),
};

/**
 * Whether a moment, in milliseconds since the epoch, is within the hours. Throws RangeError where hours or
 * time zone are none that a config may have.
 */
export function isWithinHours(within: Hours, at: number): boolean {
  return minutesWithin(within, minuteOfWeek(at, within.timezone)) > 0;
}

/**
 * How many minutes the hours that a minute of the week is within still last as the clock on the wall counts
 * them, which may be set on or back meanwhile; 0 where it is not within them. Throws RangeError where the
 * hours can't be read.
 */
export function minutesWithin({ hours: text, days }: Hours, minuteOfTheWeek: number): number {
  const day = Math.floor(minuteOfTheWeek / MINUTES_A_DAY);
  const minute = minuteOfTheWeek % MINUTES_A_DAY;
  const range = text === undefined ? WHOLE_DAY : readRange(text);
  if (!range) throw new RangeError(`the hours ${JSON.stringify(text)} can't be read`);
  const [from, to] = range;
  const isDay = (index: number): boolean =>
    days === undefined || days.some((one) => WEEKDAYS.indexOf(one) === index);
  if (from < to) return minute >= from && minute < to && isDay(day) ? to - minute : 0;
  // Over midnight: the evening belongs to this day, the morning to the day before.
  if (minute >= from && isDay(day)) return to + MINUTES_A_DAY - minute;
  return minute < to && isDay((day + 6) % 7) ? to - minute : 0;
}

function readRange(text: string): readonly [from: number, to: number] | undefined {
  const match = RANGE.exec(text);
  if (!match) return undefined;
  const [, fromHour, fromMinute, toHour, toMinute, lastHour, lastMinute] = match;
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour ?? lastHour) * 60 + Number(toMinute ?? lastMinute);
  return from === to ? undefined : [from, to];
}

function isTimeZone(name: string): boolean {
  try {
    clockOf(name);
    return true;
  } catch {
    return false;
  }
}

const clocks = new Map<string, Intl.DateTimeFormat>();
/** More time zones than there are; a config may name the same one in many spellings. */
const MOST_CLOCKS = 1000;

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  if (clocks.size >= MOST_CLOCKS) clocks.clear();
  clocks.set(timeZone, made);
  return made;
}

/**
 * What the clock on the wall of a time zone shows at a moment, in minutes since Sunday began. Throws
 * RangeError where there is no such zone.
 */
export function minuteOfWeek(at: number, timeZone = "UTC"): number {
  const shown = new Map<string, string>();
  for (const { type, value } of clockOf(timeZone).formatToParts(at)) shown.set(type, value);
  const day = WEEKDAYS.findIndex((name) => name === shown.get("weekday")?.toLowerCase());
  return day * MINUTES_A_DAY + Number(shown.get("hour")) * 60 + Number(shown.get("minute"));
}
