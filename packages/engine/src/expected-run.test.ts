import type { Schedule } from "@syncbell/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectation, nextStart } from "./expected-run.ts";

const HOUR = 3_600_000;

function next(schedule: object, after: string): string | undefined {
  const found = nextStart({ kind: "cron", ...schedule }, Date.parse(after));
  return found === undefined ? undefined : new Date(found).toISOString();
}

/** Every start within the year 2026. */
function yearOf(schedule: object): readonly number[] {
  const starts: number[] = [];
  let at = Date.UTC(2026, 0, 1) - 1;
  for (;;) {
    const found = nextStart({ kind: "cron", ...schedule }, at);
    if (found === undefined || found >= Date.UTC(2027, 0, 1)) return starts;
    starts.push(found);
    at = found;
  }
}

describe("when the next run begins", () => {
  test.each<readonly [object, string, string | undefined]>([
    [{ expression: "0 2 * * *" }, "2026-01-10T03:00:00Z", "2026-01-11T02:00:00.000Z"],
    [{ hour: "*/6" }, "2026-01-10T03:00:00Z", "2026-01-10T06:00:00.000Z"],
    [
      { day_of_week: "0-4", hour: 9, minute: 30 },
      "2026-01-10T03:00:00Z",
      "2026-01-12T09:30:00.000Z",
    ],
    [{ day_of_week: "sun" }, "2026-01-10T03:00:00Z", "2026-01-11T00:00:00.000Z"],
    [{ month: 3 }, "2026-01-10T03:00:00Z", "2026-03-01T00:00:00.000Z"],
    [{ expression: "0 0 13 * 5" }, "2026-01-10T03:00:00Z", "2026-02-13T00:00:00.000Z"],
    [{ hour: 2, end_time: "2026-01-10T00:00:00Z" }, "2026-01-10T03:00:00Z", undefined],
    [
      { hour: 2, start_time: "2026-02-01T00:00:00Z" },
      "2026-01-10T03:00:00Z",
      "2026-02-01T02:00:00.000Z",
    ],
    [{ expression: "0 0 30 2 *" }, "2026-01-10T03:00:00Z", undefined],
    [{ expression: "every day" }, "2026-01-10T03:00:00Z", undefined],
    [{ hour: 2, timezone: "Mars/Olympus" }, "2026-01-10T03:00:00Z", undefined],
    [{ hour: 2, week: 5 }, "2026-01-10T03:00:00Z", undefined],
    [{}, "2026-01-10T03:00:00Z", undefined],
    [{ kind: "lunar", hour: 2 }, "2026-01-10T03:00:00Z", undefined],
    [{ hour: 2, timezone: "" }, "2026-01-10T03:00:00Z", "2026-01-11T02:00:00.000Z"],
    [{ kind: "interval" }, "2026-01-10T03:00:00Z", undefined],
    [{ kind: "interval", hours: 6 }, "2026-01-10T03:00:00Z", "2026-01-10T09:00:00.000Z"],
  ])("by %j after %s", (schedule, after, start) => {
    expect(next(schedule, after)).toBe(start);
  });

  test("at the same time on the wall through a year with two changes of clocks", () => {
    const starts = yearOf({ expression: "30 4 * * *", timezone: "Europe/Berlin" });
    expect(starts).toHaveLength(365);
    const summer = starts.filter((start) => new Date(start).getUTCHours() === 2);
    expect(new Date(summer[0] ?? 0).toISOString()).toBe("2026-03-29T02:30:00.000Z");
    expect(new Date(summer.at(-1) ?? 0).toISOString()).toBe("2026-10-24T02:30:00.000Z");
  });

  test("once on the day on which its time does not exist, and once where it comes twice", () => {
    const starts = yearOf({ expression: "30 2 * * *", timezone: "Europe/Berlin" });
    const onDay = (day: string): readonly number[] =>
      starts.filter((start) => new Date(start).toISOString().startsWith(day));
    expect(starts).toHaveLength(365);
    expect([onDay("2026-03-29").length, onDay("2026-10-25").length]).toEqual([1, 1]);
  });

  test("in equal steps whatever clocks do", () => {
    const starts = yearOf({ kind: "interval", hours: 6, start_time: "2026-01-01T03:00:00Z" });
    expect(starts).toHaveLength(365 * 4);
    expect(new Set(starts.slice(1).map((start, index) => start - (starts[index] ?? 0)))).toEqual(
      new Set([6 * HOUR]),
    );
  });

  test("never at or before the moment asked about, whatever the schedule is", () => {
    const field = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.constantFrom("*/5", "1-5", "last"),
    );
    const schedule = fc.record(
      {
        kind: fc.constantFrom("cron", "interval", "other"),
        expression: fc.string(),
        hours: fc.double(),
        days: fc.double(),
        hour: field,
        day: field,
        day_of_week: field,
        start_time: fc.constantFrom("2026-01-01T00:00:00Z", "no time"),
      },
      { requiredKeys: ["kind"] },
    );
    fc.assert(
      fc.property(schedule, fc.integer({ min: 0, max: Date.UTC(2100, 0) }), (given, after) => {
        expect(nextStart(given, after) ?? Infinity).toBeGreaterThan(after);
      }),
    );
  });
});

const FROM = Date.parse("2026-01-10T04:00:00Z");

describe("when a run is overdue", () => {
  test.each([
    [{ hours: 1 }, 600, "2026-01-10T05:10:00.000Z", 15 * 60_000],
    [{ hours: 6 }, 0, "2026-01-10T10:00:00.000Z", 36 * 60_000],
    [{ days: 1 }, 60, "2026-01-11T04:01:00.000Z", 144 * 60_000],
  ])("by an interval of %j, of runs that take %i s", (interval, seconds, expected, graceMs) => {
    const schedule = { kind: "interval" as const, ...interval, start_time: "2026-01-10T04:00:00Z" };
    const run = { startedAt: FROM - seconds * 1000, stoppedAt: FROM, seconds };
    const found = expectation(schedule, run, FROM);
    expect(found).toEqual({ expectedAt: Date.parse(expected), graceMs });
  });

  test("is never told of one that should have ended when the last was told of", () => {
    const schedules = fc.constantFrom<Schedule>(
      { kind: "interval", hours: 1 },
      { kind: "interval", minutes: 7, start_time: "2026-01-01T00:00:00Z" },
      { kind: "cron", expression: "*/20 * * * *" },
      { kind: "cron", day_of_week: "mon-fri", hour: 4, timezone: "Europe/Berlin" },
      { kind: "cron", hour: "*/3", end_time: "2026-01-11T00:00:00Z" },
    );
    const minutes = fc.integer({ min: 0, max: 40_000 });
    fc.assert(
      fc.property(schedules, minutes, minutes, (schedule, late, seconds) => {
        const stoppedAt = FROM - late * 60_000;
        const run = { startedAt: stoppedAt - seconds * 1000, stoppedAt, seconds };
        expect(expectation(schedule, run, FROM)?.expectedAt ?? Infinity).toBeGreaterThan(FROM);
      }),
    );
  });
});

describe("the run that has ended", () => {
  const minutely = { kind: "cron", expression: "* * * * *" };

  test.each([0, 1, 20, 55, 59])("of every minute is its own, where it takes %i s", (seconds) => {
    const run = { startedAt: FROM, stoppedAt: FROM + seconds * 1000, seconds: 0 };
    expect(expectation(minutely, run, FROM + 59_500)?.expectedAt).toBe(FROM + 60_000);
  });

  test.each(["0,1 * * * *", "*/2 * * * *"])(
    "by %s is its own, where it takes nearly to the next",
    (expression) => {
      const schedule = { kind: "cron", expression };
      const start = nextStart(schedule, FROM) ?? NaN;
      const run = { startedAt: FROM, stoppedAt: start - 1, seconds: 0 };
      expect(expectation(schedule, run, start - 1)?.expectedAt).toBe(start);
    },
  );

  test.each([
    ["10 s", 10, 0],
    ["a minute", 60, 0],
    ["a second, and takes four", 5, 4],
  ])("is that which begins at once, where it seems to begin before by %s", (_, early, seconds) => {
    const startedAt = FROM - early * 1000;
    const run = { startedAt, stoppedAt: startedAt + seconds * 1000, seconds: 600 };
    const found = expectation({ kind: "cron", hour: "4" }, run, FROM);
    expect(found?.expectedAt).toBe(FROM + 24 * HOUR + 600_000);
  });

  test("is one before, where it seems to stop more than a minute too soon", () => {
    const run = { startedAt: FROM - 61_000, stoppedAt: FROM - 61_000, seconds: 1 };
    expect(expectation({ kind: "cron", hour: "4" }, run, FROM)?.expectedAt).toBe(FROM + 1000);
  });

  test("of an interval that says no start is followed by one as much later", () => {
    const run = { startedAt: FROM - 1000, stoppedAt: FROM, seconds: 1 };
    const schedule = { kind: "interval", seconds: 30 };
    expect(expectation(schedule, run, FROM)?.expectedAt).toBe(FROM + 31_000);
  });
});
