import { WEEKDAYS, type Hours } from "@syncbell/core";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { mutedUntil } from "./mute.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MINUTES_A_DAY = 24 * 60;

/** The UTC day on which the clocks of a zone are set, or a day on which they aren't. */
const CHANGES = [
  ["Europe/Berlin", "2025-03-30"],
  ["Europe/Berlin", "2025-10-26"],
  ["America/New_York", "2025-03-09"],
  ["America/New_York", "2025-11-02"],
  // Half an hour.
  ["Australia/Lord_Howe", "2025-04-05"],
  ["Australia/Lord_Howe", "2025-10-04"],
  // At midnight.
  ["America/Santiago", "2025-04-06"],
  ["America/Santiago", "2025-09-07"],
  // Back in winter, and on again.
  ["Africa/Casablanca", "2025-02-23"],
  ["Africa/Casablanca", "2025-04-06"],
  // Two hours.
  ["Antarctica/Troll", "2025-03-30"],
  // A whole day that never was.
  ["Pacific/Apia", "2011-12-30"],
  ["Asia/Kathmandu", "2025-03-30"],
] as const;

/** What the clock of a zone shows each minute from a time on, as minutes of the week. */
function readings(timeZone: string, from: number, days: number): Uint16Array {
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    dateStyle: "short",
    timeStyle: "short",
  });
  return Uint16Array.from({ length: days * MINUTES_A_DAY }, (_, minute) => {
    const shown = clock.format(from + minute * MINUTE);
    const [, day, month, year, hour, past] =
      /^(\d\d)\/(\d\d)\/(\d{4}), (\d\d):(\d\d)$/.exec(shown)?.map(Number) ?? [];
    const midnight = Date.UTC(year ?? NaN, (month ?? NaN) - 1, day);
    return new Date(midnight).getUTCDay() * MINUTES_A_DAY + (hour ?? NaN) * 60 + (past ?? NaN);
  });
}

/** The minutes of the week that are within hours. */
function minutesOf({ hours = "00:00-24:00", days = WEEKDAYS }: Hours): Uint8Array {
  const week = new Uint8Array(7 * MINUTES_A_DAY);
  const [from = 0, to = 0] = hours.split("-").map((time) => {
    const [hour, minute] = time.split(":").map(Number);
    return (hour ?? NaN) * 60 + (minute ?? NaN);
  });
  const length = to > from ? to - from : to - from + MINUTES_A_DAY;
  for (const day of days) {
    const begin = WEEKDAYS.indexOf(day) * MINUTES_A_DAY + from;
    for (let minute = begin; minute < begin + length; minute++) week[minute % week.length] = 1;
  }
  return week;
}

const places = CHANGES.map(([timezone, day]) => {
  const from = Date.parse(day) - 2 * DAY;
  const shown = readings(timezone, from, 8);
  // A failure names the place, not all that its clock shows.
  return { timezone, from, shown, [fc.toStringMethod]: () => `${timezone} from ${day}` };
});

const time = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 1, 15, 30, 59))
  .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
const hours = fc
  .tuple(time, fc.oneof(time, fc.constant("24:00")))
  .filter(([from, to]) => from !== to && !(from === "00:00" && to === "24:00"))
  .map((ends) => ends.join("-"));
const days = fc.subarray([...WEEKDAYS], { minLength: 1, maxLength: 6 });
const within = fc.oneof(
  fc.record({ hours }),
  fc.record({ days }),
  fc.record({ hours, days }),
) as fc.Arbitrary<Hours>;

test("hours end with the first minute that is not within them, whatever was done to the clocks", () => {
  const property = fc.property(
    fc.constantFrom(...places),
    within,
    fc.nat(4 * MINUTES_A_DAY),
    fc.nat(MINUTE - 1),
    ({ timezone, from, shown }, own, minute, rest) => {
      const week = minutesOf(own);
      let end = minute;
      while (end < shown.length && week[shown[end] ?? 0] === 1) end++;
      fc.pre(end < shown.length);
      const expected = end === minute ? undefined : from + end * MINUTE;
      expect(mutedUntil({ ...own, timezone }, from + minute * MINUTE + rest)).toBe(expected);
    },
  );
  fc.assert(property, { seed: 20250330, numRuns: 5_000 });
});

test.each([
  ["08:30-08:00", "Europe/Berlin", "2025-03-29T10:07Z", "2025-03-30T06:00:00.000Z"],
  ["08:30-08:00", "Europe/Berlin", "2025-10-25T10:07Z", "2025-10-26T07:00:00.000Z"],
  // The end is left out by the clocks, or is there twice.
  ["22:00-02:30", "Europe/Berlin", "2025-03-29T22:00Z", "2025-03-30T01:00:00.000Z"],
  ["22:00-02:30", "Europe/Berlin", "2025-10-25T21:00Z", "2025-10-26T00:30:00.000Z"],
  // The time between the hours is left out: they go on.
  ["03:00-02:00", "Europe/Berlin", "2025-03-29T10:00Z", "2025-03-31T00:00:00.000Z"],
])("%s in %s, at %s, ends at %s", (range, timezone, at, end) => {
  const until = mutedUntil({ hours: range, timezone }, Date.parse(at));
  expect(new Date(until ?? NaN).toISOString()).toBe(end);
});

describe("what was found", () => {
  afterEach(() => void vi.restoreAllMocks());

  /** How often a clock on the wall was looked at. */
  function watchClocks(): () => number {
    const format = vi.spyOn(Intl.DateTimeFormat.prototype, "formatToParts");
    return () => format.mock.calls.length;
  }
  const night = (): Hours => ({ hours: "22:00-07:00", timezone: "Europe/Berlin" });
  const at = Date.parse("2025-01-10T22:30:20Z");

  test("holds until the hours are over, and no clock is looked at for it", () => {
    const mute = night();
    const end = mutedUntil(mute, at);
    const looks = watchClocks();
    for (let later = at; later < (end ?? 0); later += 7 * MINUTE) {
      expect(mutedUntil(mute, later)).toBe(end);
    }
    expect(looks()).toBe(0);
    expect(mutedUntil(mute, end ?? 0)).toBeUndefined();
    expect(looks()).toBeGreaterThan(0);
  });

  test("holds for a minute outside of them, also beside a time that is yet to come", () => {
    const mute = night();
    const noon = at - 11 * 60 * MINUTE;
    const ask = (moment: number) => [
      mutedUntil(mute, moment),
      mutedUntil(mute, moment + 11 * 60 * MINUTE),
    ];
    const first = ask(noon);
    const looks = watchClocks();
    expect(ask(noon + 39_000)).toEqual(first);
    expect(looks()).toBe(0);
    expect(first[0]).toBeUndefined();
    expect(first[1]).toBeDefined();
  });

  test("is no end of hours that have none", () => {
    const always = { hours: "00:00-24:00" };
    const end = mutedUntil(always, at) ?? 0;
    expect(mutedUntil(always, at + 3 * DAY)).toBe(end + 3 * DAY);
  });

  test("is nothing to go by for another time: a clock may go on, back, and anywhere", () => {
    const moments = fc.array(fc.integer({ min: -3 * DAY, max: 3 * DAY }), { maxLength: 30 });
    const property = fc.property(within, fc.constantFrom(...places), moments, (own, place, all) => {
      const mute = { ...own, timezone: place.timezone };
      const asked = all.map((moment) => mutedUntil(mute, place.from + 2 * DAY + moment));
      const anew = all.map((moment) => mutedUntil({ ...mute }, place.from + 2 * DAY + moment));
      expect(asked).toEqual(anew);
    });
    fc.assert(property, { seed: 20251026, numRuns: 200 });
  });
});
