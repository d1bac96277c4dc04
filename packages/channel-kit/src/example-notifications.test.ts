import { isDigestEvent, parseEvent } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { EXAMPLE_NAMES, exampleNotification } from "./example-notifications.ts";
import { hostileNotifications } from "./hostile-notifications.ts";

describe("an example", () => {
  test.each(EXAMPLE_NAMES)("of %s is an event that Syncbell accepts", (name) => {
    const { raw } = exampleNotification(name).source;
    expect(parseEvent(JSON.parse(raw))).toMatchObject({ ok: true });
  });

  test.each(EXAMPLE_NAMES)("of %s is made anew, and the same", (name) => {
    const first = exampleNotification(name);
    expect(exampleNotification(name)).toEqual(first);
    expect(exampleNotification(name).source.event).not.toBe(first.source.event);
  });

  test("differs from the others in what a channel shows", () => {
    const shown = EXAMPLE_NAMES.map((name) => {
      const { outcome, test: isTest, source, excerpt = "", ...rest } = exampleNotification(name);
      const task = "task_type" in source.event ? source.event.task_type : undefined;
      const { incident, items = [], itemsLeft = 0 } = rest;
      const story = incident?.transition ?? items.length + itemsLeft;
      return [outcome, task, isTest, excerpt.length > 10_000, story];
    });
    expect(shown).toEqual([
      ["succeeded", "pipeline", false, false, 0],
      ["failed", "pipeline", false, false, 0],
      ["failed", "pipeline", false, true, 0],
      ["succeeded", "transform", false, false, 0],
      ["skipped", "pipeline", false, false, 0],
      ["succeeded", "pipeline", true, false, 0],
      ["failed", "pipeline", false, false, "failing"],
      ["succeeded", "pipeline", false, false, "recovered"],
      ["failed", "pipeline", false, false, 0],
      ["failed", undefined, false, false, 40],
      ["succeeded", undefined, false, false, 1],
    ]);
  });

  test("of a recovery tells of the failure, which was not told", () => {
    const { title, excerpt } = exampleNotification("untold-recovery");
    expect(title).toBe("Salesforce failed and has recovered");
    expect(excerpt).toMatch(/REQUEST_LIMIT_EXCEEDED$/);
  });

  test("of a digest adds up", () => {
    const { event } = exampleNotification("digest").source;
    if (!isDigestEvent(event)) throw new Error("is no digest");
    const { lines, runs, pipelines, events } = event;
    const sum = (of: "runs" | "failures"): number => lines.reduce((all, each) => all + each[of], 0);
    expect(lines.filter(({ failures }) => failures > 0)).toHaveLength(pipelines.failed);
    expect(sum("failures")).toBe(runs.failed);
    expect(sum("runs") + pipelines.total - lines.length).toBe(runs.total);
    expect(events).toBe(runs.total);
  });
});

describe("a hostile notification", () => {
  const all = [...hostileNotifications()];

  test.each(all.filter(([name]) => name !== "an event without a word"))(
    "with %s comes of an event that Syncbell accepts",
    (_name, { source }) => {
      expect(parseEvent(JSON.parse(source.raw))).toMatchObject({ ok: true });
    },
  );

  test("is no larger than what can be posted", () => {
    for (const [name, { source }] of all) {
      expect(Buffer.byteLength(source.raw), `with ${name}`).toBeLessThanOrEqual(1024 * 1024);
    }
  });

  test("is a test notice where that is asked for", () => {
    const tests = [...hostileNotifications({ test: true }).values()];
    expect(tests.every((notification) => notification.test)).toBe(true);
  });
});
