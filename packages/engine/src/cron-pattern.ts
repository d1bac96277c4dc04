import type { CronSchedule } from "@syncbell/core";
import { type Unit, numbersOf } from "./cron-numbers.ts";

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const DAYS = "mon tue wed thu fri sat sun".split(" ");

type Field = "year" | "month" | "day" | "week" | "day_of_week" | "hour" | "minute" | "second";

/** The fields of the producer, from the most significant on. Its days of the week begin on Monday. */
const UNITS: Readonly<Record<Field, Unit>> = {
  year: { least: 1970, most: 9999 },
  month: { least: 1, most: 12, names: MONTHS },
  day: { least: 1, most: 31 },
  week: { least: 1, most: 53 },
  day_of_week: { least: 0, most: 6, names: DAYS },
  hour: { least: 0, most: 23 },
  minute: { least: 0, most: 59 },
  second: { least: 0, most: 59 },
};
const FIELDS = Object.keys(UNITS) as readonly Field[];

/** What a cron schedule says: an expression, or texts of its fields. Nothing in it is empty. */
export type CronTexts = Readonly<Partial<Record<Field | "expression", string>>>;

/** What a schedule says; an expression goes before the fields. */
export function cronTexts(schedule: CronSchedule): CronTexts {
  const expression = schedule.expression?.trim();
  if (expression) return { expression };
  const given = FIELDS.map((field) => [field, String(schedule[field] ?? "").trim()]);
  return Object.fromEntries(given.filter(([, text]) => text !== "")) as CronTexts;
}

/** The years of a search, both of them within it. */
export interface Years {
  readonly from: number;
  readonly to: number;
}

/**
 * A schedule as a pattern of seven parts, as the library reads them. It has no years but those: one that
 * never comes would be searched for through thousands. Of each minute it has one second: notices come
 * minutes later, and an hour that clocks leave out is looked through in sixty steps. Undefined where the
 * schedule is of a form that is not read, or never comes in these years; the library may still refuse it.
 */
export function cronPattern(texts: CronTexts, years: Years): string | undefined {
  const parts =
    texts.expression === undefined
      ? partsOfFields(texts, years)
      : partsOfExpression(texts.expression, years);
  return parts.some((part) => !part) ? undefined : parts.join(" ");
}

type Parts = readonly (string | undefined)[];

function partsOfFields(texts: CronTexts, years: Years): Parts {
  const last = FIELDS.findLastIndex((field) => texts[field] !== undefined);
  // Weeks of the year are not known to the library.
  if (last < 0 || (texts.week ?? "*") !== "*") return [undefined];
  const textOf = (field: Field): string => {
    // What is less than the last that is given is at its least, but for the day of the week.
    const isLess = FIELDS.indexOf(field) > last && field !== "day_of_week";
    return texts[field] ?? (isLess ? String(UNITS[field].least) : "*");
  };
  const month = listed(textOf("month"), UNITS.month);
  const { day, weekday } = daysOf(textOf("day"), textOf("day_of_week"));
  return [
    firstSecond(textOf("second")),
    listed(textOf("minute"), UNITS.minute),
    listed(textOf("hour"), UNITS.hour),
    day,
    month,
    weekday,
    numbersOf(textOf("year"), UNITS.year, years)?.join(","),
  ];
}

const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** An expression is the library's own but for its seconds and years, which count from 0. */
function partsOfExpression(expression: string, years: Years): Parts {
  const parts = (NICKNAMES[expression.toLowerCase()] ?? expression).split(/\s+/);
  if (parts.length < 5 || parts.length > 7) return [undefined];
  const [second = "", ...others] = parts.length === 5 ? ["0", ...parts] : parts;
  const year = anyFor(others[5] ?? "*");
  const within = numbersOf(year, { least: 0, most: 9999 }, years);
  return [firstSecond(anyFor(second)), ...others.slice(0, 5), within?.join(",")];
}

function anyFor(text: string): string {
  return text === "?" ? "*" : text;
}

function firstSecond(text: string): string | undefined {
  return numbersOf(text, UNITS.second)?.[0]?.toString();
}

interface Days {
  readonly day?: string | undefined;
  readonly weekday?: string | undefined;
}

function daysOf(day: string, dayOfWeek: string): Days {
  const parts = day.split(",").map((part) => part.trim().toLowerCase());
  const positions = parts.map(positionOf).filter((position) => position !== undefined);
  if (positions.length > 0) {
    // No pattern says "the 15th or the second Friday", or that a second Friday is a Monday.
    const isAlone = positions.length === parts.length && dayOfWeek === "*";
    return isAlone ? { day: "*", weekday: positions.join(",") } : {};
  }
  const weekdays = numbersOf(dayOfWeek, UNITS.day_of_week);
  return {
    day: daysOfMonth(parts),
    weekday: weekdays?.length === DAYS.length ? "*" : weekdays?.map(fromSunday).join(","),
  };
}

function daysOfMonth(parts: readonly string[]): string | undefined {
  const counted = parts.filter((part) => part !== "last");
  if (counted.length === 0) return "L";
  const days = listed(counted.join(","), UNITS.day);
  return days === undefined || days === "*" || counted.length === parts.length ? days : `${days},L`;
}

const POSITIONS = ["1st", "2nd", "3rd", "4th", "5th"];

/** Such as `2nd fri`, or `last mon`. */
function positionOf(part: string): string | undefined {
  const [position = "", name = "", ...more] = part.split(/ +/);
  const [nth, weekday] = [POSITIONS.indexOf(position) + 1, DAYS.indexOf(name)];
  if (weekday < 0 || more.length > 0 || (nth === 0 && position !== "last")) return undefined;
  return `${fromSunday(weekday)}#${nth === 0 ? "L" : nth}`;
}

/** The library counts the days of the week from Sunday. */
function fromSunday(weekday: number): number {
  return (weekday + 1) % DAYS.length;
}

function listed(text: string, unit: Unit): string | undefined {
  const numbers = numbersOf(text, unit);
  return numbers?.length === unit.most - unit.least + 1 ? "*" : numbers?.join(",");
}
