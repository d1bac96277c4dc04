import type { OutcomeKind } from "@syncbell/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Windows } from "./window.ts";

const kinds: readonly OutcomeKind[] = [
  "delivered",
  "accepted",
  "retry",
  "rejected",
  "gone",
  "unauthorized",
];

test("a destination that was never tried is tried with care, and is not proven", () => {
  const windows = new Windows();
  expect(windows.window("new", 50)).toBe(2);
  expect(windows.window("new", 1)).toBe(1);
  expect(windows.isProven("new")).toBe(false);
});

test("the window doubles with each answer up to the limit, and falls to one with a failure", () => {
  const windows = new Windows();
  const sizes = Array.from({ length: 5 }, () => {
    windows.record("a", "delivered", 20);
    return windows.window("a", 20);
  });
  expect(sizes).toEqual([4, 8, 16, 20, 20]);
  windows.record("a", "retry", 20);
  expect([windows.window("a", 20), windows.isProven("a")]).toEqual([1, false]);
  windows.record("a", "delivered", 20);
  expect([windows.window("a", 20), windows.isProven("a")]).toEqual([2, true]);
});

test.each(kinds)("a receiver that answers %j is alive, unless it is to be tried again", (kind) => {
  const windows = new Windows();
  windows.record("a", kind, 10);
  expect(windows.isProven("a")).toBe(kind !== "retry");
});

test("one destination's failures say nothing of another", () => {
  const windows = new Windows();
  windows.record("a", "retry", 10);
  windows.record("b", "delivered", 10);
  expect([windows.window("a", 10), windows.window("b", 10)]).toEqual([1, 4]);
});

test("the window is never below one and never over the limit, whatever happens", () => {
  const outcomes = fc.array(fc.constantFrom(...kinds), { maxLength: 40 });
  fc.assert(
    fc.property(outcomes, fc.integer({ min: 1, max: 100 }), (all, limit) => {
      const windows = new Windows();
      for (const kind of all) {
        windows.record("a", kind, limit);
        expect(windows.window("a", limit)).toBeGreaterThanOrEqual(1);
        expect(windows.window("a", limit)).toBeLessThanOrEqual(limit);
      }
    }),
  );
});
