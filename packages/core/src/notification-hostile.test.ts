import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event } from "./event.ts";
import { type Notification, notificationOf } from "./notification.ts";
import { changed, pipelineEvent, salesforceRun } from "./testing/example-events.ts";
import { anyText } from "./testing/hostile-text.ts";

function notify(event: Event): Notification {
  return notificationOf({ id: "evt_1", type: event.event_type, receivedAt: 0, raw: "{}", event });
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

const TEXTS = [
  "status",
  "tenant.name",
  "task.name",
  "task.extractor.label",
  "task.loader.label",
  "sync.id",
  "sync.termination_reason",
  "sync.termination_message",
];

const withText = (path: string, text: string): Event =>
  changed(changed(pipelineEvent(), "status", "x"), path, text);

describe("a notification", () => {
  it("is made of its arguments alone and changes none of them", () => {
    const event = deepFreeze(changed(salesforceRun(), "sync.termination_message", "bad\r\nend"));
    const source = deepFreeze({ id: "evt_1", type: "post_sync", receivedAt: 1, raw: "{}", event });
    const options = deepFreeze({ links: [{ label: "Run", url: "https://a.example" }], test: true });
    const first = notificationOf(source, options);
    expect(notificationOf(source, options)).toEqual(first);
    expect(first.source).toBe(source);
  });

  it.each(TEXTS)("masks a secret in %s wherever it is said", (path) => {
    const { source, ...said } = notify(withText(path, "token=s3cr3t postgres://a:hunter22@db"));
    expect(source.event).toHaveProperty(path, "token=s3cr3t postgres://a:hunter22@db");
    expect(JSON.stringify(said)).not.toMatch(/s3cr3t|hunter22/);
    expect(JSON.stringify(said)).toContain("token=*** postgres://a:***@db");
  });

  it("is clean in every text, on one line in all but its excerpt", () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), anyText, (path, text) => {
        const { title, line, facts, excerpt = "" } = notify(withText(path, text));
        for (const said of [title, line, ...facts.map(({ value }) => value)]) {
          expect(said).not.toMatch(
            /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|^\s|\s$/,
          );
          expect(said).not.toBe("");
          expect(said.isWellFormed()).toBe(true);
        }
        expect(excerpt).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
        expect(excerpt.isWellFormed()).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each(TEXTS)("keeps its title and its facts short with a megabyte in %s", (path) => {
    for (const unit of ["x", "\u{1F600}", "  word\n", "password=x "]) {
      const { title, facts } = notify(withText(path, unit.repeat(1_000_000 / unit.length)));
      expect(title.length).toBeLessThanOrEqual(620);
      for (const { value } of facts) expect(value.length).toBeLessThanOrEqual(300);
    }
  });

  it("leaves out a fact of which nothing is left once it is clean", () => {
    const { facts, title } = notify(withText("task.name", "\u0000\u202E"));
    expect(facts.map(({ label }) => label)).not.toContain("Pipeline");
    expect(title).toBe("ended as x");
  });

  it("says the start of a long reason, though masking and cleaning make it shorter", () => {
    const reason = `OOM ${"line\n    at f\n".repeat(2000)}`;
    const { facts } = notify(withText("sync.termination_reason", reason));
    const value = facts.find(({ label }) => label === "Reason")?.value ?? "";
    expect(value).toMatch(/^OOM line at f line at f/);
    expect(value.length).toBeGreaterThan(280);
  });
});
