import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cut, cutMiddle } from "./text.ts";
import { hardToCut, splitsCharacter } from "./testing/hostile-text.ts";

const NOTE = /\n… (\d+) characters cut …\n/;
const limit = fc.integer({ min: -2, max: 300 });
const FAMILY = "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466}";

describe("cut", () => {
  it.each([
    ["abc", 3, "abc"],
    ["abcd", 3, "ab…"],
    ["abcd", 1, "…"],
    ["abcd", 0, ""],
    ["abcd", -1, ""],
    ["", 0, ""],
    ["one two", 5, "one…"],
    ["ab\u{1F600}cd", 4, "ab…"],
    ["e\u0301e\u0301", 3, "e\u0301…"],
    [`a${FAMILY}b`, 12, "a…"],
    ["\u{1F1E9}\u{1F1EA}\u{1F1EB}\u{1F1F7}", 7, "\u{1F1E9}\u{1F1EA}…"],
  ])("cuts %j to %d units as %j", (text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });

  it("never goes over the limit and never splits a character", () => {
    fc.assert(
      fc.property(hardToCut, limit, (text, max) => {
        const short = cut(text, max);
        expect(short.length).toBeLessThanOrEqual(Math.max(0, max));
        expect(short.isWellFormed()).toBe(true);
        if (text.length <= max) expect(short).toBe(text);
        else if (max > 0) expectHead(text, short.slice(0, -1), short.at(-1));
      }),
      { numRuns: 1000 },
    );
  });

  it("cuts a cluster that was made to harm like any text", () => {
    const harmful = `a${"\u0301".repeat(1_000_000)}`;
    expect(cut(harmful, 500)).toBe(`${harmful.slice(0, 499)}…`);
    expect(cut("\u{1F3FB}".repeat(1000), 500)).toBe(`${"\u{1F3FB}".repeat(249)}…`);
  });
});

describe("cutMiddle", () => {
  it("leaves a text that fits as it is", () => {
    expect(cutMiddle("short", 5)).toBe("short");
  });

  it("keeps a third of the head and two thirds of the tail, and says how much is gone", () => {
    const short = cutMiddle(`${"h".repeat(500)}${"t".repeat(500)}`, 330);
    expect(short).toBe(`${"h".repeat(102)}\n… 695 characters cut …\n${"t".repeat(203)}`);
  });

  it("cuts the end where there is no room for the note", () => {
    expect(cutMiddle("a".repeat(100), 20)).toBe(`${"a".repeat(19)}…`);
    expect(cutMiddle("a".repeat(100), 0)).toBe("");
  });

  it("never goes over the limit and never splits a character", () => {
    fc.assert(
      fc.property(hardToCut, limit, (text, max) => {
        const short = cutMiddle(text, max);
        expect(short.length).toBeLessThanOrEqual(Math.max(0, max));
        expect(short.isWellFormed()).toBe(true);
        const note = NOTE.exec(short);
        if (text.length <= max || !note) return;
        const head = short.slice(0, note.index);
        const tail = short.slice(note.index + note[0].length);
        expect(text.startsWith(head) && text.endsWith(tail)).toBe(true);
        expect(Number(note[1])).toBe(text.length - head.length - tail.length);
        expect(splitsCharacter(text, head.length)).toBe(false);
        expect(splitsCharacter(text, text.length - tail.length)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["a stack trace", "  at f (file.js:1:1)\n"],
    ["combining marks", "\u0301"],
    ["half a flag", "\u{1F1E6}"],
    ["joined emoji", "\u{1F468}\u200D"],
  ])("keeps within the limit for a million units of %s", (_, piece) => {
    const short = cutMiddle(`x${piece.repeat(Math.ceil(1_000_000 / piece.length))}`, 3000);
    expect(short.length).toBeLessThanOrEqual(3000);
    expect(short.length).toBeGreaterThan(2900);
    expect(short.isWellFormed()).toBe(true);
  });
});

function expectHead(text: string, head: string, ellipsis: string | undefined): void {
  expect(ellipsis).toBe("…");
  expect(text.startsWith(head)).toBe(true);
  const spaces = /^\s*/.exec(text.slice(head.length))?.[0].length ?? 0;
  const ends = Array.from({ length: spaces + 1 }, (_, more) => head.length + more);
  expect(ends.some((end) => !splitsCharacter(text, end))).toBe(true);
}
