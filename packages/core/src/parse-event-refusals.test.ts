import { describe, expect, it } from "vitest";
import { type EventProblem, parseEvent } from "./parse-event.ts";
import { changed, pipelineEvent, transformEvent } from "./testing/example-events.ts";

function problemsWith(input: unknown): readonly EventProblem[] {
  const result = parseEvent(input);
  return result.ok ? [] : result.errors;
}

const TEXT_FIELDS = ["status", "sync.id", "task.id", "task.name", "tenant.id", "tenant.name"];
const OBJECT_FIELDS = ["sync", "task", "tenant"];

describe.each([
  ["pipeline", pipelineEvent()],
  ["transform", transformEvent()],
] as const)("a %s's notice", (_, event) => {
  it.each([...TEXT_FIELDS, ...OBJECT_FIELDS])("must have %s", (path) => {
    const expected = [{ path, message: "is required" }];
    expect(problemsWith(changed(event, path, undefined))).toEqual(expected);
  });

  it.each(TEXT_FIELDS)("must have text in %s, and some", (path) => {
    const problemOf = (value: unknown): unknown => problemsWith(changed(event, path, value));
    expect(problemOf(null)).toEqual([{ path, message: "must be text, not null" }]);
    expect(problemOf(5)).toEqual([{ path, message: "must be text, not a number" }]);
    expect(problemOf(true)).toEqual([{ path, message: "must be text, not true or false" }]);
    expect(problemOf([])).toEqual([{ path, message: "must be text, not a list" }]);
    expect(problemOf({})).toEqual([{ path, message: "must be text, not an object" }]);
    expect(problemOf("")).toEqual([{ path, message: "must not be empty" }]);
  });

  it.each(OBJECT_FIELDS)("must have an object in %s", (path) => {
    const problemOf = (value: unknown): unknown => problemsWith(changed(event, path, value));
    expect(problemOf(null)).toEqual([{ path, message: "must be an object, not null" }]);
    expect(problemOf("x")).toEqual([{ path, message: "must be an object, not text" }]);
    expect(problemOf([])).toEqual([{ path, message: "must be an object, not a list" }]);
  });

  it.each([null, "stream", "Pipeline", 5, {}])("must be of a known task_type, not %j", (type) => {
    const message = 'must be "pipeline" or "transform"';
    expect(problemsWith(changed(event, "task_type", type))).toEqual([
      { path: "task_type", message },
    ]);
  });

  it("must have a task_type", () => {
    const expected = [{ path: "task_type", message: "is required" }];
    expect(problemsWith(changed(event, "task_type", undefined))).toEqual(expected);
  });

  it("must not say another task_type within its task", () => {
    const [problem, ...more] = problemsWith(changed(event, "task.task_type", "other"));
    expect(problem).toEqual({
      path: "task.task_type",
      message: `must be "${event.task_type}"`,
    });
    expect(more).toEqual([]);
  });
});

describe("a field that describes", () => {
  it.each([
    ["sync.exit_code", "1", "must be a number, not text"],
    ["sync.exit_code", 1.5, "must be a whole number"],
    ["sync.exit_code", 1e300, "must be at most 9007199254740991"],
    ["sync.exit_code", Infinity, "must be a number, not a number too large to read"],
    ["sync.termination_message", ["a"], "must be text, not a list"],
    ["task.extractor", "tap", "must be an object, not text"],
    ["task.extractor.label", 5, "must be text, not a number"],
    ["task.extractor.capabilities.1", null, "must be text, not null"],
    ["task.loader.settings_group_validation", {}, "must be a list, not an object"],
    ["task.extractor_config", {}, "must be a list, not an object"],
    ["task.extractor_config.2", "x", "must be an object, not text"],
    ["task.extractor_config.0.env_var", 5, "must be text, not a number"],
    ["task.schedule_paused", "no", "must be true or false, not text"],
    ["task.max_concurrent_syncs", 0.5, "must be a whole number"],
    ["tenant.external_id", 42, "must be text, not a number"],
  ])("says what is wrong with %s: %j", (path, value, message) => {
    expect(problemsWith(changed(pipelineEvent(), path, value))).toEqual([{ path, message }]);
  });

  it("says what is wrong with a dbt command", () => {
    const path = "task.dbt_commands.2.command";
    const event = changed(transformEvent(), path, null);
    expect(problemsWith(event)).toEqual([]);
    const message = "must be text, not a number";
    expect(problemsWith(changed(event, path, 1))).toEqual([{ path, message }]);
  });
});

describe("a notice with many things wrong", () => {
  it("is told all of them at once", () => {
    const event = {
      event_type: "post_sync",
      status: 5,
      sync: { id: null, exit_code: "1", started_at: "soon" },
      task: { id: "", schedule: { kind: "interval", hours: "6" } },
      tenant: [],
      stopped_at: 0,
    };
    expect(problemsWith(event).map(({ path }) => path)).toEqual([
      "task_type",
      "status",
      "sync.id",
      "sync.started_at",
      "sync.exit_code",
      "tenant",
      "stopped_at",
      "task.id",
      "task.name",
      "task.schedule.hours",
    ]);
  });

  it("is told each in one plain sentence", () => {
    const event = { event_type: "post_sync", task_type: "pipeline", task: { schedule: 5 } };
    for (const { message } of problemsWith(event)) {
      expect(message).toMatch(/^(?:is|must) [^\n]{3,80}$/);
      expect(message).not.toMatch(/invalid|expected|received|undefined/i);
    }
  });
});
