import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_DEPTH, MOST_PROBLEMS, MOST_VALUES, parseEvent } from "./parse-event.ts";
import { changed, exampleText, pipelineEvent } from "./testing/example-events.ts";

function nested(levels: number): unknown {
  return JSON.parse("[".repeat(levels) + "]".repeat(levels));
}

const TOO_DEEP = {
  ok: false,
  errors: [{ path: "", message: `must not nest deeper than ${MAX_DEPTH} levels` }],
};

describe("parseEvent given what was made to harm", () => {
  it.each([100_000, MAX_DEPTH])("refuses %d lists in one another", (levels) => {
    const event = changed(pipelineEvent(), "note", nested(levels));
    expect(parseEvent(event)).toEqual(TOO_DEEP);
  });

  it("refuses 100,000 objects in one another", () => {
    const text = `{"event_type":"x","status":"y","a":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`;
    expect(parseEvent(JSON.parse(text))).toEqual(TOO_DEEP);
  });

  it("takes an event that nests as deep as it may", () => {
    expect(parseEvent(changed(pipelineEvent(), "note", nested(MAX_DEPTH - 1))).ok).toBe(true);
  });

  it("does not take a list of 100,000 levels for an event", () => {
    const message = "must be a JSON object, not a list";
    expect(parseEvent(nested(100_000))).toEqual({ ok: false, errors: [{ path: "", message }] });
  });

  it("reads nothing out of __proto__", () => {
    const hidden = `{"__proto__":${exampleText("pipeline")}}`;
    expect(parseEvent(JSON.parse(hidden)).ok).toBe(false);
  });

  it("keeps a __proto__ key as data, and makes nothing of it", () => {
    const text = exampleText("pipeline").replace("{", '{"__proto__":{"polluted":true},');
    const event = JSON.parse(text) as object;
    const result = parseEvent(event);
    expect(result.ok && result.event).toBe(event);
    expect(JSON.stringify(event)).toContain('"__proto__":{"polluted":true}');
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("stands __proto__, constructor and toString anywhere in an event", () => {
    const text = exampleText("pipeline").replaceAll(
      '"id":',
      '"__proto__":{"name":"x"},"constructor":{"prototype":{}},"toString":1,"id":',
    );
    expect(parseEvent(JSON.parse(text)).ok).toBe(true);
    expect(({} as Record<string, unknown>)["name"]).toBeUndefined();
  });

  it("takes texts of a megabyte and lists of 90,000 unknown values", () => {
    const long = changed(pipelineEvent(), "sync.termination_message", "x".repeat(1_000_000));
    expect(parseEvent(changed(long, "rows", Array.from({ length: 90_000 }, Number))).ok).toBe(true);
  });

  it("reads a time of a megabyte", () => {
    const time = `2024-11-11T10:00:34.${"9".repeat(1_000_000)}Z`;
    expect(parseEvent(changed(pipelineEvent(), "started_at", time)).ok).toBe(true);
    expect(parseEvent(changed(pipelineEvent(), "started_at", `${time}?`)).ok).toBe(false);
  });

  it("never throws, never changes what it was given, and says where each problem is", () => {
    const paths = [
      "",
      "status",
      "sync",
      "sync.id",
      "task",
      "task.schedule",
      "task.extractor",
      "tenant",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const input = path === "" ? value : changed(pipelineEvent() as object, path, value);
        const before = JSON.stringify(input);
        const result = parseEvent(input);
        expect(JSON.stringify(input)).toBe(before);
        if (result.ok) expect(result.event).toBe(input);
        else for (const problem of result.errors) expect(problem.path.startsWith(path)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("an event with more problems than anybody reads", () => {
  it("is answered with the first hundred and the number of the others", () => {
    const capabilities = Array.from({ length: 5000 }, () => 1);
    const event = pipelineEvent();
    const parsed = parseEvent({
      ...event,
      task: { ...event.task, extractor: { ...event.task.extractor, capabilities } },
    });
    const errors = parsed.ok ? [] : parsed.errors;
    expect(errors).toHaveLength(MOST_PROBLEMS + 1);
    expect(errors[0]?.path).toBe("task.extractor.capabilities.0");
    expect(errors.at(-1)).toEqual({ path: "", message: "and 4900 more problems" });
  });
});

describe("an event with more values than any event has", () => {
  it.each([
    ["is refused", MOST_VALUES, false],
    ["with as many as it may have is taken", 50_000, true],
  ])("%s", (_, count, isTaken) => {
    const parsed = parseEvent(
      changed(
        pipelineEvent(),
        "note",
        Array.from({ length: count }, () => 0),
      ),
    );
    expect(parsed.ok).toBe(isTaken);
    if (!parsed.ok) expect(parsed.errors[0]?.message).toBe("must not hold more than 100000 values");
  });
});
