import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Event } from "./event.ts";
import type { Incident } from "./incident.ts";
import { type MentionCondition, isMentionDue, mentionFields } from "./mention.ts";
import { type NotificationOptions, notificationOf } from "./notification.ts";
import { plainMessage } from "./plain-message.ts";
import { changed, salesforceRun } from "./testing/example-events.ts";
import { digest, overdue } from "./testing/own-events.ts";

const failed = changed(salesforceRun(), "status", "failed");
/** 11 November 2024 was a Monday; in Berlin it was 12 o'clock. */
const at = Date.parse("2024-11-11T11:00:00Z");

function isDue(
  event: Event,
  condition: Partial<MentionCondition> = {},
  options: NotificationOptions = {},
): boolean {
  const source = { id: "evt_1", type: event.event_type, receivedAt: 0, raw: "{}", event };
  const notification = notificationOf(source, { at, ...options });
  return isMentionDue(notification, { on: ["failed"], ...condition });
}

const failure = (failures: number, transition: Incident["transition"] = "failing") => ({
  incident: { transition, failures, seconds: 60 },
});

describe("a mention is due", () => {
  it("on the outcomes that are named, whatever the producer calls them", () => {
    const cancelled = changed(salesforceRun(), "status", "Aborted");
    expect([failed, salesforceRun(), cancelled].map((event) => isDue(event))).toEqual([
      true,
      false,
      false,
    ]);
    expect(isDue(cancelled, { on: ["cancelled", "other"] })).toBe(true);
  });

  it("from a failure in a row on", () => {
    const due = [1, 2, 3, 4].map((count) => isDue(failed, { from: 3 }, failure(count)));
    expect(due).toEqual([false, false, true, true]);
  });

  it("at the first failure where no incident is known, or none of it was counted", () => {
    expect(isDue(failed, { from: 1 })).toBe(true);
    expect(isDue(failed, { from: 2 })).toBe(false);
    expect(isDue(failed, {}, failure(0, "late"))).toBe(true);
  });

  it("on other outcomes whatever the number of failures before", () => {
    const condition: Partial<MentionCondition> = { on: ["succeeded"], from: 3 };
    expect(isDue(salesforceRun(), condition, failure(1, "recovered"))).toBe(true);
    expect(isDue(salesforceRun(), condition)).toBe(true);
  });

  it("within the hours of the moment at which it is said", () => {
    const hours: Partial<MentionCondition> = { hours: "12:00-13:00", timezone: "Europe/Berlin" };
    expect(isDue(failed, hours)).toBe(true);
    expect(isDue(failed, hours, { at: at - 1 })).toBe(false);
    expect(isDue(failed, { ...hours, days: ["mon"] })).toBe(true);
    expect(isDue(failed, { ...hours, days: ["tue"] })).toBe(false);
  });

  it("where all that is asked for holds, and not where one thing does not", () => {
    const all: MentionCondition = { on: ["failed"], from: 2, hours: "11:00-12:00", days: ["mon"] };
    expect(isDue(failed, all, failure(2))).toBe(true);
    expect(isDue(salesforceRun(), all, failure(2))).toBe(false);
    expect(isDue(failed, all, failure(1))).toBe(false);
    expect(isDue(failed, { ...all, hours: "12:00-13:00" }, failure(2))).toBe(false);
    expect(isDue(failed, { ...all, days: ["sun"] }, failure(2))).toBe(false);
  });

  it("for a digest with a failure in it, however many are asked for in a row", () => {
    expect(isDue(digest({ status: "failed" }), { from: 5 })).toBe(true);
    expect(isDue(digest({ status: "succeeded" }), { from: 5 })).toBe(false);
    const hours = { hours: "12:00-13:00" };
    expect(isDue(digest({ status: "failed" }), hours)).toBe(false);
  });

  it("for an overdue run as for a first failure", () => {
    expect(isDue(overdue())).toBe(true);
    expect(isDue(overdue(), { from: 2 })).toBe(false);
  });
});

describe("the fields of a mention's condition", () => {
  const config = z.strictObject(mentionFields);
  const complaintsAbout = (given: object): readonly string[] =>
    config
      .safeParse(given, { error: plainMessage })
      .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

  it("may be left out: a failure is worth a mention, at any time", () => {
    expect(config.parse({})).toEqual({ on: ["failed"] });
  });

  it("are kept as they are", () => {
    const given = { on: ["other"], from: 2, hours: "08:00-18:00", days: ["mon"], timezone: "UTC" };
    expect(config.parse(given)).toEqual(given);
  });

  it.each([
    [{ on: [] }, "on: must not be empty"],
    [
      { on: ["broke"] },
      'on.0: must be "failed" or "succeeded" or "skipped" or "cancelled" or "other"',
    ],
    [{ from: 0 }, "from: must be at least 1"],
    [{ from: 1.5 }, "from: must be a whole number"],
    [{ from: "3" }, "from: must be a number, not text"],
    [{ hours: "office" }, 'hours: must be two different times of the day, like "22:00-07:00"'],
    [{ timezone: "Mars" }, "timezone: must be the name of a time zone, like Europe/Berlin"],
  ])("are refused as %j with their place", (given, complaint) => {
    expect(complaintsAbout(given)).toEqual([complaint]);
  });
});
