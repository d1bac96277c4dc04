import { describe, expect, it } from "vitest";
import { type DestinationEvent, isDestinationEvent } from "./destination-event.ts";
import type { Event } from "./event.ts";
import { eventLine } from "./line.ts";
import { type Notification, notificationOf } from "./notification.ts";
import { changed } from "./testing/example-events.ts";

function notice(changes: Partial<DestinationEvent["destination"]> = {}): DestinationEvent {
  const destination = {
    id: "ops",
    channel: "slack",
    failures: 5,
    failing_since: "2024-11-11T10:00:34.999Z",
    reason: "answered 503",
    ...changes,
  };
  return { event_type: "destination.failing", status: "failing", destination };
}

const disabled: DestinationEvent = {
  ...notice({ failures: 214, reason: "answered 410" }),
  event_type: "destination.disabled",
  status: "disabled",
  tenant: { id: "tenant-1" },
};

const recovered: DestinationEvent = {
  ...notice({ failures: 0, failing_since: null, reason: null }),
  event_type: "destination.recovered",
  status: "recovered",
};

function said(event: Event): Notification {
  const { event_type: type } = event;
  return notificationOf({ id: "evt_1", type, receivedAt: 0, raw: JSON.stringify(event), event });
}

describe("isDestinationEvent", () => {
  it.each([notice(), disabled, recovered])("knows Syncbell's own notice: %j", (event) => {
    expect(isDestinationEvent(event)).toBe(true);
  });

  it.each([
    ["another type", { ...notice(), event_type: "destination.lost" }],
    ["a type that does not fit the status", { ...notice(), status: "recovered" }],
    [
      "a status that is inherited",
      { ...notice(), event_type: "destination.toString", status: "x" },
    ],
    ["no destination", { event_type: "destination.failing", status: "failing" }],
    ["a destination that is a text", { ...notice(), destination: "ops" }],
    ["a destination that is null", { ...notice(), destination: null }],
    ["an id that is no text", changed(notice(), "destination.id", 5)],
    ["no channel", changed(notice(), "destination.channel", undefined)],
    ["failures in words", changed(notice(), "destination.failures", "5")],
    ["a time in numbers", changed(notice(), "destination.failing_since", 5)],
    ["no reason at all", changed(notice(), "destination.reason", undefined)],
  ])("takes a producer's event for what it is: with %s", (_, event) => {
    expect(isDestinationEvent(event)).toBe(false);
  });
});

describe("notificationOf a destination", () => {
  it("says that it is failing, since when and why", () => {
    const { source: _, ...words } = said(notice());
    expect(words).toEqual({
      tone: "bad",
      outcome: "failed",
      title: "Destination ops is failing",
      line: "Event: destination.failing | Status: failing | Destination: ops | Reason: answered 503",
      facts: [
        { label: "Destination", value: "ops" },
        { label: "Channel", value: "slack" },
        { label: "Failures in a row", value: "5" },
        { label: "Failing since", value: "2024-11-11 10:00:34+00:00" },
        { label: "Last reason", value: "answered 503" },
      ],
      links: [],
      at: 0,
      test: false,
    });
  });

  it("says that it was disabled", () => {
    expect(said(disabled)).toMatchObject({
      tone: "bad",
      outcome: "failed",
      title: "Destination ops was disabled",
      line: "Event: destination.disabled | Status: disabled | Destination: ops | Reason: answered 410",
    });
  });

  it("says that it works again, and leaves out what is over", () => {
    expect(said(recovered)).toMatchObject({
      tone: "good",
      outcome: "succeeded",
      title: "Destination ops works again",
      line: "Event: destination.recovered | Status: recovered | Destination: ops",
      facts: [
        { label: "Destination", value: "ops" },
        { label: "Channel", value: "slack" },
      ],
    });
  });

  it("leaves out a time that can't be read", () => {
    const labels = said(notice({ failing_since: "lately" })).facts.map(({ label }) => label);
    expect(labels).toEqual(["Destination", "Channel", "Failures in a row", "Last reason"]);
  });

  it("masks and tidies what a receiver said, and keeps the line and the facts short", () => {
    const reason = `could not reach\u0000 postgres://u:hunter2hunter2@db/x\n${"x".repeat(90_000)}`;
    const { line, facts, title } = said(notice({ id: "o\nps", reason }));
    expect(title).toBe("Destination o ps is failing");
    expect(line).toMatch(
      /Destination: o ps \| Reason: could not reach postgres:\/\/u:\*\*\*@db\/x x+/,
    );
    expect(line.length).toBeLessThanOrEqual(2000);
    const last = facts.at(-1)?.value ?? "";
    expect(last).toContain("postgres://u:***@db/x");
    expect(last.length).toBeLessThanOrEqual(300);
    expect(JSON.stringify([line, facts])).not.toContain("hunter2");
  });

  it("cuts the reason before anything else where the line must be shorter", () => {
    const line = eventLine(notice({ reason: "answered 503 ".repeat(30) }), 120);
    expect(line.length).toBeLessThanOrEqual(120);
    expect(line).toContain("Destination: ops | Reason: answered 503");
  });
});
