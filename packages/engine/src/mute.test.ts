import { describe, expect, test } from "vitest";
import { isAlways, mutedUntil } from "./mute.ts";

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
});

test("all hours of all days never end", () => {
  expect(isAlways({ hours: "00:00-24:00" })).toBe(true);
  expect(isAlways({ days: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] })).toBe(true);
  expect(isAlways({ days: ["sun"] })).toBe(false);
  expect(isAlways({ hours: "00:00-23:59" })).toBe(false);
});
