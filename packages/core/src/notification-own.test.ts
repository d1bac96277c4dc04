import { describe, expect, it } from "vitest";
import type { Event } from "./event.ts";
import type { Incident } from "./incident.ts";
import { type Notification, type NotificationOptions, notificationOf } from "./notification.ts";
import { changed, salesforceRun } from "./testing/example-events.ts";
import { counts, digest, digestLine, overdue } from "./testing/own-events.ts";

function notify(event: Event, options: NotificationOptions = {}): Notification {
  const { event_type: type } = event;
  return notificationOf({ id: "evt_1", type, receivedAt: 5_000, raw: "{}", event }, options);
}

describe("the notification of a digest", () => {
  const lines = [
    digestLine({ status: "failed", failures: 1 }),
    digestLine({
      task_id: null,
      name: "Destination ops works again",
      status: "recovered",
      runs: 2,
    }),
  ];
  const pipelines = counts({ failed: 3, succeeded: 37 });

  it("tells its pipelines one by one, and how many it does not tell", () => {
    expect(notify(digest({ status: "failed", lines, pipelines, notices: 1 }))).toMatchObject({
      tone: "bad",
      outcome: "failed",
      title: "3 of 40 pipelines failed for Acme in 10 minutes",
      items: [
        { tone: "bad", text: "Salesforce failed" },
        { tone: "good", text: "Destination ops works again, 2 times" },
      ],
      itemsLeft: 39,
    });
  });

  it.each([
    ["succeeded", "good"],
    ["failed", "bad"],
    ["other", "neutral"],
  ] as const)("that %s has its outcome, and a %s tone", (status, tone) => {
    expect(notify(digest({ status }))).toMatchObject({ outcome: status, tone });
  });

  it("has a list of items even where it is empty; what is one thing has none", () => {
    expect(notify(digest({ lines: [] }))).toMatchObject({ items: [], itemsLeft: 1 });
    expect(notify(salesforceRun())).not.toHaveProperty("items");
    expect(notify(salesforceRun())).not.toHaveProperty("itemsLeft");
  });
});

it("an overdue pipeline is a failure", () => {
  expect(notify(overdue())).toMatchObject({
    tone: "bad",
    outcome: "failed",
    title: "Salesforce is overdue",
  });
});

describe("the notification of a recovery", () => {
  const incident: Incident = { transition: "recovered", failures: 2, seconds: 60 };
  const untold = changed(
    changed(salesforceRun(), "status", "failed"),
    "sync.termination_message",
    "disk full",
  );

  it("is a success that tells of the failure, and quotes it", () => {
    expect(notify(salesforceRun(), { incident, untold, test: true })).toMatchObject({
      tone: "good",
      outcome: "succeeded",
      title: "Test: Salesforce failed 2 times and has recovered",
      excerpt: "disk full",
      incident,
    });
  });

  it("has the words of its own run where the failure was told", () => {
    const said = changed(salesforceRun(), "sync.termination_message", "12 rows");
    expect(notify(said, { incident }).excerpt).toBe("12 rows");
  });
});

it("is said when it was accepted, unless it is said at another moment", () => {
  expect(notify(salesforceRun()).at).toBe(5_000);
  expect(notify(salesforceRun(), { at: 9_000 }).at).toBe(9_000);
});
