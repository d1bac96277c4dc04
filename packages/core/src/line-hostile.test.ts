import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LONGEST_LINE, eventLine } from "./line.ts";
import { changed, salesforceRun } from "./testing/example-events.ts";
import { anyText } from "./testing/hostile-text.ts";

const TEXTS = ["status", "tenant.name", "task.name", "task.extractor.label", "sync.id"];

describe("eventLine given what was made to harm", () => {
  it.each(TEXTS)("stays one clean line with newlines and controls in %s", (path) => {
    const text = "\u0000one\r\ntwo\u001B[31m\u202E\tthree\u2028four\uD83D";
    const line = eventLine(changed(salesforceRun(), path, text));
    expect(line).toContain(": one two[31m three four | ");
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\ud800-\udfff]/);
  });

  it.each(TEXTS)("masks a secret in %s", (path) => {
    const text = "postgres://app:hunter22@db token=s3cr3t";
    const line = eventLine(changed(salesforceRun(), path, text));
    expect(line).toContain("postgres://app:***@db token=***");
    expect(line).not.toMatch(/hunter22|s3cr3t/);
  });

  it("masks a secret that control characters break up", () => {
    const line = eventLine(
      changed(salesforceRun(), "task.name", "pass\u0000word\u0007=hunt\u0008er22"),
    );
    expect(line).toContain("Pipeline: password=*** |");
  });

  it.each([0, 1900, 3990, 13_990, 25_990])(
    "shows no part of a secret that begins %d units into a long name",
    (before) => {
      for (const filling of [" ", "\u0000", "x "]) {
        const padding = filling.repeat(before / filling.length);
        const name = `${padding}postgres://app:${"hunter22".repeat(50)}@db ${"y ".repeat(20_000)}`;
        expect(eventLine(changed(salesforceRun(), "task.name", name))).not.toContain("hunter");
      }
    },
  );

  it.each(TEXTS)("keeps within its length, and says the rest, for a megabyte in %s", (path) => {
    for (const unit of ["x", "\u{1F600}", " ", "\u0000", "\u0301", "password=x "]) {
      const text = unit.repeat(1_000_000 / unit.length);
      const line = eventLine(changed(salesforceRun(), path, text));
      expect(line.length).toBeLessThanOrEqual(LONGEST_LINE);
      expect(line.isWellFormed()).toBe(true);
      expect(line).toContain(
        " | Started: 2024-11-11 10:00:34+00:00 | Stopped: 2024-11-11 10:11:19",
      );
    }
  });

  it("keeps every part, and the times whole, with a megabyte in each", () => {
    const event = TEXTS.reduce(
      (run, path) => changed(run, path, "word ".repeat(200_000)),
      salesforceRun(),
    );
    const line = eventLine(event);
    expect(line.length).toBeLessThanOrEqual(LONGEST_LINE);
    expect(line.split(" | ").map((part) => part.split(":")[0])).toEqual([
      "Status",
      "Tenant",
      "Pipeline",
      "Source",
      "Sync",
      "Started",
      "Stopped",
    ]);
    expect(line).toMatch(
      /Started: 2024-11-11 10:00:34\+00:00 \| Stopped: 2024-11-11 10:11:19\+00:00$/,
    );
  });

  it("keeps within any length that it is told", () => {
    fc.assert(
      fc.property(fc.nat(400), fc.constantFrom(...TEXTS), anyText, (longest, path, text) => {
        const line = eventLine(changed(salesforceRun(), path, text), longest);
        expect(line.length).toBeLessThanOrEqual(longest);
        expect(line.isWellFormed()).toBe(true);
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
      }),
    );
  });
});
