import type { OutcomeKind } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import {
  type Contact,
  DISABLE_AFTER_MS,
  HEALTHY,
  type Health,
  type NextHealth,
  afterContact,
} from "./breaker.ts";

const T = Date.UTC(2024, 10, 11, 10);
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

function contact(outcome: OutcomeKind, at: number, more: Partial<Contact> = {}): Contact {
  const reason = "answered 503";
  return { outcome, startedAt: at, endedAt: at, afterMs: undefined, reason, ...more };
}

/** What people are told while attempts fail at these times, and the health that is left. */
function failAt(times: readonly number[]): NextHealth & { readonly told: readonly string[] } {
  let health: Health = HEALTHY;
  let change: NextHealth["change"];
  const told: string[] = [];
  for (const time of times) {
    ({ health, change } = afterContact(health, contact("retry", time), 0));
    if (change) told.push(change);
  }
  return { health, change, told };
}

/** Times from T on, as many, each so long after the one before. */
const every = (ms: number, count: number, from = T): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + index * ms);

describe("a destination is disabled", () => {
  test("when it has been failing for five days, and that is told once", () => {
    const days = every(20 * HOUR, 7);
    expect(days.at(-1)).toBe(T + DISABLE_AFTER_MS);
    const { health, change, told } = failAt(days);
    expect([change, told]).toEqual(["disabled", ["failing", "disabled"]]);
    expect(health).toMatchObject({ failures: 7, failingSince: T, failing: true, disabled: true });
  });

  test("and not a millisecond before", () => {
    const days = [...every(20 * HOUR, 6), T + DISABLE_AFTER_MS - 1];
    expect(failAt(days).told).toEqual(["failing"]);
  });

  test("with a failure each day too: a gap of 24 hours is none yet", () => {
    expect(failAt(every(DAY, 6)).told).toEqual(["failing", "disabled"]);
  });

  test("at once where it is gone, also by its first attempt", () => {
    const { health, change } = afterContact(HEALTHY, contact("gone", T, { reason: "410" }), 0);
    expect(change).toBe("disabled");
    expect(health).toMatchObject({ failures: 1, failingSince: T, reason: "410", disabled: true });
    expect(health.holdUntil).toBeUndefined();
  });

  test("at once where it is gone although a later attempt was answered before", () => {
    const answered = { ...HEALTHY, answeredAt: T + HOUR };
    expect(afterContact(answered, contact("gone", T), 0).change).toBe("disabled");
  });
});

describe("a destination is not disabled", () => {
  test("by failures too far apart: nobody can say what was in between", () => {
    const { told, health } = failAt(every(DAY + 1, 9));
    expect(told).toEqual([]);
    expect(health).toMatchObject({ failures: 1, failing: false, failingSince: T + 8 * (DAY + 1) });
  });

  test("where it was silent for long while it was failing: the five days begin anew", () => {
    const before = every(20 * HOUR, 6);
    const resumed = T + 6 * DAY + 5 * HOUR;
    const silent = failAt([...before, resumed]);
    expect(silent.told).toEqual(["failing"]);
    expect(silent.health).toMatchObject({ failures: 7, failing: true, failingSince: resumed });
    expect(failAt([...before, ...every(20 * HOUR, 6, resumed)]).told).toEqual(["failing"]);
    expect(failAt([...before, ...every(20 * HOUR, 7, resumed)]).told).toEqual([
      "failing",
      "disabled",
    ]);
  });

  test("by few failures, however long they take", () => {
    expect(failAt(every(DAY, 4)).told).toEqual([]);
    const long = contact("retry", T + 3 * DAY, { endedAt: T + 6 * DAY });
    expect(afterContact(failAt(every(DAY, 3)).health, long, 0).change).toBeUndefined();
  });

  test("where one answer came in between", () => {
    const { health } = failAt(every(20 * HOUR, 6));
    const alive = afterContact(health, contact("rejected", T + 4.9 * DAY), 0).health;
    const next = afterContact(alive, contact("retry", T + 5 * DAY), 0);
    expect(next).toMatchObject({ change: undefined, health: { failures: 1 } });
  });
});

test.each(["delivered", "rejected", "retry", "unauthorized", "gone"] as const)(
  "what was under way when it was disabled says nothing any more: %s",
  (outcome) => {
    const { health } = afterContact(HEALTHY, contact("gone", T), 0);
    const late = contact(outcome, T + 1, { afterMs: 5_000 });
    expect(afterContact(health, late, 0)).toEqual({ health, change: undefined });
  },
);
