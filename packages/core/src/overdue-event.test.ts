import { describe, expect, it } from "vitest";
import { isOverdueEvent } from "./overdue-event.ts";
import { changed } from "./testing/example-events.ts";
import { overdue } from "./testing/own-events.ts";

describe("isOverdueEvent", () => {
  it.each([
    overdue(),
    overdue({ task_type: "transform" }),
    changed(overdue(), "last.stopped_at", null),
    changed(overdue(), "later", 1),
  ])("knows Syncbell's own notice: %j", (event) => {
    expect(isOverdueEvent(event)).toBe(true);
  });

  it.each(Object.keys(overdue()))("takes a producer's event for what it is: without %s", (name) => {
    expect(isOverdueEvent(changed(overdue(), name, undefined))).toBe(false);
  });

  it.each([
    ["event_type", "post_sync"],
    ["status", "late"],
    ["tenant.name", null],
    ["task", "pipeline-1"],
    ["task_type", "model"],
    ["expected_at", 1_731_319_234],
    ["grace_seconds", "900"],
    ["last.sync_id", undefined],
    ["last.stopped_at", undefined],
  ])("so too where %s is %j", (path, value) => {
    expect(isOverdueEvent(changed(overdue(), path, value))).toBe(false);
  });
});
