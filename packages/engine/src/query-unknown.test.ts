import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rule, verdict } from "./testing/rules.ts";

const TRUE = { yes: 1 };
const FALSE = { yes: 2 };
const UNKNOWN = { text: { $gt: 5 } };
const EVENT = { yes: 1, text: "long" };

describe("a comparison of different types can't be evaluated", () => {
  test.each([
    [{ a: { $gt: 5 } }, { a: "6" }],
    [{ a: { $lte: "5" } }, { a: 6 }],
    [{ a: { $lt: 5 } }, { a: true }],
    [{ a: { $gte: false } }, { a: 0 }],
    [{ a: { $gt: 5 } }, { a: { b: 6 } }],
    [{ a: { $gt: 5 } }, { a: ["x"] }],
    [{ a: { $gt: 5 } }, { a: [1, "x"] }],
    [{ a: { $glob: "5*" } }, { a: 55 }],
    [{ a: { $glob: "x" } }, { a: ["y", 1] }],
    [{ status: { $gt: 5 } }, { status: "failed" }],
  ])("%j on %j, and its inverse", (input, event) => {
    expect(verdict(input, event)).toBe("unknown");
    expect(verdict({ $not: input }, event)).toBe("unknown");
    expect(verdict({ $nor: [input] }, event)).toBe("unknown");
  });

  test("but an element that fits decides, wherever in the list it stands", () => {
    expect(verdict({ a: { $gt: 5 } }, { a: ["x", 6] })).toBe(true);
    expect(verdict({ a: { $gt: 5 } }, { a: [6, "x"] })).toBe(true);
    expect(verdict({ a: { $glob: "x" } }, { a: [1, "x"] })).toBe(true);
  });

  test("and what is not there, null or an empty list is no other type", () => {
    for (const event of [{}, { a: null }, { a: [] }]) {
      expect(verdict({ a: { $gt: 5 } }, event)).toBe(false);
      expect(verdict({ a: { $glob: "*" } }, event)).toBe(false);
    }
  });

  test("it says which field is what", () => {
    expect(rule({ duration: { $gt: 5 } }).blame({ duration: "long" })).toBe(
      "duration > 5 (it is text, not a number)",
    );
    expect(rule({ $not: { duration: { $gt: 5 } } }).blame({ duration: [true] })).toBe(
      "duration > 5 (it is a boolean, not a number)",
    );
  });
});

describe("what can't be evaluated decides only where nothing else does", () => {
  test.each([
    [{ $and: [UNKNOWN, FALSE] }, false],
    [{ $and: [UNKNOWN, TRUE] }, "unknown"],
    [{ $or: [UNKNOWN, TRUE] }, true],
    [{ $or: [UNKNOWN, FALSE] }, "unknown"],
    [{ $nor: [UNKNOWN, TRUE] }, false],
    [{ $nor: [UNKNOWN, FALSE] }, "unknown"],
    [{ ...UNKNOWN, ...FALSE }, false],
    [{ ...UNKNOWN, ...TRUE }, "unknown"],
  ])("%j is %s", (input, expected) => expect(verdict(input, EVENT)).toBe(expected));

  const joined = fc.letrec<{ rule: object }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(TRUE, FALSE, UNKNOWN),
      fc.record({ $and: fc.array(tie("rule"), { minLength: 1, maxLength: 3 }) }),
      fc.record({ $or: fc.array(tie("rule"), { minLength: 1, maxLength: 3 }) }),
      fc.record({ $nor: fc.array(tie("rule"), { minLength: 1, maxLength: 3 }) }),
      fc.record({ $not: tie("rule") }),
    ),
  })).rule;

  test("the order of rules makes no difference", () => {
    fc.assert(
      fc.property(joined, (input) => {
        expect(verdict(backwards(input), EVENT)).toBe(verdict(input, EVENT));
      }),
    );
  });

  test("a verdict stands whatever the part that could not be evaluated would have said", () => {
    fc.assert(
      fc.property(joined, (input) => {
        const said = verdict(input, EVENT);
        const otherwise = [
          { ...EVENT, text: 1 },
          { ...EVENT, text: 9 },
        ];
        if (said !== "unknown") {
          for (const event of otherwise) expect(verdict(input, event)).toBe(said);
        }
      }),
    );
  });
});

/** The same rule with every list the other way round. */
function backwards(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(backwards).toReversed();
  if (typeof input !== "object" || input === null) return input;
  return Object.fromEntries(
    Object.entries(input)
      .map(([key, value]) => [key, backwards(value)] as const)
      .toReversed(),
  );
}
