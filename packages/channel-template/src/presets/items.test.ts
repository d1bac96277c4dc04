import type { Tone } from "@syncbell/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeSpan, inert } from "./inert.ts";
import { itemLines, itemText } from "./items.ts";

const tones: readonly Tone[] = ["good", "bad", "neutral"];
const item = fc.record({ tone: fc.constantFrom(...tones), text: fc.string({ maxLength: 400 }) });
const told = fc.record({
  items: fc.array(item, { maxLength: 40 }),
  itemsLeft: fc.integer({ min: 0, max: 10_000 }),
});
const dresses = [(line: string) => line, codeSpan, inert];

function isItem(line: string): boolean {
  return /^[✓✗–] /.test(line);
}

/** How many items lines stand for: those that they show, and those that they count. */
function countOf(lines: readonly string[]): number {
  const [, more] = /^and (\d+) more$/.exec(lines.at(-1) ?? "") ?? [];
  return more === undefined ? lines.length : lines.length - 1 + Number(more);
}

test("items begin with the sign of their tone, and the last line counts what is left", () => {
  const items = tones.map((tone) => ({ tone, text: `it is ${tone}` }));
  expect(itemLines({ items, itemsLeft: 30 }, 1_000, codeSpan)).toEqual([
    "`✓ it is good`",
    "`✗ it is bad`",
    "`– it is neutral`",
    "and 30 more",
  ]);
  expect(itemLines({ items, itemsLeft: 0 }, 1_000)).toHaveLength(3);
});

test("of many items the first twenty are shown, and the others counted", () => {
  const items = Array.from({ length: 25 }, () => ({ tone: "bad" as const, text: "x" }));
  const lines = itemLines({ items, itemsLeft: 5 }, 10_000);
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toBe("and 10 more");
});

test("what has no items has no lines", () => {
  expect(itemLines({}, 1_000)).toEqual([]);
  expect(itemText({}, 1_000)).toBe("");
});

describe("whatever the items are, and however little room there is", () => {
  const room = fc.integer({ min: -10, max: 8_000 });

  test("the lines keep within it, and none of the items is lost from the count", () => {
    fc.assert(
      fc.property(told, room, fc.constantFrom(...dresses), (given, longest, dress) => {
        const lines = itemLines(given, longest, dress);
        const text = itemText(given, longest, dress);
        expect(text).toBe(lines.map((line) => `${line}\n`).join(""));
        expect(text.length).toBeLessThanOrEqual(Math.max(0, longest));
        if (lines.length > 0) expect(countOf(lines)).toBe(given.items.length + given.itemsLeft);
      }),
    );
  });

  test("one more would not go into it", () => {
    const percent = fc.integer({ min: 0, max: 99 });
    fc.assert(
      fc.property(told, percent, ({ items, itemsLeft }, share) => {
        const longest = Math.floor((itemText({ items, itemsLeft }, Infinity).length * share) / 100);
        const shown = itemLines({ items, itemsLeft }, longest).filter(isItem).length;
        fc.pre(shown < Math.min(items.length, 20));
        const left = itemsLeft + items.length - shown - 1;
        const oneMore = itemText({ items: items.slice(0, shown + 1), itemsLeft: left }, Infinity);
        expect(oneMore.length).toBeGreaterThan(longest);
      }),
    );
  });

  test("a room that is just large enough is used, and one that is just too small is not", () => {
    fc.assert(
      fc.property(told, (given) => {
        const whole = itemText(given, Infinity);
        fc.pre(whole !== "");
        expect(itemText(given, whole.length)).toBe(whole);
        expect(itemText(given, whole.length - 1).length).toBeLessThan(whole.length);
      }),
    );
  });
});
