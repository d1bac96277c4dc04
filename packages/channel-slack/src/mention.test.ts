import { exampleNotification } from "@syncbell/channel-kit";
import type { Notification } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { channel } from "./index.ts";

const url = "https://hooks.example.com/services/T/B/x";

/** Who is called in a notification, in both formats; `when` is a part of the config as it is written. */
function called(notification: Notification, when: object): readonly string[] {
  const mention = { users: ["U1"], ...when };
  return (["line", "blocks"] as const).map((format) => {
    const { text } = channel.render(notification, channel.config.parse({ url, format, mention }));
    return /^<@U1> /.exec(text)?.[0].trim() ?? "nobody";
  });
}

const failing = exampleNotification("failing");
/** 24 November 2026 is a Tuesday; in Berlin it is half past one. */
const at = Date.UTC(2026, 10, 24, 12, 30);
const user = ["<@U1>", "<@U1>"];
const nobody = ["nobody", "nobody"];

describe("a mention with conditions", () => {
  test("is made from the failure in a row on that is given", () => {
    expect(called(failing, { from: 3 })).toEqual(user);
    expect(called(failing, { from: 4 })).toEqual(nobody);
    expect(called(exampleNotification("failure"), { from: 2 })).toEqual(nobody);
  });

  test("is made within the hours of a time zone and on the days that are given", () => {
    const berlin = { hours: "13:00-14:00", timezone: "Europe/Berlin" };
    expect(called({ ...failing, at }, { ...berlin, days: ["tue"] })).toEqual(user);
    expect(called({ ...failing, at }, { ...berlin, days: ["wed"] })).toEqual(nobody);
    expect(called({ ...failing, at: at + 30 * 60_000 }, berlin)).toEqual(nobody);
  });

  test("is made for a digest with failures, whatever their number, and for an overdue run", () => {
    expect(called(exampleNotification("digest"), { from: 9 })).toEqual(user);
    expect(called(exampleNotification("digest-of-one"), {})).toEqual(nobody);
    expect(called(exampleNotification("overdue"), {})).toEqual(user);
    expect(called(exampleNotification("overdue"), { from: 2 })).toEqual(nobody);
  });

  test("is not made for a failure that is over", () => {
    expect(called(exampleNotification("untold-recovery"), {})).toEqual(nobody);
    expect(called(exampleNotification("untold-recovery"), { on: ["succeeded"], from: 9 })).toEqual(
      user,
    );
  });
});
