import type { OutcomeKind } from "@syncbell/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Health } from "./health.ts";

const kinds: readonly OutcomeKind[] = [
  "delivered",
  "accepted",
  "retry",
  "rejected",
  "gone",
  "unauthorized",
];

test("a destination that was never tried is tried with care, and is not proven", () => {
  const health = new Health();
  expect(health.window("new", 50)).toBe(2);
  expect(health.window("new", 1)).toBe(1);
  expect(health.isProven("new")).toBe(false);
});

test("the window doubles with each answer up to the limit, and falls to one with a failure", () => {
  const health = new Health();
  const windows = Array.from({ length: 5 }, () => {
    health.record("a", "delivered", 20);
    return health.window("a", 20);
  });
  expect(windows).toEqual([4, 8, 16, 20, 20]);
  health.record("a", "retry", 20);
  expect([health.window("a", 20), health.isProven("a")]).toEqual([1, false]);
  health.record("a", "delivered", 20);
  expect([health.window("a", 20), health.isProven("a")]).toEqual([2, true]);
});

test.each(kinds)("a receiver that answers %j is alive, unless it is to be tried again", (kind) => {
  const health = new Health();
  health.record("a", kind, 10);
  expect(health.isProven("a")).toBe(kind !== "retry");
});

test("one destination's failures say nothing of another", () => {
  const health = new Health();
  health.record("a", "retry", 10);
  health.record("b", "delivered", 10);
  expect([health.window("a", 10), health.window("b", 10)]).toEqual([1, 4]);
});

test("the window is never below one and never over the limit, whatever happens", () => {
  const outcomes = fc.array(fc.constantFrom(...kinds), { maxLength: 40 });
  fc.assert(
    fc.property(outcomes, fc.integer({ min: 1, max: 100 }), (all, limit) => {
      const health = new Health();
      for (const kind of all) {
        health.record("a", kind, limit);
        expect(health.window("a", limit)).toBeGreaterThanOrEqual(1);
        expect(health.window("a", limit)).toBeLessThanOrEqual(limit);
      }
    }),
  );
});
