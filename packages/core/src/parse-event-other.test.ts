import { describe, expect, it } from "vitest";
import { isPostSync } from "./event.ts";
import { parseEvent } from "./parse-event.ts";
import { changed, pipelineEvent } from "./testing/example-events.ts";

describe("an event of a type that is not known", () => {
  it.each([
    { event_type: "pre_sync", status: "started" },
    { event_type: "destination.disabled", status: "", destination_id: "ops" },
    { event_type: "POST_SYNC", status: "failed", task: "anything", sync: null },
    { event_type: "post_sync ", status: "failed", nested: { list: [1, { deep: true }] } },
  ])("is taken as it is: %j", (event) => {
    const posted = structuredClone(event);
    const result = parseEvent(event);
    expect(result.ok && result.event).toBe(event);
    expect(event).toEqual(posted);
    expect(result.ok && isPostSync(result.event)).toBe(false);
  });

  it.each([
    [{ event_type: "x" }, "status", "is required"],
    [{ event_type: "x", status: null }, "status", "must be text, not null"],
    [{ event_type: "x", status: 200 }, "status", "must be text, not a number"],
    [{ status: "failed" }, "event_type", "is required"],
    [{ event_type: null, status: "failed" }, "event_type", "must be text, not null"],
    [{ event_type: ["x"], status: "failed" }, "event_type", "must be text, not a list"],
    [{ event_type: "", status: "failed" }, "event_type", "must not be empty"],
  ])("must have its type and its status as text: %j", (event, path, message) => {
    expect(parseEvent(event)).toEqual({ ok: false, errors: [{ path, message }] });
  });

  it("is told of both at once", () => {
    expect(parseEvent({})).toEqual({
      ok: false,
      errors: [
        { path: "event_type", message: "is required" },
        { path: "status", message: "is required" },
      ],
    });
  });

  it("does not hide a post_sync that lost its type", () => {
    const event = changed(pipelineEvent(), "event_type", undefined);
    const expected = { ok: false, errors: [{ path: "event_type", message: "is required" }] };
    expect(parseEvent(event)).toEqual(expected);
  });
});

describe("what is no object", () => {
  it.each([
    [null, "null"],
    [undefined, "nothing"],
    ["post_sync", "text"],
    [5, "a number"],
    [true, "true or false"],
    [[pipelineEvent()], "a list"],
  ])("is no event: %j", (input, kind) => {
    const message = `must be a JSON object, not ${kind}`;
    expect(parseEvent(input)).toEqual({ ok: false, errors: [{ path: "", message }] });
  });
});
