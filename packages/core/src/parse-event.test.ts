import { describe, expect, it } from "vitest";
import { isPostSync } from "./event.ts";
import { parseEvent } from "./parse-event.ts";
import { changed, exampleText, pipelineEvent, transformEvent } from "./testing/example-events.ts";

const EXAMPLES = [
  ["pipeline", pipelineEvent()],
  ["transform", transformEvent()],
] as const;

describe("parseEvent", () => {
  it.each(EXAMPLES)("answers the very object of a %s's notice, as it was posted", (task, event) => {
    const result = parseEvent(event);
    expect(result.ok && result.event).toBe(event);
    expect(event).toEqual(JSON.parse(exampleText(task)));
  });

  it.each(EXAMPLES)("takes a %s's notice for a post_sync", (_, event) => {
    const result = parseEvent(event);
    expect(result.ok && isPostSync(result.event)).toBe(true);
  });

  it.each([
    "note",
    "sync.rows",
    "tenant.plan",
    "task.owner",
    "task.extractor.docs",
    "task.loader.x",
  ])("keeps the unknown field %s", (path) => {
    const event = changed(pipelineEvent(), path, { any: ["value", 1, null] });
    const posted = structuredClone(event);
    const result = parseEvent(event);
    expect(result.ok && result.event).toBe(event);
    expect(event).toEqual(posted);
  });

  it("keeps unknown fields of a setting, a dbt command and a schedule", () => {
    const pipeline = changed(pipelineEvent(), "task.extractor_config.0.value_hint", "x");
    const scheduled = changed(pipeline, "task.schedule.jitter", 5);
    expect(parseEvent(scheduled)).toEqual({ ok: true, event: scheduled });
    const transform = changed(transformEvent(), "task.dbt_commands.1.args", ["--full-refresh"]);
    expect(parseEvent(transform)).toEqual({ ok: true, event: transform });
  });

  it.each(["Succeeded", "failed", "half done", "🎉", " "])(
    "takes any word for a status: %j",
    (word) => {
      expect(parseEvent(changed(pipelineEvent(), "status", word)).ok).toBe(true);
    },
  );

  it("takes a failed run with all that it said", () => {
    const event = {
      ...pipelineEvent(),
      status: "failed",
      sync: {
        id: "sync-1",
        exit_code: 137,
        termination_reason: "OOMKilled",
        termination_message: "Traceback\n".repeat(1000),
      },
    };
    expect(parseEvent(event)).toEqual({ ok: true, event });
  });
});

const REQUIRED = new Set(["id", "name", "kind"]);

/** The dotted paths of all fields that describe and do not identify: these may be unknown. */
function descriptive(value: object, path = ""): readonly string[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = `${path}${name}`;
    const nested =
      typeof inner === "object" && inner !== null ? descriptive(inner as object, `${here}.`) : [];
    const held = REQUIRED.has(name) && !/(?:extractor|loader|commands|config)/.test(path);
    const envelope = ["event_type", "status", "sync", "tenant", "task", "task_type"].includes(here);
    const inList = /^\d+$/.test(name);
    return held || envelope || inList ? nested : [here, ...nested];
  });
}

describe.each(EXAMPLES)("what describes a %s", (_, event) => {
  it.each(descriptive(event))("may be null or absent: %s", (path) => {
    expect(parseEvent(changed(event, path, null)).ok).toBe(true);
    expect(parseEvent(changed(event, path, undefined)).ok).toBe(true);
  });
});

describe("the least that is an event", () => {
  it.each(["pipeline", "transform"])("is, for a %s, what identifies it", (task) => {
    const event = {
      event_type: "post_sync",
      task_type: task,
      status: "failed",
      sync: { id: "sync-1" },
      task: { id: "task-1", name: "Nightly" },
      tenant: { id: "tenant-1", name: "Acme" },
    };
    expect(parseEvent(event)).toEqual({ ok: true, event });
  });
});
