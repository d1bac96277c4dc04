import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatUtcSeconds, parseTimestamp } from "./timestamp.ts";

const MOMENT = Date.UTC(2024, 10, 11, 10, 0, 34);

describe("parseTimestamp", () => {
  it.each([
    ["a Z", "2024-11-11T10:00:34Z", MOMENT],
    ["a lower-case t and z", "2024-11-11t10:00:34z", MOMENT],
    ["a space in place of T", "2024-11-11 10:00:34+00:00", MOMENT],
    ["a space before the offset", "2024-11-11 10:00:34 +00:00", MOMENT],
    ["no offset, which is UTC", "2024-11-11T10:00:34", MOMENT],
    ["an offset with a colon", "2024-11-11T15:30:34+05:30", MOMENT],
    ["an offset without a colon", "2024-11-11T05:00:34-0500", MOMENT],
    ["an offset of hours alone", "2024-11-11T12:00:34+02", MOMENT],
    ["no seconds", "2024-11-11T10:00Z", MOMENT - 34_000],
    ["tenths", "2024-11-11T10:00:34.5Z", MOMENT + 500],
    ["a comma before the fraction", "2024-11-11T10:00:34,25Z", MOMENT + 250],
    ["microseconds, cut and not rounded", "2024-11-11T10:00:34.999999Z", MOMENT + 999],
    ["nanoseconds", "2024-11-11T10:00:34.123456789Z", MOMENT + 123],
    ["29 February of a leap year", "2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    ["a leap second", "2016-12-31T23:59:60Z", Date.UTC(2017, 0, 1)],
    ["the year 99", "0099-01-01T00:00:00Z", Date.parse("0099-01-01T00:00:00Z")],
  ])("reads %s", (_, text, moment) => {
    expect(parseTimestamp(text)).toBe(moment);
  });

  it.each([
    "",
    "soon",
    "2024-11-11",
    "10:00:34",
    "2024-02-30T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2024-00-10T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-04-31T00:00:00Z",
    "2024-11-11T24:00:00Z",
    "2024-11-11T10:60:00Z",
    "2024-11-11T10:00:61Z",
    "2024-11-11T10:00:34+24:00",
    "2024-11-11T10:00:34+05:60",
    "2024-11-11T10:00:34 Europe/Berlin",
    "2024-11-11T10:00:34.Z",
    " 2024-11-11T10:00:34Z",
    "2024-11-11T10:00:34Z\n2024-11-11T10:00:34Z",
    "٢٠٢٤-١١-١١T١٠:٠٠:٣٤Z",
    "1731319234",
  ])("does not read %j", (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it("reads back any moment written with any offset and precision", () => {
    const moment = fc.date({
      min: new Date("0001-01-02T00:00:00Z"),
      max: new Date("9999-12-30T00:00:00Z"),
      noInvalidDate: true,
    });
    const offset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
    const digits = fc.stringMatching(/^\d{0,9}$/);
    fc.assert(
      fc.property(
        moment,
        offset,
        digits,
        fc.constantFrom("T", " "),
        (date, minutes, more, mark) => {
          const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
          const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
          const zone = `${minutes < 0 ? "-" : "+"}${twoDigits(hours)}:${twoDigits(rest)}`;
          const text = local.replace("T", mark) + more + zone;
          expect(parseTimestamp(text)).toBe(date.getTime());
        },
      ),
    );
  });

  it("answers a whole number or nothing for any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-\dTZ:+ .]{0,30}$/)), (text) => {
        const moment = parseTimestamp(text);
        expect(moment === undefined || Number.isInteger(moment)).toBe(true);
      }),
    );
  });

  it("reads a fraction of a million digits", () => {
    expect(parseTimestamp(`2024-11-11T10:00:34.${"1".repeat(1_000_000)}Z`)).toBe(MOMENT + 111);
  });
});

describe("formatUtcSeconds", () => {
  it.each([
    [MOMENT, "2024-11-11 10:00:34+00:00"],
    [MOMENT + 999, "2024-11-11 10:00:34+00:00"],
    [0, "1970-01-01 00:00:00+00:00"],
    [-1, "1969-12-31 23:59:59+00:00"],
    [Date.parse("9999-12-31T23:59:59Z") + 3_600_000, "+010000-01-01 00:59:59+00:00"],
  ])("says %d in UTC to the second", (moment, text) => {
    expect(formatUtcSeconds(moment)).toBe(text);
  });

  it("says any moment of the common era so that it reads back to the same second", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }), (moment) => {
        expect(parseTimestamp(formatUtcSeconds(moment))).toBe(moment - (moment % 1000));
      }),
    );
  });
});

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
