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

describe("when a run is overdue", () => {
  test.each([
    [{ hours: 1 }, 600, "2026-01-10T05:10:00.000Z", 15 * 60_000],
    [{ hours: 6 }, 0, "2026-01-10T10:00:00.000Z", 36 * 60_000],
    [{ days: 1 }, 60, "2026-01-11T04:01:00.000Z", 144 * 60_000],
  ])("by an interval of %j, of runs that take %i s", (interval, seconds, expected, graceMs) => {
    const schedule = { kind: "interval" as const, ...interval, start_time: "2026-01-10T04:00:00Z" };
    const stoppedAt = Date.parse("2026-01-10T04:00:00Z");
    const found = expectation(schedule, { stoppedAt, seconds });
    expect(found).toEqual({ expectedAt: Date.parse(expected), graceMs });
  });
});
