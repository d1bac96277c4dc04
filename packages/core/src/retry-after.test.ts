import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { retryAfterMs } from "./outcome.ts";
import { anyText } from "./testing/hostile-text.ts";

const NOW = Date.UTC(2024, 10, 11, 10, 0, 0);

describe("retryAfterMs", () => {
  it.each([
    ["1", 1_000],
    ["120", 120_000],
    ["007", 7_000],
    ["1.5", 1_500],
    ["0.0001", 1],
    [" 30 ", 30_000],
    ["86400", 86_400_000],
    ["999999999999", 999_999_999_999_000],
  ])("reads %j as seconds", (header, after) => {
    expect(retryAfterMs(header, NOW)).toBe(after);
  });

  it.each([
    ["the form in use", "Mon, 11 Nov 2024 10:02:00 GMT"],
    ["the form of RFC 850", "Monday, 11-Nov-24 10:02:00 GMT"],
    ["the form of asctime", "Mon Nov 11 10:02:00 2024"],
    ["a zone of its own", "Mon, 11 Nov 2024 12:02:00 +0200"],
  ])("reads a date in %s", (_, header) => {
    expect(retryAfterMs(header, NOW)).toBe(120_000);
  });

  it.each([
    undefined,
    "",
    "0",
    "0.0",
    "-1",
    "-120",
    "+5",
    "1e3",
    "0x10",
    "1,5",
    "5 s",
    "soon",
    "Infinity",
    "NaN",
    "Retry 2030",
    "Soon, 2099",
    "Wait, 30 minutes",
    "2099-01-01T00:00:00Z",
    "Mon, 99 Nov 2099 10:02:00 GMT",
    "Mon, 11 Foo 2099 10:02:00 GMT",
    "Mon, 11 Nov 2024 10:00:00 GMT",
    "Mon, 11 Nov 2024 09:59:59 GMT",
    "120, 240",
  ])("is as if it were not there for %j", (header) => {
    expect(retryAfterMs(header, NOW)).toBeUndefined();
  });

  it("reads any number of seconds whole", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), (seconds) => {
        expect(retryAfterMs(String(seconds), NOW)).toBe(seconds * 1000);
      }),
    );
  });

  it("reads any date of this century as far ahead as it is", () => {
    const ahead = fc.integer({ min: 1, max: 75 * 365 * 86_400 });
    fc.assert(
      fc.property(ahead, (seconds) => {
        const header = new Date(NOW + seconds * 1000).toUTCString();
        expect(retryAfterMs(header, NOW)).toBe(seconds * 1000);
      }),
    );
  });

  it("answers a length of time or nothing, whatever the header holds", () => {
    const words = fc.constantFrom(
      "Mon",
      ",",
      " ",
      "11",
      "Nov",
      "2024",
      "10:02:00",
      "GMT",
      "-",
      ".",
    );
    const header = fc.oneof(
      anyText,
      fc.array(words, { maxLength: 12 }).map((some) => some.join("")),
    );
    fc.assert(
      fc.property(header, fc.integer(), (text, now) => {
        const after = retryAfterMs(text, now);
        expect(after === undefined || (Number.isSafeInteger(after) && after > 0)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("reads a header of a million units", () => {
    expect(retryAfterMs("1".repeat(1_000_000), NOW)).toBeUndefined();
    expect(retryAfterMs(`Mon, ${" ".repeat(1_000_000)}`, NOW)).toBeUndefined();
  });
});

describe("retryAfterMs on a machine that is not in UTC", () => {
  const zone = process.env["TZ"];
  beforeAll(() => {
    process.env["TZ"] = "America/New_York";
  });
  afterAll(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });

  it("reads a date without a zone as UTC", () => {
    expect(new Date(NOW).getTimezoneOffset()).toBe(300);
    expect(retryAfterMs("Mon Nov 11 10:02:00 2024", NOW)).toBe(120_000);
  });
});
