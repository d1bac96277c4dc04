import { describe, expect, it } from "vitest";
import type { Event } from "./event.ts";
import { eventLine } from "./line.ts";
import { type NotificationSource, notificationOf } from "./notification.ts";
import { changed, pipelineEvent, salesforceRun, transformEvent } from "./testing/example-events.ts";

function sourceOf(event: Event): NotificationSource {
  const raw = JSON.stringify(event);
  return { id: "evt_1", type: event.event_type, receivedAt: 1_731_319_234_000, raw, event };
}

describe("notificationOf", () => {
  it("says a pipeline's run in words", () => {
    const event = salesforceRun();
    const source = sourceOf(event);
    expect(notificationOf(source)).toEqual({
      tone: "good",
      outcome: "succeeded",
      title: "Salesforce succeeded",
      line: eventLine(event),
      facts: [
        { label: "Tenant", value: "Test Tenant" },
        { label: "Pipeline", value: "Salesforce" },
        { label: "Source", value: "Salesforce" },
        { label: "Target", value: "Postgres" },
        { label: "Sync", value: "sync-7yq5xvmvb1xtq5g7k6aw" },
        { label: "Started", value: "2024-11-11 10:00:34+00:00" },
        { label: "Stopped", value: "2024-11-11 10:11:19+00:00" },
        { label: "Duration", value: "10 min 44 s" },
      ],
      links: [],
      at: source.receivedAt,
      test: false,
      source,
    });
  });

  it("says a transform's run in words", () => {
    const notification = notificationOf(sourceOf(transformEvent()));
    expect(notification.title).toBe("Full Refresh: seed, run, test succeeded");
    expect(notification.facts.map(({ label }) => label)).toEqual([
      "Tenant",
      "Transform",
      "Sync",
      "Started",
      "Stopped",
      "Duration",
    ]);
  });

  it("says of a failed run why it failed", () => {
    const failed = {
      ...salesforceRun(),
      status: "FAILED",
      sync: {
        id: "sync-1",
        exit_code: 0,
        termination_reason: "OOMKilled",
        termination_message: "killed",
      },
    };
    const notification = notificationOf(sourceOf(failed));
    expect(notification).toMatchObject({
      tone: "bad",
      outcome: "failed",
      title: "Salesforce failed",
      excerpt: "killed",
    });
    expect(notification.facts.slice(-2)).toEqual([
      { label: "Reason", value: "OOMKilled" },
      { label: "Exit code", value: "0" },
    ]);
  });

  it.each([
    ["success", "good", "succeeded", "Salesforce succeeded"],
    ["Timed Out", "bad", "failed", "Salesforce failed"],
    ["canceled", "neutral", "cancelled", "Salesforce cancelled"],
    ["skipped", "neutral", "skipped", "Salesforce skipped"],
    ["half\ndone", "neutral", "other", "Salesforce ended as half done"],
  ])("gives a run that ended as %j a %s tone", (status, tone, outcome, title) => {
    const notification = notificationOf(sourceOf(changed(salesforceRun(), "status", status)));
    expect(notification).toMatchObject({ tone, outcome, title });
  });

  it("leaves out of the facts what is not known", () => {
    const unknown = [
      "started_at",
      "stopped_at",
      "sync.started_at",
      "task.extractor",
      "task.loader",
    ];
    const event = unknown.reduce((run, path) => changed(run, path, null), pipelineEvent());
    expect(notificationOf(sourceOf(event)).facts.map(({ label }) => label)).toEqual([
      "Tenant",
      "Pipeline",
      "Sync",
    ]);
  });

  it("says no duration of a run that stopped before it started", () => {
    const event = changed(salesforceRun(), "stopped_at", "2024-11-11T10:00:00Z");
    const labels = notificationOf(sourceOf(event)).facts.map(({ label }) => label);
    expect(labels).toContain("Stopped");
    expect(labels).not.toContain("Duration");
  });

  it("says of an event of an unknown type what is known of it", () => {
    const notification = notificationOf(sourceOf({ event_type: "sync.overdue", status: "late" }));
    expect(notification).toMatchObject({
      tone: "neutral",
      title: "sync.overdue ended as late",
      line: "Event: sync.overdue | Status: late",
      facts: [{ label: "Event", value: "sync.overdue" }],
    });
    expect(notification).not.toHaveProperty("excerpt");
  });

  it("marks a test in its flag and its title", () => {
    const notification = notificationOf(sourceOf(salesforceRun()), { test: true });
    expect(notification).toMatchObject({ test: true, title: "Test: Salesforce succeeded" });
    expect(notificationOf(sourceOf(salesforceRun()), { test: false }).test).toBe(false);
  });

  it("carries the links of the configuration as they are", () => {
    const links = [{ label: "Run", url: "https://app.example.com/runs/1" }];
    expect(notificationOf(sourceOf(salesforceRun()), { links }).links).toEqual(links);
  });
});
