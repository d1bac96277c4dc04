import { describe, expect, it } from "vitest";
import { isDigestEvent } from "./digest-event.ts";
import { changed } from "./testing/example-events.ts";
import { digest, digestLine } from "./testing/own-events.ts";

const several = changed(
  digest({
    tenants: 2,
    lines: [digestLine({ message: "out of memory", failures: 1 }), digestLine({ task_id: null })],
  }),
  "tenant",
  undefined,
);

describe("isDigestEvent", () => {
  it.each([digest(), several, digest({ lines: [] })])(
    "knows Syncbell's own digest: %j",
    (event) => {
      expect(isDigestEvent(event)).toBe(true);
    },
  );

  it.each(["failed", "succeeded", "skipped", "cancelled", "other"] as const)(
    "knows one that is %s",
    (status) => expect(isDigestEvent(digest({ status }))).toBe(true),
  );

  it("leaves room for fields to come", () => {
    expect(isDigestEvent(changed(digest(), "later", 1))).toBe(true);
  });

  const required = Object.keys(digest()).filter((name) => name !== "tenant");
  it.each(required)("takes a producer's event for what it is: without %s", (name) => {
    expect(isDigestEvent(changed(digest(), name, undefined))).toBe(false);
  });

  it.each(Object.keys(digestLine()))("so too where a line lacks %s", (name) => {
    expect(isDigestEvent(changed(digest(), `lines.0.${name}`, undefined))).toBe(false);
  });

  it.each([
    ["event_type", "post_sync"],
    ["status", "FAILED"],
    ["seconds", "600"],
    ["pipelines.failed", undefined],
    ["runs", 1],
    ["tenant", { id: "tenant-1" }],
    ["tenant", null],
    ["lines", {}],
    ["lines.0.task_id", 5],
    ["lines.0.runs", "many"],
  ])("so too where %s is %j", (path, value) => {
    expect(isDigestEvent(changed(digest(), path, value))).toBe(false);
  });
});
