import { describe, expect, test } from "vitest";
import { CronStarts } from "./cron-starts.ts";

const NOW = Date.UTC(2026, 0, 10, 3);
const HOUR = 60 * 60_000;

function startOf(starts: CronStarts, expression: string, after = NOW, timezone = "UTC"): string {
  const start = starts.next({ kind: "cron", expression, timezone }, after);
  return start === undefined ? "none" : new Date(start).toISOString();
}

describe("a schedule is searched once", () => {
  test("for all that ask of the time up to its next start, and once more for what comes then", () => {
    const starts = new CronStarts();
    for (let minute = 0; minute < 60; minute++) {
      const after = NOW + minute * 60_000;
      expect(startOf(starts, "0 * * * *", after)).toBe("2026-01-10T04:00:00.000Z");
      expect(startOf(starts, "0 * * * *", NOW + HOUR)).toBe("2026-01-10T05:00:00.000Z");
    }
    expect(starts.searches).toBe(2);
    startOf(starts, "0 * * * *", NOW - 1);
    expect(starts.searches).toBe(3);
  });

  test.each(["* * * 30 2 *", "0 0 31 2,4,6,9,11 *", "every night", "* * * 29 2 * 2026-9999"])(
    "where it is %j, which never comes, in a year",
    (expression) => {
      const starts = new CronStarts();
      for (const month of [0, 3, 6, 9, 11]) {
        expect(startOf(starts, expression, Date.UTC(2026, month, 15))).toBe("none");
      }
      expect(starts.searches).toBe(1);
      startOf(starts, expression, Date.UTC(2027, 0, 15));
      expect(starts.searches).toBe(2);
    },
  );

  test("by each zone and each text for itself", () => {
    const starts = new CronStarts();
    const found = ["UTC", "Europe/Berlin", "Asia/Tokyo", ""].map((timezone) =>
      startOf(starts, "0 6 * * *", NOW, timezone),
    );
    const hours = ["06", "05", "21", "06"];
    expect(found).toEqual(hours.map((hour) => `2026-01-10T${hour}:00:00.000Z`));
    expect(startOf(starts, "0 7 * * *")).toBe("2026-01-10T07:00:00.000Z");
    expect(starts.searches).toBe(4);
  });
});

describe("what is remembered is bounded", () => {
  test("to the schedules asked for last", () => {
    const starts = new CronStarts();
    const often = "30 5 * * *";
    for (let index = 0; index < 600; index++) {
      startOf(starts, `${index % 60} ${index % 24} ${1 + Math.floor(index / 120)} * *`);
      startOf(starts, often);
    }
    expect(starts.size).toBe(300);
    expect(starts.searches).toBe(601);
    const before = starts.searches;
    startOf(starts, often);
    startOf(starts, "59 23 5 * *");
    expect(starts.searches).toBe(before);
    startOf(starts, "0 0 1 * *");
    expect(starts.searches).toBe(before + 1);
  });

  test("and nothing is of a text that is too long, which is not read", () => {
    const starts = new CronStarts();
    const many = Array.from({ length: 5_000 }, (_, index) => index % 60).join(",");
    expect(starts.next({ kind: "cron", second: many }, NOW)).toBeUndefined();
    expect(startOf(starts, `${many} * * * * *`)).toBe("none");
    expect(startOf(starts, "0 6 * * *", NOW, "Europe/".padEnd(500, "x"))).toBe("none");
    expect([starts.searches, starts.size]).toEqual([0, 0]);
    const all = Array.from({ length: 60 }, (_, index) => index).join(",");
    expect(startOf(starts, `${all} * * * *`)).toBe("2026-01-10T03:01:00.000Z");
  });
});

describe("a search goes to the end of the next year", () => {
  test.each([
    ["0 0 31 12 *", "UTC", "2026-12-31T00:00:00.000Z"],
    ["0 3 10 1 *", "UTC", "2027-01-10T03:00:00.000Z"],
    ["0 0 0 31 12 * 2027", "UTC", "2027-12-31T00:00:00.000Z"],
    ["0 0 0 1 1 * 2028", "UTC", "none"],
    ["0 0 29 2 *", "UTC", "none"],
  ])("%s in %s", (expression, timezone, start) => {
    expect(startOf(new CronStarts(), expression, NOW, timezone)).toBe(start);
  });

  test.each([
    ["Pacific/Kiritimati", "2026-12-31T10:00:00.000Z"],
    ["Pacific/Pago_Pago", "2027-01-01T11:00:00.000Z"],
  ])("which in %s begins at another moment", (timezone, newYear) => {
    const starts = new CronStarts();
    const moment = Date.parse(newYear);
    expect(startOf(starts, "0 0 1 1 *", moment - 1, timezone)).toBe(newYear);
    const following = new Date(moment + 365 * 24 * HOUR).toISOString();
    expect(startOf(starts, "0 0 1 1 *", moment, timezone)).toBe(following);
  });
});
