import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verdict } from "./testing/rules.ts";

const fits = (pattern: string, text: string): boolean | "unknown" =>
  verdict({ name: { $glob: pattern } }, { name: text });

describe("a pattern fits a text as a whole", () => {
  test.each<readonly [string, string, boolean]>([
    ["", "", true],
    ["", "a", false],
    ["a", "a", true],
    ["a", "ab", false],
    ["*", "", true],
    ["*", "anything\nat all", true],
    ["a*", "a", true],
    ["a*c", "abc", true],
    ["a*c", "abcd", false],
    ["*b*", "abc", true],
    ["**", "", true],
    ["a**b", "ab", true],
    ["*ab", "aab", true],
    ["*aab", "aaaab", true],
    ["*a*b*c*", "xxaxxbxxcxx", true],
    ["*a*b*c*", "xxbxxaxxcxx", false],
    ["?", "a", true],
    ["?", "", false],
    ["?", "ab", false],
    ["?", "é", true],
    ["?", "😀", true],
    ["a?c", "a😀c", true],
    ["??", "😀", false],
    ["*??", "😀", false],
    ["?*?", "😀😀", true],
    ["*?", "x😀", true],
    ["\\*", "*", true],
    ["\\*", "a", false],
    ["\\?", "?", true],
    ["a\\*b*", "a*bc", true],
    ["\\\\", "\\", true],
    ["a\\", "a\\", true],
    ["\\a", "a", true],
    ["[a]", "[a]", true],
    ["[a]", "a", false],
    ["{a,b}", "a", false],
    [".*", "abc", false],
    ["tap-*", "tap-salesforce", true],
    ["tap-*", "TAP-salesforce", false],
  ])("%j on %j: %s", (pattern, text, expected) => expect(fits(pattern, text)).toBe(expected));
});

test("says the same as a regular expression of the same meaning", () => {
  const piece = fc.constantFrom("a", "b", "*", "?", "\\*", "\\?", "😀");
  const letter = fc.constantFrom("a", "b", "*", "?", "😀");
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }),
      fc.array(letter, { maxLength: 8 }),
      (pieces, letters) => {
        const source = pieces
          .map((each) => (each === "*" ? ".*" : each === "?" ? "." : `\\u{${codeOf(each)}}`))
          .join("");
        const expected = new RegExp(`^${source}$`, "su").test(letters.join(""));
        expect(fits(pieces.join(""), letters.join(""))).toBe(expected);
      },
    ),
    { numRuns: 2000 },
  );
});

const codeOf = (piece: string): string =>
  (piece.at(-1) === piece[0] ? piece : piece.replace("\\", "")).codePointAt(0)?.toString(16) ?? "";

describe("a pattern made to be slow", () => {
  test.each([
    ["a long tail", `*${"a".repeat(250)}b`, "a".repeat(500_000)],
    ["a tail with a gap", `*${"a".repeat(120)}?${"a".repeat(120)}b`, "a".repeat(100_000)],
    ["many gaps", `*${"?".repeat(250)}b`, "a".repeat(300_000)],
  ])("can't be evaluated rather than waited for: %s", (_, pattern, text) => {
    expect(fits(pattern, text)).toBe("unknown");
  });

  test.each([
    ["many stars", `${"*a".repeat(100)}b`, "a".repeat(500_000)],
    ["stars and gaps", `${"*?".repeat(120)}b`, "a".repeat(500_000)],
    ["stars without a match", "*a*a*a*a*", "b".repeat(1_000_000)],
  ])("is answered where there is an answer to be had: %s", (_, pattern, text) => {
    expect(fits(pattern, text)).toBe(false);
  });

  test("a long text alone is no reason", () => {
    expect(fits("*needle*", `${"x".repeat(1_000_000)}needle`)).toBe(true);
    expect(fits("*needle*", "x".repeat(1_000_000))).toBe(false);
  });
});
