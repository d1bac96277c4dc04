import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cronPattern, cronTexts } from "./cron-pattern.ts";
import { CronStarts } from "./cron-starts.ts";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY = 24 * 60 * 60_000;
const YEARS = { from: 2026, to: 2027 };

/** The pattern of a schedule, but for its second, minute, hour, and its years. */
function daysBy(schedule: object): string | undefined {
  const pattern = cronPattern(cronTexts({ kind: "cron", hour: 3, ...schedule }), YEARS);
  return pattern?.split(" ").slice(3, 6).join(" ");
}

function patternBy(schedule: object): string | undefined {
  return cronPattern(cronTexts({ kind: "cron", ...schedule }), YEARS);
}

describe("days of the week in the fields of the producer", () => {
  test.each([
    [{ day_of_week: "*/2" }, "1,3,5,0"],
    [{ day_of_week: "*/3" }, "1,4,0"],
    [{ day_of_week: "1-5/2" }, "2,4,6"],
    [{ day_of_week: "4/2" }, "5,0"],
    [{ day_of_week: "0-4" }, "1,2,3,4,5"],
    [{ day_of_week: "sat-sun" }, "6,0"],
    [{ day_of_week: "Mon, WED ,fri" }, "1,3,5"],
    [{ day_of_week: "0,5-6,0" }, "1,6,0"],
    [{ day_of_week: 6 }, "0"],
    [{ day_of_week: "0-6" }, "*"],
    [{ day_of_week: "*/1" }, "*"],
  ])("count from Monday: %j is %s from Sunday", (schedule, weekdays) => {
    expect(daysBy(schedule)).toBe(`* * ${weekdays}`);
  });

  test("are those of the calendar, whatever list they are in", () => {
    const range = fc
      .tuple(fc.nat(6), fc.nat(6), fc.integer({ min: 1, max: 4 }))
      .map(([a, b, step]) => ({ first: Math.min(a, b), last: Math.max(a, b), step }));
    const starts = new CronStarts();
    fc.assert(
      fc.property(
        fc.array(range, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (ranges, named) => {
          const written = ranges.map(({ first, last, step }) =>
            step > 1
              ? `${first}-${last}/${step}`
              : named
                ? `${DAYS[first]}-${DAYS[last]}`
                : `${first}-${last}`,
          );
          const schedule = { kind: "cron" as const, day_of_week: written.join(",") };
          const from = Date.UTC(2026, 0, 5);
          const week = DAYS.map((_, day) => from + day * DAY).filter(
            (midnight) => starts.next(schedule, midnight - 1) === midnight,
          );
          const meant = [...DAYS.keys()].filter((day) =>
            ranges.some(({ first, last, step }) => {
              return day >= first && day <= last && (day - first) % step === 0;
            }),
          );
          expect(week).toEqual(meant.map((day) => from + day * DAY));
        },
      ),
    );
  });
});

describe("days of the month in the fields of the producer", () => {
  test.each([
    [{ day: "last" }, "L * *"],
    [{ day: "1,15,last" }, "1,15,L * *"],
    [{ day: "*,last" }, "* * *"],
    [{ day: "1-31" }, "* * *"],
    [{ day: "*/10" }, "1,11,21,31 * *"],
    [{ day: "25/2" }, "25,27,29,31 * *"],
    [{ day: "2nd fri" }, "* * 5#2"],
    [{ day: "1st mon, 3rd MON" }, "* * 1#1,1#3"],
    [{ day: "Last  Sun" }, "* * 0#L"],
    [{ day: "5th thu", month: "jan-mar,12" }, "* 1,2,3,12 4#5"],
    [{ day: "last", day_of_week: "mon-fri" }, "L * 1,2,3,4,5"],
  ])("%j is %s", (schedule, days) => {
    expect(daysBy(schedule)).toBe(days);
  });

  test.each([
    ["last", "2026-01-31 2026-02-28 2026-03-31"],
    ["2nd fri", "2026-01-09 2026-02-13 2026-03-13"],
    ["last fri", "2026-01-30 2026-02-27 2026-03-27"],
    ["5th sun", "2026-03-29 2026-05-31 2026-08-30"],
  ])("%s is the days of the calendar", (day, expected) => {
    const starts = new CronStarts();
    let at = Date.UTC(2026, 0, 1);
    const found = expected.split(" ").map(() => {
      at = starts.next({ kind: "cron", day }, at) ?? NaN;
      return new Date(at).toISOString().slice(0, 10);
    });
    expect(found.join(" ")).toBe(expected);
  });
});

describe("the pattern of a schedule", () => {
  test.each([
    [{ hour: 3 }, "0 0 3 * * * 2026,2027"],
    [{ minute: "5/20" }, "0 5,25,45 * * * * 2026,2027"],
    [{ month: "2" }, "0 0 0 1 2 * 2026,2027"],
    [{ day_of_week: "fri" }, "0 0 0 * * 5 2026,2027"],
    [{ week: "*", month: 2 }, "0 0 0 * 2 * 2026,2027"],
    [{ year: "*/2" }, "0 0 0 1 1 * 2026"],
    [{ second: "10-50/20" }, "10 * * * * * 2026,2027"],
    [{ hour: "2", minute: "" }, "0 0 2 * * * 2026,2027"],
    [{ expression: "", hour: 2 }, "0 0 2 * * * 2026,2027"],
    [{ expression: "0 3 * * 1-5", hour: 2 }, "0 0 3 * * 1-5 2026,2027"],
    [{ expression: " @Daily " }, "0 0 0 * * * 2026,2027"],
    [{ expression: "*/10 0 3 ? * 5#L" }, "0 0 3 ? * 5#L 2026,2027"],
    [{ expression: "? 0 3 * * * 2000-2026" }, "0 0 3 * * * 2026"],
  ])("%j is %s", (schedule, pattern) => {
    expect(patternBy(schedule)).toBe(pattern);
  });

  test.each([
    {},
    { week: 5, hour: 2 },
    { week: "*/2" },
    { day: "15,2nd fri" },
    { day: "2nd fri", day_of_week: "mon" },
    { day: "6th fri" },
    { day: "2nd" },
    { day: "2nd 4" },
    { day: "last fri mon" },
    { day: 0 },
    { day: 32 },
    { day_of_week: 7 },
    { day_of_week: "fri-mon" },
    { day_of_week: "mon-fri/2" },
    { day_of_week: "monday" },
    { hour: "1,22-2" },
    { hour: 24 },
    { hour: 3.5 },
    { hour: "1,*/0" },
    { hour: "1,,2" },
    { hour: "/2" },
    { minute: -1 },
    { year: 2028 },
    { second: "61" },
    { expression: "@once" },
    { expression: "2026-03-01T00:00:00" },
    { expression: "0 3 * *" },
    { expression: "0 0 0 3 * * * *" },
    { expression: "0 0 3 * * * 1999" },
    { expression: "x 0 3 * * *" },
  ])("is none of %j", (schedule) => {
    expect(patternBy(schedule)).toBeUndefined();
  });

  test("looks at no more than the years asked for, and at one second of a minute", () => {
    const anything = fc.oneof(
      fc.constantFrom("*", "*/1", "1970-9999", "0-59", "?", "2000/1", "30", "2026-9999/1"),
      fc.string(),
    );
    const fields = fc.record({ second: anything, month: anything, year: anything });
    const expressions = fc
      .tuple(anything, anything, anything)
      .map(([second, day, year]) => ({ expression: `${second} * * ${day} 2 * ${year}` }));
    fc.assert(
      fc.property(fc.oneof(fields, expressions), (schedule) => {
        const parts = (patternBy(schedule) ?? "0 - - - - - 2026").split(" ");
        expect(parts).toHaveLength(7);
        expect(parts[0]).toMatch(/^\d\d?$/);
        expect(parts[6]).toMatch(/^(?:2026|2027|2026,2027)$/);
      }),
    );
  });
});
