import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type TextPart, fitParts } from "./text.ts";
import { hardToCut } from "./testing/hostile-text.ts";

const part: fc.Arbitrary<TextPart> = fc.record(
  {
    text: hardToCut,
    priority: fc.integer({ min: 0, max: 5 }),
    keep: fc.constantFrom("head" as const, "ends" as const),
  },
  { requiredKeys: ["text", "priority"] },
);
const parts = fc.array(part, { maxLength: 12 });

const total = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + text.length, 0);

describe("fitParts", () => {
  it("leaves parts that fit as they are, in the order given", () => {
    const given = [
      { text: "least", priority: 9 },
      { text: "most", priority: 0 },
      { text: "between", priority: 5 },
    ];
    expect(fitParts(given, 16)).toEqual(["least", "most", "between"]);
  });

  it("serves the most important part first", () => {
    const given = [
      { text: "l".repeat(100), priority: 1 },
      { text: "m".repeat(100), priority: 0 },
    ];
    expect(fitParts(given, 150)).toEqual([`${"l".repeat(49)}…`, "m".repeat(100)]);
  });

  it("leaves a share for each less important part, so that none vanishes", () => {
    const given = [
      { text: "m".repeat(1000), priority: 0 },
      { text: "l".repeat(1000), priority: 1 },
      { text: "tiny", priority: 2 },
    ];
    expect(fitParts(given, 200)).toEqual([`${"m".repeat(155)}…`, `${"l".repeat(39)}…`, "tiny"]);
  });

  it("serves parts of one priority in the order given", () => {
    const given = [
      { text: "a".repeat(50), priority: 0 },
      { text: "b".repeat(50), priority: 0 },
    ];
    expect(fitParts(given, 90)).toEqual(["a".repeat(50), `${"b".repeat(39)}…`]);
  });

  it("keeps both ends of a part that asks for it", () => {
    const error = `Traceback${"x".repeat(1000)}ValueError`;
    const [fitted] = fitParts([{ text: error, priority: 0, keep: "ends" }], 100);
    expect(fitted).toMatch(/^Traceback.*\n… \d+ characters cut …\n.*ValueError$/s);
  });

  it("gives nothing out of an empty budget", () => {
    expect(fitParts([{ text: "some", priority: 0 }], 0)).toEqual([""]);
    expect(fitParts([{ text: "some", priority: 0 }], -5)).toEqual([""]);
    expect(fitParts([], 10)).toEqual([]);
  });

  it("never goes over the budget", () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 0, max: 600 }), (given, budget) => {
        const fitted = fitParts(given, budget);
        expect(fitted).toHaveLength(given.length);
        expect(total(fitted)).toBeLessThanOrEqual(budget);
        expect(fitted.every((text) => text.isWellFormed())).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("cuts nothing without need", () => {
    fc.assert(
      fc.property(parts, fc.nat(100), (given, spare) => {
        const texts = given.map(({ text }) => text);
        expect(fitParts(given, total(texts) + spare)).toEqual(texts);
      }),
    );
  });

  it("leaves something of every part where each can have its share", () => {
    fc.assert(
      fc.property(parts, fc.nat(500), (given, spare) => {
        const fitted = fitParts(given, given.length * 40 + spare);
        for (const [index, { text }] of given.entries()) {
          expect(fitted[index] === "").toBe(text === "");
        }
      }),
    );
  });
});
