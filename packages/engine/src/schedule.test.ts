import type { Outcome } from "@syncbell/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NextState, SCHEDULE, nextState } from "./schedule.ts";

const NOW = Date.UTC(2024, 10, 11);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const again: Outcome = { kind: "retry", reason: "answered 503" };
const refused: Outcome = { kind: "unauthorized", reason: "answered 401" };

const after = (outcome: Outcome, step: number, expiresAt?: number, random = 0): NextState =>
  nextState(outcome, { step, expiresAt }, NOW, random);

/** How long the next attempt is away. */
function wait(next: NextState): number {
  if (next.state !== "pending") throw new Error(`it is ${next.state}`);
  return next.dueAt - NOW;
}

describe("what becomes of a delivery", () => {
  test.each<readonly [Outcome, string]>([
    [{ kind: "delivered" }, "delivered"],
    [{ kind: "accepted" }, "delivered"],
    [{ kind: "rejected", reason: "no" }, "failed"],
    [{ kind: "gone", reason: "no" }, "failed"],
  ])("%j ends it as %s, also where it has expired meanwhile", (outcome, state) => {
    expect(after(outcome, 3)).toEqual({ state, step: 3 });
    expect(after(outcome, 3, NOW - 1)).toEqual({ state, step: 3 });
    expect(after(outcome, 11)).toEqual({ state, step: 11 });
  });

  test.each([
    [1, 5_000],
    [2, 30_000],
    [3, 2 * MINUTE],
    [4, 10 * MINUTE],
    [5, 30 * MINUTE],
    [6, 1 * HOUR],
    [7, 2 * HOUR],
    [8, 4 * HOUR],
    [9, 8 * HOUR],
    [10, 8 * HOUR],
  ])("after attempt %i it waits %i ms", (step, expected) => {
    expect(after(again, step)).toEqual({ state: "pending", step, dueAt: NOW + expected });
  });

  test("after the eleventh attempt it has failed, whatever the receiver asks for", () => {
    expect(after(again, 11)).toEqual({ state: "failed", step: 11 });
    expect(after({ ...again, afterMs: 5000 }, 11)).toEqual({ state: "failed", step: 11 });
    expect(after(refused, 11)).toEqual({ state: "failed", step: 11 });
  });

  test("not being let in goes to the slow part at once, and stays on it", () => {
    expect(wait(after(refused, 1))).toBe(10 * MINUTE);
    expect(wait(after(refused, 4))).toBe(10 * MINUTE);
    expect(wait(after(refused, 5))).toBe(30 * MINUTE);
    const next = after(refused, 1);
    expect(wait(after(again, next.step + 1))).toBe(30 * MINUTE);
  });
});

describe("Retry-After", () => {
  test("counts where it is later than the schedule, and only there", () => {
    expect(wait(after({ ...again, afterMs: 4_000 }, 1))).toBe(5_000);
    expect(wait(after({ ...again, afterMs: 6_000 }, 1))).toBe(6_000);
    expect(wait(after({ ...again, afterMs: 3 * DAY }, 1))).toBe(3 * DAY);
  });

  test("is honoured whole: nothing is added to it", () => {
    expect(wait(after({ ...again, afterMs: HOUR }, 1, undefined, 0.999))).toBe(HOUR);
  });

  test("is kept to the delivery's expiry", () => {
    expect(after({ ...again, afterMs: 3 * HOUR }, 1, NOW + HOUR)).toEqual({
      state: "pending",
      step: 1,
      dueAt: NOW + HOUR,
    });
  });

  test("has an end where the delivery has none", () => {
    expect(wait(after({ ...again, afterMs: Infinity }, 1))).toBe(5 * DAY);
  });
});

describe("expiry", () => {
  test("what is not worth delivering any more is expired", () => {
    expect(after(again, 1, NOW)).toEqual({ state: "expired", step: 1 });
    expect(after(refused, 1, NOW - 1)).toEqual({ state: "expired", step: 1 });
    expect(after(again, 1, NOW + 1)).toEqual({ state: "pending", step: 1, dueAt: NOW + 1 });
  });
});

const anyProgress = fc.record({
  step: fc.integer({ min: 1, max: 12 }),
  expiresAt: fc.option(fc.integer({ min: NOW - DAY, max: NOW + 2 * DAY }), { nil: undefined }),
});
const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const anyRetry = fc
  .option(fc.integer({ min: 1, max: 4 * DAY }), { nil: undefined })
  .map((afterMs): Outcome => (afterMs === undefined ? again : { ...again, afterMs }));

test("an attempt is never earlier than the schedule nor the receiver allow, but for the expiry", () => {
  fc.assert(
    fc.property(anyRetry, anyProgress, anyRandom, (outcome, progress, random) => {
      const next = nextState(outcome, progress, NOW, random);
      if (next.state !== "pending") return;
      const least = SCHEDULE[progress.step] ?? Number.NaN;
      const asked = outcome.kind === "retry" ? (outcome.afterMs ?? 0) : 0;
      const earliest = NOW + Math.max(least, asked);
      expect(next.dueAt).toBeGreaterThanOrEqual(Math.min(earliest, progress.expiresAt ?? earliest));
      expect(next.dueAt).toBeLessThanOrEqual(NOW + Math.max(least * 1.2, asked));
      expect(Number.isInteger(next.dueAt)).toBe(true);
    }),
  );
});

test("every run of failures ends, after eleven attempts, about a day after it began", () => {
  fc.assert(
    fc.property(fc.array(anyRandom, { minLength: 11, maxLength: 11 }), (randoms) => {
      let now = NOW;
      let step = 0;
      let attempts = 0;
      for (;;) {
        attempts++;
        const progress = { step: step + 1, expiresAt: undefined };
        const next = nextState(again, progress, now, randoms[attempts - 1] ?? 0);
        if (next.state !== "pending") {
          expect(next.state).toBe("failed");
          break;
        }
        step = next.step;
        now = next.dueAt;
      }
      expect(attempts).toBe(11);
      expect((now - NOW) / HOUR).toBeGreaterThanOrEqual(23.5);
      expect((now - NOW) / HOUR).toBeLessThanOrEqual(24 * 1.2);
    }),
  );
});
