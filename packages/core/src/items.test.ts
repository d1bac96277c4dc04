import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DigestLine } from "./digest-event.ts";
import { type Item, itemsLeftOf, itemsOf } from "./items.ts";
import { changed } from "./testing/example-events.ts";
import { anyText } from "./testing/hostile-text.ts";
import { counts, digest, digestLine } from "./testing/own-events.ts";

function itemOf(line: Partial<DigestLine>): Item {
  return itemsOf(digest({ lines: [digestLine(line)] }))[0]!;
}

describe("an item of a digest", () => {
  it.each([
    [{}, "good", "Salesforce succeeded"],
    [{ runs: 2 }, "good", "Salesforce succeeded, 2 runs"],
    [{ status: "failed", failures: 1 }, "bad", "Salesforce failed"],
    [{ status: "FAILED", failures: 3, runs: 3 }, "bad", "Salesforce failed 3 times"],
    [{ failures: 1, runs: 2 }, "bad", "Salesforce failed, then succeeded"],
    [{ failures: 2, runs: 9 }, "bad", "Salesforce failed 2 times, then succeeded"],
    [{ status: "canceled" }, "neutral", "Salesforce cancelled"],
    [{ status: "half done" }, "neutral", "Salesforce ended as half done"],
    [{ status: " \u0000" }, "neutral", "Salesforce ended"],
    [{ status: "half done", failures: 1 }, "bad", "Salesforce failed, then ended as half done"],
  ])("with %j is %s and says: %s", (line, tone, text) => {
    expect(itemOf(line)).toEqual({ tone, text });
  });

  it("says what the last failure said, on one line", () => {
    const line = { status: "failed", failures: 1, message: "disk full\n  on node-3" };
    expect(itemOf(line).text).toBe("Salesforce failed: disk full on node-3");
    expect(itemOf({ ...line, message: " \n" }).text).toBe("Salesforce failed");
    const long = itemOf({ ...line, message: "x".repeat(200) }).text;
    expect(long).toBe(`Salesforce failed: …${"x".repeat(159)}`);
    const trace = `Traceback:\n${'  File "x.py"\n'.repeat(50)}ValueError: no rows`;
    expect(itemOf({ ...line, message: trace }).text).toMatch(
      /^Salesforce failed: ….* ValueError: no rows$/,
    );
  });

  it("says whose it is where the digest is of several tenants", () => {
    const several = changed(digest({ tenants: 2 }), "tenant", undefined);
    expect(itemsOf(several)[0]?.text).toBe("Salesforce (Acme) succeeded");
    const nobody = changed(several, "lines.0.tenant", null);
    expect(itemsOf(nobody)[0]?.text).toBe("Salesforce succeeded");
  });

  it.each([
    ["failing", "bad"],
    ["disabled", "bad"],
    ["overdue", "bad"],
    ["recovered", "good"],
    ["failed", "bad"],
    ["whatever", "neutral"],
  ])("is for a notice, here one that is %s, its title and how often it came", (status, tone) => {
    const notice = { task_id: null, tenant: null, name: "Something is so", status };
    expect(itemOf(notice)).toEqual({ tone, text: "Something is so" });
    expect(itemOf({ ...notice, runs: 4 }).text).toBe("Something is so, 4 times");
  });

  it("is not for a pipeline what it would be for a notice", () => {
    expect(itemOf({ status: "recovered" })).toEqual({
      tone: "neutral",
      text: "Salesforce ended as recovered",
    });
  });

  it("without a name is called what it is", () => {
    expect(itemOf({ name: " \u0000" }).text).toBe("A pipeline succeeded");
    expect(itemOf({ name: "", task_id: null }).text).toBe("A notice");
  });

  it("says how it ended, and a part of all else, however long each is", () => {
    const long = "word ".repeat(1_000);
    const line = digestLine({ name: long, tenant: long, message: long, failures: 2, status: long });
    const [item] = itemsOf(changed(digest({ lines: [line] }), "tenant", undefined));
    expect(item?.text).toMatch(
      /^word .*… \(word .*…\) failed 2 times, then ended as (?:word ){9}wor…: ….*…$/,
    );
    expect(item?.text.length).toBeLessThanOrEqual(300);
  });

  it("masks secrets, and is clean, on one line and never empty, whatever the line says", () => {
    const text = fc.oneof(anyText, fc.constant("token=s3cr3t"), fc.constant("x".repeat(400)));
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.boolean(),
        fc.nat(3),
        (name, message, status, isRun, failures) => {
          const task = isRun ? "pipeline-1" : null;
          const line = digestLine({ name, tenant: name, task_id: task, message, status, failures });
          const [{ text: said }] = itemsOf(
            changed(digest({ lines: [line] }), "tenant", undefined),
          ) as [Item];
          expect(said).not.toMatch(
            /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|^\s|\s$/,
          );
          expect(said).not.toContain("s3cr3t");
          expect(said.length).toBeGreaterThan(0);
          expect(said.length).toBeLessThanOrEqual(300);
          expect(said.isWellFormed()).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("what a digest has no line for", () => {
  const lines = [digestLine(), digestLine({ task_id: null, runs: 4 })];

  it("are the pipelines and notices beyond its lines, of which a notice has one however often it came", () => {
    const pipelines = counts({ failed: 2, succeeded: 39 });
    expect(itemsLeftOf(digest({ lines, pipelines, notices: 5 }))).toBe(44);
    expect(itemsLeftOf(digest({ lines, notices: 1 }))).toBe(0);
    expect(itemsLeftOf(digest())).toBe(0);
  });

  it("is never less than nothing", () => {
    expect(itemsLeftOf(digest({ lines: [...lines, ...lines] }))).toBe(0);
  });
});
