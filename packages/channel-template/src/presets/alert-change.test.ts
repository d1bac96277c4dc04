import type { Incident, NotificationOptions, Transition } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { channel } from "../index.ts";
import { exampleEvent, failedRun, notificationFrom } from "../testing/events.ts";
import { failedDigest, overdueRun, soundDigest } from "../testing/own-events.ts";
import { presetConfig } from "../testing/preset-configs.ts";
import { type AlertChange, alertChange } from "./alert.ts";

const failed = failedRun();
const succeeded = exampleEvent("pipeline");

function as(transition: Transition, options: NotificationOptions = {}): NotificationOptions {
  const incident: Incident = { transition, failures: 1, seconds: 60 };
  return { ...options, incident };
}

function changeOf(
  event: Parameters<typeof notificationFrom>[0],
  options: NotificationOptions = {},
  id = "evt_01",
): AlertChange {
  const notification = notificationFrom(event, options);
  return alertChange({ ...notification, source: { ...notification.source, id } });
}

const pipeline = changeOf(failed).key;

describe("the alert of a pipeline", () => {
  test.each([
    ["opened by a failure", failed, as("broke"), "open"],
    ["added to by the next failure", failed, as("failing"), "open"],
    ["opened by a run that has not come", overdueRun, {}, "open"],
    ["closed by a recovery", succeeded, as("recovered"), "close"],
    [
      "closed by a recovery whose failure was not told",
      succeeded,
      as("recovered", { untold: failed }),
      "close",
    ],
    [
      "closed by a success that no failure came before, for a run may have been overdue",
      succeeded,
      as("healthy"),
      "close",
    ],
    ["closed by a success of which no more is known", succeeded, {}, "close"],
    ["not opened by a failure that came late", failed, as("late"), "none"],
    ["not closed by a success that came late", succeeded, as("late"), "none"],
    ["not opened again by a failure that is repeated", failed, as("repeated"), "none"],
    ["not closed again by a success that is repeated", succeeded, as("repeated"), "none"],
    [
      "not touched by a run that was skipped",
      { ...failed, status: "skipped" },
      as("other"),
      "none",
    ],
  ] as const)("is %s", (_what, event, options, change) => {
    expect(changeOf(event, options)).toEqual({ key: pipeline, change });
  });
});

describe("the alert of a digest", () => {
  test("is opened where a pipeline failed, and is no pipeline's and no other digest's", () => {
    const first = changeOf(failedDigest, {}, "evt_01");
    const second = changeOf(failedDigest, {}, "evt_02");
    expect([first.change, second.change]).toEqual(["open", "open"]);
    expect(new Set([first.key, second.key, pipeline]).size).toBe(3);
    expect(changeOf(failedDigest, {}, "evt_01")).toEqual(first);
  });

  test("is not closed by a digest in which nothing failed", () => {
    expect(changeOf(soundDigest)).toMatchObject({ change: "none" });
  });

  test.each([
    ["pagerduty", "/v2/change/enqueue"],
    ["opsgenie", expect.stringMatching(/^\/v2\/alerts\/syncbell-[0-9a-f]{32}\/notes\?/)],
  ] as const)("is not to be, in the words of %s either", (preset, path) => {
    const config = channel.config.parse(presetConfig(preset, "https://example.com"));
    expect(channel.render(notificationFrom(soundDigest), config)).toMatchObject({ path });
  });
});

describe("the alert of a destination", () => {
  const about = (status: string): object => ({
    event_type: `destination.${status}`,
    status,
    destination: { id: "ops", channel: "slack", failures: 5, failing_since: null, reason: null },
  });
  const { key } = changeOf(about("failing") as typeof failed);

  test.each([
    ["failing", "open"],
    ["disabled", "open"],
    ["recovered", "close"],
  ])("that is %s: %s", (status, change) => {
    expect(changeOf(about(status) as typeof failed)).toEqual({ key, change });
  });
});

describe("the alert of a test", () => {
  test.each([
    [failed, {}, "open"],
    [failed, as("late"), "open"],
    [overdueRun, {}, "open"],
    [failedDigest, {}, "open"],
    [succeeded, {}, "none"],
    [succeeded, as("recovered"), "none"],
  ] as const)("has a key of its own and closes nothing", (event, options, change) => {
    const tried = changeOf(event, { ...options, test: true });
    expect(tried.change).toBe(change);
    expect(tried.key).not.toBe(changeOf(event, options).key);
  });
});
