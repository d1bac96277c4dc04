import { describe, expect, it } from "vitest";
import { type EventProblem, parseEvent } from "./parse-event.ts";
import { changed, pipelineEvent, transformEvent } from "./testing/example-events.ts";

function problemsWith(schedule: unknown): readonly EventProblem[] {
  const result = parseEvent(changed(pipelineEvent(), "task.schedule", schedule));
  return result.ok ? [] : result.errors;
}

describe("a schedule", () => {
  it.each([
    ["an interval", { kind: "interval", hours: 6.0, start_time: "2033-03-01T03:34:22Z" }],
    ["an interval of nothing but its kind", { kind: "interval" }],
    ["an interval of parts of a day", { kind: "interval", days: 0.5, hours: null }],
    ["a cron expression", { kind: "cron", expression: "0 6 * * 1-5", timezone: "Europe/Berlin" }],
    ["cron by fields", { kind: "cron", minute: "*/15", hour: 6, day_of_week: "mon", second: null }],
    ["cron of nothing but its kind", { kind: "cron" }],
    ["a kind that is not known", { kind: "lunar", phase: "full", hours: "any", start_time: 5 }],
    ["none", null],
  ])("may be %s", (_, schedule) => {
    const event = changed(pipelineEvent(), "task.schedule", schedule);
    const result = parseEvent(event);
    expect(result.ok && result.event).toBe(event);
  });

  it("may be a cron of a transform", () => {
    const event = changed(transformEvent(), "task.schedule", {
      kind: "cron",
      expression: "@daily",
    });
    expect(parseEvent(event)).toEqual({ ok: true, event });
  });

  it.each(["weekly", 5, true, []])("must be an object with a kind, not %j", (schedule) => {
    const message = 'must be a schedule whose "kind" is text';
    expect(problemsWith(schedule)).toEqual([{ path: "task.schedule", message }]);
  });

  it.each([
    [{}, "is required"],
    [{ kind: null }, "must be text, not null"],
    [{ kind: 5, hours: 6 }, "must be text, not a number"],
  ])("must say its kind as text: %j", (schedule, message) => {
    expect(problemsWith(schedule)).toEqual([{ path: "task.schedule.kind", message }]);
  });

  it.each([
    ["interval", "hours", "6", "must be a number, not text"],
    ["interval", "minutes", -1, "must be at least 0"],
    ["interval", "weeks", [], "must be a number, not a list"],
    ["interval", "start_time", "soon", "must be an ISO 8601 date-time, like 2024-11-11T10:00:34Z"],
    ["interval", "end_time", 5, "must be text, not a number"],
    ["cron", "expression", 5, "must be text, not a number"],
    ["cron", "timezone", {}, "must be text, not an object"],
    ["cron", "minute", true, "must be text or a number"],
    ["cron", "day_of_week", ["mon"], "must be text or a number"],
    ["cron", "start_time", "", "must be an ISO 8601 date-time, like 2024-11-11T10:00:34Z"],
  ])("of the kind %s says what is wrong with its %s: %j", (kind, field, value, message) => {
    const expected = [{ path: `task.schedule.${field}`, message }];
    expect(problemsWith({ kind, [field]: value })).toEqual(expected);
  });

  it("says all that is wrong with it at once", () => {
    const schedule = { kind: "cron", timezone: 5, hour: {}, minute: true };
    expect(problemsWith(schedule)).toEqual([
      { path: "task.schedule.hour", message: "must be text or a number" },
      { path: "task.schedule.minute", message: "must be text or a number" },
      { path: "task.schedule.timezone", message: "must be text, not a number" },
    ]);
  });
});
