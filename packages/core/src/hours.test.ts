import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { WEEKDAYS, type Hours, hoursFields, isWithinHours } from "./hours.ts";
import { plainMessage } from "./plain-message.ts";

/** 11 November 2024 was a Monday. */
const monday = (time: string): number => Date.parse(`2024-11-11T${time}Z`);
const isWithin = (within: Hours, ...moments: readonly string[]): readonly boolean[] =>
  moments.map((moment) => isWithinHours(within, Date.parse(moment)));

const office: Hours = { hours: "08:00-18:00" };
const night: Hours = { hours: "22:00-07:00" };

describe("hours of a day", () => {
  it("begin with the first minute and end before the last", () => {
    const at = ["07:59:59.999", "08:00:00", "17:59:59.999", "18:00:00"].map(monday);
    expect(at.map((each) => isWithinHours(office, each))).toEqual([false, true, true, false]);
  });

  it("go over midnight", () => {
    const at = ["21:59:59", "22:00:00", "23:59:59", "00:00:00", "06:59:59", "07:00:00"].map(monday);
    expect(at.map((each) => isWithinHours(night, each))).toEqual([
      false,
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it.each(["18:00-24:00", "18:00-00:00"])("may end with the day: %s", (hours) => {
    const at = ["17:59:00", "18:00:00", "23:59:59", "00:00:00"].map(monday);
    expect(at.map((each) => isWithinHours({ hours }, each))).toEqual([false, true, true, false]);
  });

  it("are, without any, all of them", () => {
    for (const time of ["00:00:00", "12:00:00", "23:59:59.999"]) {
      expect(isWithinHours({}, monday(time))).toBe(true);
    }
  });
});

describe("days", () => {
  it("are whole ones without hours", () => {
    const moments = ["2024-11-10T23:59:59Z", "2024-11-11T00:00Z", "2024-11-11T23:59Z"];
    expect(isWithin({ days: ["mon"] }, ...moments)).toEqual([false, true, true]);
    expect(isWithin({ days: ["mon"] }, "2024-11-12T00:00Z")).toEqual([false]);
  });

  it("are those on which the hours begin: those of Saturday end on Sunday morning", () => {
    const weekend: Hours = { ...night, days: ["sat"] };
    const saturday = ["2024-11-16T06:00Z", "2024-11-16T12:00Z", "2024-11-16T22:00Z"];
    const sunday = ["2024-11-17T06:59Z", "2024-11-17T07:00Z", "2024-11-17T22:00Z"];
    expect(isWithin(weekend, ...saturday)).toEqual([false, false, true]);
    expect(isWithin(weekend, ...sunday)).toEqual([true, false, false]);
    expect(isWithin({ ...night, days: ["sun"] }, "2024-11-18T03:00Z")).toEqual([true]);
  });

  it("are, each moment, one of the seven", () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        const on = WEEKDAYS.filter((day) => isWithinHours({ days: [day] }, date.getTime()));
        expect(on).toEqual([WEEKDAYS[date.getUTCDay()]]);
      }),
    );
  });
});

describe("the clock on the wall", () => {
  const berlin: Hours = { ...office, timezone: "Europe/Berlin" };

  it("is an hour ahead in winter and two in summer", () => {
    expect(isWithin(berlin, "2024-11-11T06:59Z", "2024-11-11T07:00Z")).toEqual([false, true]);
    expect(isWithin(berlin, "2024-07-01T05:59Z", "2024-07-01T06:00Z")).toEqual([false, true]);
  });

  it("leaves out an hour in spring and shows one twice in autumn", () => {
    const small: Hours = { hours: "02:00-03:00", timezone: "Europe/Berlin" };
    expect(isWithin(small, "2024-03-31T00:59Z", "2024-03-31T01:00Z")).toEqual([false, false]);
    expect(isWithin(small, "2024-10-27T00:30Z", "2024-10-27T01:30Z")).toEqual([true, true]);
  });

  it("has its own days", () => {
    const auckland: Hours = { days: ["tue"], timezone: "Pacific/Auckland" };
    expect(isWithin(auckland, "2024-11-11T10:59Z", "2024-11-11T11:00Z")).toEqual([false, true]);
  });

  it("need not be a whole hour from UTC", () => {
    const nepal: Hours = { hours: "12:00-12:15", timezone: "Asia/Kathmandu" };
    expect(isWithin(nepal, "2024-11-11T06:14Z", "2024-11-11T06:15Z")).toEqual([false, true]);
  });
});

describe("what no config has is not taken for something else", () => {
  it.each(["", "22-7", "08:00-08:00", "24:00-08:00"])("hours of %j", (hours) => {
    expect(() => isWithinHours({ hours }, 0)).toThrow(
      new RangeError(`the hours ${JSON.stringify(hours)} can't be read`),
    );
  });

  it("a time zone that is not there", () => {
    expect(() => isWithinHours({ timezone: "Europe/Atlantis" }, 0)).toThrow(RangeError);
  });
});

const time = fc
  .integer({ min: 0, max: 24 * 60 - 1 })
  .map((minute) =>
    [Math.floor(minute / 60), minute % 60].map((part) => `${part}`.padStart(2, "0")).join(":"),
  );
const moment = fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true });

it("a moment is within some hours or within those from their end to their beginning", () => {
  const timezone = fc.constantFrom("UTC", "America/New_York", "Australia/Lord_Howe");
  fc.assert(
    fc.property(time, time, timezone, moment, (from, to, zone, date) => {
      fc.pre(from !== to);
      const [inside, outside] = [`${from}-${to}`, `${to}-${from}`].map((hours) =>
        isWithinHours({ hours, timezone: zone }, date.getTime()),
      );
      expect(inside).toBe(!outside);
    }),
  );
});

describe("in a config", () => {
  const config = z.strictObject(hoursFields);
  const complaintsAbout = (given: object): readonly string[] =>
    config
      .safeParse(given, { error: plainMessage })
      .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

  it.each([
    {},
    { hours: "08:00-18:00" },
    { hours: "00:00 - 24:00", days: ["mon", "sun"], timezone: "America/Argentina/Buenos_Aires" },
    { days: ["fri"] },
    { timezone: "UTC" },
  ])("%j is taken as it is", (given) => expect(config.parse(given)).toEqual(given));

  it.each([
    "8:00-18:00",
    "08:00",
    "08:00-08:00",
    "24:00-08:00",
    "08:00-24:30",
    "08:00-18:60",
    "08:00-18:00 ",
    "08:00-18:00\n",
    "eight to six",
    "",
  ])("hours of %j are refused", (hours) => {
    expect(complaintsAbout({ hours })).toEqual([
      'hours: must be two different times of the day, like "22:00-07:00"',
    ]);
  });

  it.each(["Europe/Atlantis", "", "Berlin", "constructor"])("%j is no time zone", (timezone) => {
    expect(complaintsAbout({ timezone })).toEqual([
      "timezone: must be the name of a time zone, like Europe/Berlin",
    ]);
  });

  it("days are at least one, by their short English names", () => {
    expect(complaintsAbout({ days: [] })).toEqual(["days: must not be empty"]);
    expect(complaintsAbout({ days: ["Monday"] })[0]).toMatch(/^days\.0: must be "sun" or "mon"/);
  });

  it("more time zones than are remembered are read all the same", () => {
    for (let index = 0; index < 2_100; index += 1) {
      const timezone = Array.from("europe/berlin", (letter, at) =>
        (index >> at) & 1 ? letter.toUpperCase() : letter,
      ).join("");
      expect(isWithinHours({ hours: "11:00-12:00", timezone }, monday("10:30:00"))).toBe(true);
    }
  });
});
