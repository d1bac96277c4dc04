import type { Outcome } from "@syncbell/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NextState, nextState } from "./schedule.ts";

const BORN = Date.UTC(2024, 10, 11);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** One attempt of a life: how it ends, how long it took, and the chance that its wait is given. */
interface Try {
  readonly outcome: Outcome;
  readonly length: number;
  readonly random: number;
}

const anyWait = fc.oneof(
  fc.integer({ min: 1, max: 10 * MINUTE }),
  fc.integer({ min: 1, max: 6 * 24 * HOUR }),
);
const again: Outcome = { kind: "retry", reason: "answered 503" };
const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 12, arbitrary: fc.constant(again) },
  { weight: 4, arbitrary: anyWait.map((afterMs): Outcome => ({ ...again, afterMs })) },
  { weight: 4, arbitrary: fc.constant<Outcome>({ kind: "unauthorized", reason: "answered 401" }) },
  { weight: 1, arbitrary: fc.constant<Outcome>({ kind: "delivered" }) },
  { weight: 1, arbitrary: fc.constant<Outcome>({ kind: "rejected", reason: "answered 400" }) },
);
const triesOf = (outcome: fc.Arbitrary<Outcome>): fc.Arbitrary<readonly Try[]> =>
  fc.array(
    fc.record({
      outcome,
      length: fc.integer({ min: 0, max: 16 * SECOND }),
      random: fc.integer({ min: 0, max: 1023 }).map((part) => part / 1024),
    }),
    { minLength: 12, maxLength: 12 },
  );
const anyExpiry = fc.option(
  fc.integer({ min: 0, max: 30 * HOUR }).map((ms) => BORN + ms),
  {
    nil: undefined,
  },
);

interface Attempt extends Try {
  /** When it was over, and what came of it. */
  readonly endedAt: number;
  readonly next: NextState;
}

/** Lives a delivery as the worker does; answers its attempts. */
function live(tries: readonly Try[], expiresAt: number | undefined): readonly Attempt[] {
  const attempts: Attempt[] = [];
  let dueAt = BORN;
  let step = 0;
  for (const one of tries) {
    if (expiresAt !== undefined && dueAt >= expiresAt) break;
    const endedAt = dueAt + one.length;
    const next = nextState(one.outcome, { step: step + 1, expiresAt }, endedAt, one.random);
    attempts.push({ ...one, endedAt, next });
    if (next.state !== "pending") break;
    ({ dueAt, step } = next);
  }
  return attempts;
}

/** A plain scheduler: a list of waits in seconds that are still to come, taken from the front. */
function plainLife(tries: readonly Try[], expiresAt = Infinity): readonly (number | string)[] {
  let waits = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 28_800];
  let now = BORN;
  const story: (number | string)[] = [];
  for (const { outcome, length, random } of tries) {
    if (now >= expiresAt) break;
    now += length;
    const { kind } = outcome;
    if (kind === "delivered" || kind === "accepted") return [...story, "delivered"];
    if (kind === "rejected" || kind === "gone") return [...story, "failed"];
    if (kind === "unauthorized") waits = waits.filter((wait) => wait >= 600);
    const wait = waits.shift();
    if (wait === undefined) return [...story, "failed"];
    if (now >= expiresAt) return [...story, "expired"];
    const asked = kind === "retry" ? Math.min(outcome.afterMs ?? 0, 120 * HOUR) : 0;
    const scheduled = wait * SECOND + Math.floor(wait * 200 * random);
    now = Math.min(now + Math.max(scheduled, asked), expiresAt);
    story.push(now);
  }
  return story;
}

describe("the life of a delivery", () => {
  test("is what a plain scheduler makes of it, whatever happens", () => {
    const ends = new Set<string>();
    fc.assert(
      fc.property(triesOf(anyOutcome), anyExpiry, (tries, expiresAt) => {
        const story = live(tries, expiresAt).map(({ next }) =>
          next.state === "pending" ? next.dueAt : next.state,
        );
        expect(story).toEqual(plainLife(tries, expiresAt));
        ends.add(String(story.at(-1)));
      }),
      { numRuns: 500 },
    );
    for (const state of ["delivered", "failed", "expired"]) expect([...ends]).toContain(state);
  });

  test("has eleven attempts at most, on steps that only go on", () => {
    fc.assert(
      fc.property(triesOf(anyOutcome), anyExpiry, (tries, expiresAt) => {
        const attempts = live(tries, expiresAt);
        expect(attempts.length).toBeLessThanOrEqual(11);
        const steps = attempts.flatMap(({ next }) => (next.state === "pending" ? next.step : []));
        expect(steps).toEqual([...new Set(steps)].toSorted((one, other) => one - other));
        expect(attempts.slice(0, -1).every(({ next }) => next.state === "pending")).toBe(true);
      }),
    );
  });

  test("honours every Retry-After whole, up to the expiry", () => {
    fc.assert(
      fc.property(triesOf(anyOutcome), anyExpiry, (tries, expiresAt) => {
        for (const { outcome, endedAt, next } of live(tries, expiresAt)) {
          if (outcome.kind !== "retry" || next.state !== "pending") continue;
          const asked = endedAt + Math.min(outcome.afterMs ?? 0, 5 * 24 * HOUR);
          expect(next.dueAt).toBeGreaterThanOrEqual(Math.min(asked, expiresAt ?? asked));
        }
      }),
    );
  });

  test("is made longer by chance, never shorter, and by a fifth at most", () => {
    fc.assert(
      fc.property(triesOf(anyOutcome), (tries) => {
        const without = live(
          tries.map((one) => ({ ...one, random: 0 })),
          undefined,
        );
        for (const [index, { endedAt, next }] of live(tries, undefined).entries()) {
          const calm = without[index];
          expect(calm?.next.state).toBe(next.state);
          if (next.state !== "pending" || calm?.next.state !== "pending") continue;
          const least = calm.next.dueAt - calm.endedAt;
          expect(next.dueAt - endedAt).toBeGreaterThanOrEqual(least);
          expect(next.dueAt - endedAt).toBeLessThanOrEqual(least * 1.2);
        }
      }),
    );
  });

  test("lasts about a day where nobody ever answers", () => {
    fc.assert(
      fc.property(triesOf(fc.constant(again)), (tries) => {
        const attempts = live(tries, undefined);
        expect(attempts.map(({ next }) => next.state)).toEqual([
          ...Array.from({ length: 10 }, () => "pending"),
          "failed",
        ]);
        const hours = ((attempts.at(-1)?.endedAt ?? 0) - BORN) / HOUR;
        expect(hours).toBeGreaterThan(23.7);
        expect(hours).toBeLessThan(23.8 * 1.2 + 0.1);
      }),
    );
  });
});
