import type { OutcomeKind } from "@syncbell/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Contact, HEALTHY, type Health, LONGEST_HOLD_MS, afterContact } from "./breaker.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A plain breaker, which keeps every failure since the last answer and counts them afresh each time. */
class PlainBreaker {
  failures: { start: number; end: number }[] = [];
  answers: number[] = [];
  isTold = false;
  isOff = false;
  probes = 0;
  held = 0;
  readonly told: string[];

  constructor(told: readonly string[] = []) {
    this.told = [...told];
  }

  view(now: number): View {
    return {
      told: [...this.told],
      failures: this.failures.length,
      failingSince: this.since,
      failing: this.isTold,
      disabled: this.isOff,
      held: Math.max(this.held, now),
    };
  }

  take({ outcome, startedAt: start, endedAt: end, afterMs = 0 }: Contact, random: number): void {
    if (this.isOff) return;
    if (outcome === "gone") return this.#goes(start, end);
    if (outcome !== "retry" && outcome !== "unauthorized") return this.#answers(end);
    if (this.answers.some((answer) => start < answer)) return;
    const isNew = this.failures.every((one) => one.end <= start);
    if (isNew) this.#fails(start, end);
    const isOpen = this.failures.length >= 5 && isNew;
    const wait = isOpen ? ([1, 2, 5, 10, 30, 60, 120, 300][this.probes++] ?? 600) : 0;
    const probe = wait * SECOND + Math.floor((wait * SECOND * random) / 5);
    const longest = Math.max(probe, Math.min(afterMs, 600 * SECOND));
    if (longest > 0) this.held = Math.max(this.held, end + longest);
    if (!isOpen) return;
    if (!this.isTold && end - (this.since ?? end) < 120 * HOUR) this.told.push("failing");
    this.isTold = true;
    if (end - (this.since ?? end) >= 120 * HOUR) this.#disables();
  }

  /** When the trouble began that has gone on without a day of silence. */
  get since(): number | undefined {
    const breaks = this.failures.findLastIndex(
      ({ start }, index) => index > 0 && start - (this.failures[index - 1]?.end ?? 0) > 24 * HOUR,
    );
    return this.failures[Math.max(0, breaks)]?.start;
  }

  #fails(start: number, end: number): void {
    const last = this.failures.at(-1);
    if (last && start - last.end > 24 * HOUR && !this.isTold) this.failures = [];
    this.failures.push({ start, end });
  }

  #answers(end: number): void {
    if (this.isTold) this.told.push("recovered");
    this.answers.push(end);
    this.failures = [];
    this.isTold = false;
    this.probes = 0;
    this.held = 0;
  }

  #goes(start: number, end: number): void {
    this.#fails(start, end);
    this.isTold = true;
    this.held = 0;
    this.#disables();
  }

  #disables(): void {
    this.isOff = true;
    this.told.push("disabled");
  }
}

interface Step {
  /** How an attempt ended; `anew`: somebody makes the destination active again. */
  readonly kind: OutcomeKind | "anew";
  /** How long after the end of the attempt before this one was over, and how long it took. */
  readonly gap: number;
  readonly length: number;
  readonly afterMs: number | undefined;
  readonly random: number;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { weight: 60, arbitrary: fc.constant("retry" as const) },
    { weight: 15, arbitrary: fc.constant("unauthorized" as const) },
    { weight: 2, arbitrary: fc.constantFrom("delivered", "accepted", "rejected") },
    { weight: 1, arbitrary: fc.constantFrom("gone", "anew") },
  ),
  gap: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: -5 * SECOND, max: 20 * SECOND }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 30 * MINUTE }) },
    { weight: 4, arbitrary: fc.integer({ min: 10 * HOUR, max: 24 * HOUR }) },
    { weight: 1, arbitrary: fc.integer({ min: 23.9 * HOUR, max: 24.1 * HOUR }) },
  ),
  length: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 16 * SECOND })),
  afterMs: fc.option(fc.integer({ min: 1, max: 30 * MINUTE }), { nil: undefined, freq: 3 }),
  random: fc.integer({ min: 0, max: 1023 }).map((part) => part / 1024),
});

/** How a breaker stands, as it can be said of both. */
interface View {
  readonly told: readonly string[];
  readonly failures: number;
  readonly failingSince: number | undefined;
  readonly failing: boolean;
  readonly disabled: boolean;
  /** Until when it is held, or the present where it is not. */
  readonly held: number;
}

interface Seen {
  readonly health: Health;
  readonly now: number;
}

/** Runs steps through both, which must agree after each; answers every health and what was told. */
function run(steps: readonly Step[]): { seen: readonly Seen[]; told: readonly string[] } {
  let health = HEALTHY;
  let plain = new PlainBreaker();
  let now = Date.UTC(2024, 10, 11);
  // The present is the latest there was: an attempt may be taken in long after it was over.
  let present = now;
  const told: string[] = [];
  const seen: Seen[] = [];
  const ours: View[] = [];
  const theirs: View[] = [];
  for (const { kind, gap, length, afterMs, random } of steps) {
    now += gap;
    present = Math.max(present, now);
    if (kind === "anew") {
      health = HEALTHY;
      plain = new PlainBreaker([...plain.told, kind]);
      told.push(kind);
      continue;
    }
    const reason = `${kind} at ${now}`;
    const contact = { outcome: kind, startedAt: now - length, endedAt: now, afterMs, reason };
    const next = afterContact(health, contact, random);
    plain.take(contact, random);
    ({ health } = next);
    if (next.change) told.push(next.change);
    seen.push({ health, now });
    const { failures, failingSince, failing, disabled = false, holdUntil = 0 } = health;
    const held = Math.max(holdUntil, present);
    ours.push({ told: [...told], failures, failingSince, failing, disabled, held });
    theirs.push(plain.view(present));
  }
  expect(ours).toEqual(theirs);
  return { seen, told };
}

test("it does what a plain one does, whatever happens", () => {
  const met = { disabledByTime: 0, recovered: 0, held: 0 };
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60, size: "max" }), (steps) => {
      const { seen, told } = run(steps);
      met.recovered += told.filter((one) => one === "recovered").length;
      expect(told.join(" ")).not.toMatch(/failing failing|recovered recovered|disabled [^a]/);
      const latest = seen.map((_, index) =>
        Math.max(...seen.slice(0, index + 1).map(({ now }) => now)),
      );
      const holds = seen.flatMap(
        ({ health }, index) => (health.holdUntil ?? 0) - (latest[index] ?? 0),
      );
      expect(Math.max(0, ...holds)).toBeLessThanOrEqual(LONGEST_HOLD_MS);
      met.held += holds.filter((ms) => ms > 0).length;
      const off = seen.map(({ health }) => health).filter(({ disabled }) => disabled);
      const byTime = off.filter(({ reason }) => !reason?.startsWith("gone"));
      met.disabledByTime += byTime.length;
      expect(Math.min(5, ...byTime.map(({ failures }) => failures))).toBe(5);
      const spans = byTime.map(({ failedAt = 0, failingSince = 0 }) => failedAt - failingSince);
      expect(Math.min(Infinity, ...spans)).toBeGreaterThanOrEqual(5 * 24 * HOUR);
    }),
    { numRuns: 200 },
  );
  for (const count of Object.values(met)) expect(count).toBeGreaterThan(20);
});

test("an attempt that overlaps a failure or an answer that is known moves no counter", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 1, maxLength: 30 }), (steps) => {
      const { health, now } = run(steps).seen.at(-1) ?? { health: HEALTHY, now: 0 };
      const known = Math.max(health.failedAt ?? 0, health.answeredAt ?? 0);
      fc.pre(known > 0);
      const late = { outcome: "retry", startedAt: known - 1, endedAt: now + 1 } as const;
      const next = afterContact(health, { ...late, afterMs: 5_000, reason: "late" }, 0.5);
      expect({ ...next, health: { ...next.health, holdUntil: 0 } }).toEqual({
        change: undefined,
        health: { ...health, holdUntil: 0 },
      });
    }),
  );
});
