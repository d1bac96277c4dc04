import { isWithinHours } from "@syncbell/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAlways, mutedUntil } from "./mute.ts";

const MINUTE = 60_000;

function until(hours: Parameters<typeof mutedUntil>[0], at: string): string | undefined {
  const end = mutedUntil(hours, Date.parse(at));
  return end === undefined ? undefined : new Date(end).toISOString();
}

describe("when muted hours end", () => {
  const berlin = { hours: "22:00-07:00", timezone: "Europe/Berlin" };
  test.each([
    ["2026-01-10T20:59:59Z", undefined],
    ["2026-01-10T21:00:00Z", "2026-01-11T06:00:00.000Z"],
    ["2026-01-11T05:59:59.999Z", "2026-01-11T06:00:00.000Z"],
    ["2026-01-11T06:00:00Z", undefined],
    // The night in which clocks are set on is an hour shorter, the other an hour longer.
    ["2026-03-28T21:00:00Z", "2026-03-29T05:00:00.000Z"],
    ["2026-10-24T20:00:00Z", "2026-10-25T06:00:00.000Z"],
  ])("of a night in Berlin, at %s", (at, end) => {
    expect(until(berlin, at)).toBe(end);
  });

  test("of a weekend, whole days one after the other", () => {
    const weekend = { days: ["sat", "sun"], timezone: "America/New_York" } as const;
    expect(until(weekend, "2026-03-07T12:00:00Z")).toBe("2026-03-09T04:00:00.000Z");
    expect(until(weekend, "2026-03-06T12:00:00Z")).toBeUndefined();
  });

  test("of a night that begins on a day that is named", () => {
    const saturday = { hours: "22:00-07:00", days: ["sat"] } as const;
    expect(until(saturday, "2026-01-11T03:00:00Z")).toBe("2026-01-11T07:00:00.000Z");
    expect(until(saturday, "2026-01-10T03:00:00Z")).toBeUndefined();
  });

  test("where the gap between them is a minute", () => {
    expect(until({ hours: "00:00-23:59" }, "2026-01-10T03:00:00Z")).toBe(
      "2026-01-10T23:59:00.000Z",
    );
  });

  test("as a search minute by minute finds, in zones with odd clocks and at their changes", () => {
    const time = fc.tuple(fc.nat(23), fc.constantFrom(0, 15, 30, 59));
    const say = ([hour, minute]: readonly [number, number]): string =>
      `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
    fc.assert(
      fc.property(
        time,
        time,
        fc.constantFrom(
          "Europe/Berlin",
          "Australia/Lord_Howe",
          "Asia/Kathmandu",
          "America/New_York",
        ),
        fc.constantFrom(
          "2026-03-08",
          "2026-03-29",
          "2026-04-05",
          "2026-10-04",
          "2026-10-25",
          "2026-11-01",
        ),
        fc.nat(24 * 60),
        (from, to, timezone, day, minute) => {
          fc.pre(say(from) !== say(to));
          const hours = { hours: `${say(from)}-${say(to)}`, timezone };
          const at = Date.parse(day) + minute * MINUTE;
          let end = at;
          while (isWithinHours(hours, end)) end += MINUTE;
          const found = mutedUntil(hours, at);
          if (end === at) {
            expect(found).toBeUndefined();
            return;
          }
          // Clocks that are set back show the same hours twice: then an end is one of two.
          expect(isWithinHours(hours, (found ?? 0) - MINUTE)).toBe(true);
          expect(isWithinHours(hours, found ?? 0)).toBe(false);
          expect(Math.abs((found ?? 0) - end)).toBeLessThanOrEqual(24 * 60 * MINUTE);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test("all hours of all days never end", () => {
  expect(isAlways({ hours: "00:00-24:00" })).toBe(true);
  expect(isAlways({ days: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] })).toBe(true);
  expect(isAlways({ days: ["sun"] })).toBe(false);
  expect(isAlways({ hours: "00:00-23:59" })).toBe(false);
});
