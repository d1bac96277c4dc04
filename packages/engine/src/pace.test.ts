import type { Pace } from "@syncbell/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Paces } from "./pace.ts";

const T = Date.UTC(2024, 10, 11);
const FIVE_A_SECOND: Pace = { perSecond: 5, burst: 2 };

/** Begins as many attempts as the pace allows at each of these times; answers when each began. */
function begin(paces: Paces, pace: Pace, times: readonly number[]): readonly number[] {
  return times.flatMap((now) => {
    const count = paces.available("ops", pace, now);
    paces.take("ops", pace, now, count);
    return Array.from({ length: count }, () => now);
  });
}

describe("a pace", () => {
  test("lets a burst begin at once, and then one after the other", () => {
    const paces = new Paces();
    const times = Array.from({ length: 1_001 }, (_, ms) => T + ms);
    const begun = begin(paces, FIVE_A_SECOND, times).map((time) => time - T);
    expect(begun).toEqual([0, 0, 200, 400, 600, 800, 1_000]);
  });

  test("says when the next may begin", () => {
    const paces = new Paces();
    expect(paces.nextAt("ops", FIVE_A_SECOND, T)).toBe(T);
    paces.take("ops", FIVE_A_SECOND, T, 2);
    expect(paces.nextAt("ops", FIVE_A_SECOND, T)).toBe(T + 200);
    expect(paces.nextAt("ops", FIVE_A_SECOND, T + 150)).toBe(T + 200);
    expect(paces.nextAt("ops", FIVE_A_SECOND, T + 200)).toBe(T + 200);
  });

  test("is owed what was taken beyond it", () => {
    const paces = new Paces();
    paces.take("ops", FIVE_A_SECOND, T, 6);
    expect(paces.nextAt("ops", FIVE_A_SECOND, T)).toBe(T + 1_000);
    expect(paces.available("ops", FIVE_A_SECOND, T + 999)).toBe(0);
    expect(paces.available("ops", FIVE_A_SECOND, T + 1_000)).toBe(1);
  });

  test("does not save up more than its burst, however long nothing is sent", () => {
    const paces = new Paces();
    paces.take("ops", FIVE_A_SECOND, T, 2);
    expect(paces.available("ops", FIVE_A_SECOND, T + 24 * 60 * 60_000)).toBe(2);
  });

  test.each([0, 0.5])("lets one begin also where its burst is %d", (burst) => {
    const paces = new Paces();
    expect(begin(paces, { perSecond: 0.5, burst }, [T, T + 1_999, T + 2_000])).toEqual([
      T,
      T + 2_000,
    ]);
  });

  test("of one destination says nothing of another's", () => {
    const paces = new Paces();
    paces.take("ops", FIVE_A_SECOND, T, 2);
    expect(paces.available("other", FIVE_A_SECOND, T)).toBe(2);
  });

  test("that is changed to a smaller one has no more than that", () => {
    const paces = new Paces();
    expect(paces.available("ops", { perSecond: 5, burst: 50 }, T)).toBe(50);
    expect(paces.available("ops", FIVE_A_SECOND, T)).toBe(2);
  });
});

describe("a clock that goes back", () => {
  test("gives nothing, takes nothing away, and stops nothing", () => {
    const paces = new Paces();
    const back = T - 6 * 60 * 60_000;
    paces.take("ops", FIVE_A_SECOND, T, 1);
    expect(paces.available("ops", FIVE_A_SECOND, back)).toBe(1);
    paces.take("ops", FIVE_A_SECOND, back, 1);
    expect(paces.nextAt("ops", FIVE_A_SECOND, back)).toBe(back + 200);
    expect(paces.available("ops", FIVE_A_SECOND, back + 200)).toBe(1);
  });
});

const anyPace: fc.Arbitrary<Pace> = fc.record({
  perSecond: fc.oneof(
    fc.constantFrom(0.1, 0.5, 1, 3, 5, 20, 50),
    fc.double({ min: 0.05, max: 100, noNaN: true }),
  ),
  burst: fc.integer({ min: 1, max: 30 }),
});
const anyTimes = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 20_000 })), {
    minLength: 1,
    maxLength: 80,
  })
  .map((gaps) => gaps.map((_, index) => T + gaps.slice(0, index + 1).reduce((a, b) => a + b, 0)));

/** Halves of a millionth, by which sums of fractions may be off. */
const ROUNDING = 1e-6;

test("in no window more begin than the burst and what the rate gives in it", () => {
  fc.assert(
    fc.property(anyPace, anyTimes, (pace, times) => {
      const begun = begin(new Paces(), pace, times);
      const excess = begun.flatMap((from, first) =>
        begun.slice(first).map((to, index) => {
          const allowed = pace.burst + ((to - from) / 1_000) * pace.perSecond;
          return index + 1 - allowed;
        }),
      );
      expect(Math.max(0, ...excess)).toBeLessThan(ROUNDING);
    }),
  );
});

test("whoever comes back when it is said is served then, and would not have been before", () => {
  fc.assert(
    fc.property(anyPace, anyTimes, (pace, times) => {
      const paces = new Paces();
      begin(paces, pace, times);
      const now = times.at(-1) ?? T;
      const at = paces.nextAt("ops", pace, now);
      expect(Number.isInteger(at)).toBe(true);
      if (at === now) return expect(paces.available("ops", pace, now)).toBeGreaterThanOrEqual(1);
      // Where sums of fractions are a hair off, it is a millisecond sooner or later.
      expect(paces.available("ops", pace, Math.max(now, at - 2))).toBe(0);
      const served = paces.available("ops", pace, at) || paces.available("ops", pace, at + 1);
      expect(served).toBe(1);
    }),
  );
});

test("over a long time as many begin as the rate gives, however often it is looked", () => {
  fc.assert(
    fc.property(anyPace, fc.integer({ min: 1, max: 5 }), ({ perSecond, burst }, everyMs) => {
      // A burst of one is full between two looks, and then loses what is given beyond it.
      const pace = { perSecond, burst: burst + 1 };
      const looks = Array.from({ length: 2_000 }, (_, index) => T + index * everyMs);
      const begun = begin(new Paces(), pace, looks).length;
      const given = pace.burst + ((1_999 * everyMs) / 1_000) * perSecond;
      expect(begun).toBeGreaterThan(given - 1 - ROUNDING);
      expect(begun).toBeLessThanOrEqual(given + ROUNDING);
    }),
    { numRuns: 30 },
  );
});
