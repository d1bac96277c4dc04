import { parseEvent } from "@syncbell/core";
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
      const { outcome, test: isTest, source, excerpt = "" } = exampleNotification(name);
      const task = "task_type" in source.event ? source.event.task_type : undefined;
      return [outcome, task, isTest, excerpt.length > 10_000];
    });
    expect(shown).toEqual([
      ["succeeded", "pipeline", false, false],
      ["failed", "pipeline", false, false],
      ["failed", "pipeline", false, true],
      ["succeeded", "transform", false, false],
      ["skipped", "pipeline", false, false],
      ["succeeded", "pipeline", true, false],
    ]);
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
