import type { OutcomeKind } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import {
  type Contact,
  FAILURES_TO_OPEN,
  HEALTHY,
  type Health,
  LONGEST_HOLD_MS,
  type NextHealth,
  PROBES,
  afterContact,
} from "./breaker.ts";

const T = Date.UTC(2024, 10, 11, 10);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** An attempt that began at `at` and took a second. */
function contact(outcome: OutcomeKind, at: number, more: Partial<Contact> = {}): Contact {
  const reason = "answered 503";
  return { outcome, startedAt: at, endedAt: at + SECOND, afterMs: undefined, reason, ...more };
}

/** What comes of attempts, one after the other, without jitter. */
function after(contacts: readonly Contact[], from: Health = HEALTHY): NextHealth {
  const start: NextHealth = { health: from, change: undefined };
  return contacts.reduce(({ health }, one) => afterContact(health, one, 0), start);
}

/** As many failures, one each minute from `from` on. */
const failures = (count: number, from = T): readonly Contact[] =>
  Array.from({ length: count }, (_, index) => contact("retry", from + index * MINUTE));

const failing = after(failures(FAILURES_TO_OPEN)).health;
const FIFTH = T + 4 * MINUTE + SECOND;

describe("failures in a row", () => {
  test.each([1, 2, 3, 4])("%i are counted, and nobody is told", (count) => {
    const { health, change } = after(failures(count));
    expect(change).toBeUndefined();
    expect(health).toMatchObject({ failures: count, failingSince: T, failing: false, probes: 0 });
    expect(health).toMatchObject({ failedAt: T + (count - 1) * MINUTE + SECOND });
    expect(health.holdUntil).toBeUndefined();
  });

  test("the fifth makes it failing, and holds it", () => {
    const { health, change } = after(failures(5));
    expect(change).toBe("failing");
    expect(health).toEqual({
      failures: 5,
      failingSince: T,
      failedAt: FIFTH,
      answeredAt: undefined,
      failing: true,
      probes: 1,
      holdUntil: FIFTH + 1 * SECOND,
      reason: "answered 503",
    });
  });

  test("the sixth is told no more", () => {
    const { health, change } = after(failures(6));
    expect([change, health.failures, health.failing]).toEqual([undefined, 6, true]);
  });

  test("not being let in counts like no answer", () => {
    const mixed = failures(5).map((one, index) =>
      index % 2 ? one : { ...one, outcome: "unauthorized" as const },
    );
    expect(after(mixed).change).toBe("failing");
  });

  test("the reason is that of the last one", () => {
    const last = contact("retry", T + HOUR, { reason: "no route to host" });
    expect(after([...failures(2), last]).health.reason).toBe("no route to host");
  });
});

describe("the probes of a failing destination", () => {
  test("wait longer and longer, and then always as long", () => {
    let { health } = after(failures(4));
    const waits = Array.from({ length: 12 }, (_, probe) => {
      const at = T + HOUR + probe * HOUR;
      ({ health } = afterContact(health, contact("retry", at), 0));
      return (health.holdUntil ?? 0) - (at + SECOND);
    });
    const last = PROBES.at(-1);
    expect(waits).toEqual([...PROBES, last, last, last]);
    expect(PROBES.map((wait) => wait / SECOND)).toEqual([1, 2, 5, 10, 30, 60, 120, 300, 600]);
  });

  test("jitter adds a fifth at most, and no fraction of a millisecond", () => {
    const { health } = afterContact(after(failures(4)).health, contact("retry", T + HOUR), 0.9999);
    expect((health.holdUntil ?? 0) - (T + HOUR + SECOND)).toBe(1_199);
  });
});

describe("an answer proves a destination alive", () => {
  test.each(["delivered", "accepted", "rejected"] as const)("also %j: it is over", (outcome) => {
    const { health, change } = afterContact(failing, contact(outcome, T + HOUR), 0);
    expect(change).toBe("recovered");
    expect(health).toEqual({ ...HEALTHY, answeredAt: T + HOUR + SECOND });
  });

  test("after a few failures it is over too, and nobody is told of what nobody heard of", () => {
    const { health, change } = after([...failures(4), contact("delivered", T + HOUR)]);
    expect(change).toBeUndefined();
    expect(health).toEqual({ ...HEALTHY, answeredAt: T + HOUR + SECOND });
  });

  test("four failures on either side of it are not eight", () => {
    const all = [...failures(4), contact("rejected", T + HOUR), ...failures(4, T + 2 * HOUR)];
    const { health, change } = after(all);
    expect([change, health.failures]).toEqual([undefined, 4]);
    expect(health.failingSince).toBe(T + 2 * HOUR);
  });

  test("and is told again when it fails again", () => {
    const again = [contact("delivered", T + HOUR), ...failures(5, T + 2 * HOUR)];
    expect(after(again, failing).change).toBe("failing");
  });
});

describe("what moves no counter", () => {
  test("failures that were under way together count as one", () => {
    const together = [0, 100, 999].map((ms) => contact("retry", T + ms));
    expect(after(together).health).toMatchObject({ failures: 1, failedAt: T + SECOND });
    expect(after([...together, contact("retry", T + SECOND)]).health.failures).toBe(2);
  });

  test("a failure that began before the last answer came", () => {
    const { health } = after([...failures(1), contact("delivered", T + HOUR)]);
    const late = contact("retry", T + HOUR + 999, { endedAt: T + HOUR + 15 * SECOND });
    expect(afterContact(health, late, 0)).toEqual({ health, change: undefined });
    const asked = { ...late, afterMs: MINUTE };
    expect(afterContact(health, asked, 0)).toEqual({ health, change: undefined });
  });

  test("the same failure a second time", () => {
    const [once] = failures(1);
    if (!once) throw new Error("there is one");
    expect(after([once, once]).health).toEqual(after([once]).health);
  });

  test("an answer older than another takes nothing back", () => {
    const early = contact("delivered", T + HOUR);
    const late = contact("delivered", T + 2 * HOUR);
    expect(after([...failures(1), late, early]).health.answeredAt).toBe(T + 2 * HOUR + SECOND);
  });
});

describe("Retry-After of one message holds the others too", () => {
  const asked = (afterMs: number): Contact => contact("retry", T, { afterMs });

  test("from the first failure on, whole up to ten minutes", () => {
    expect(after([asked(90_500)]).health.holdUntil).toBe(T + SECOND + 90_500);
    expect(after([asked(10 * MINUTE)]).health.holdUntil).toBe(T + SECOND + 10 * MINUTE);
    expect(after([asked(10 * HOUR)]).health.holdUntil).toBe(T + SECOND + 10 * MINUTE);
  });

  test("counts where it is later than the probe, and nothing is added to it", () => {
    const next = contact("retry", T + HOUR, { afterMs: 7 * SECOND });
    const { health } = afterContact(after(failures(4)).health, next, 0.9999);
    expect(health.holdUntil).toBe(T + HOUR + SECOND + 7 * SECOND);
  });

  test("is taken in from attempts that were under way together, the longest of them", () => {
    const all = [asked(MINUTE), asked(3 * MINUTE), asked(2 * MINUTE), contact("retry", T)];
    expect(after(all).health).toMatchObject({
      failures: 1,
      holdUntil: T + SECOND + 3 * MINUTE,
    });
  });

  test("is over with the next answer, or when it has passed", () => {
    expect(after([asked(MINUTE), contact("rejected", T + 30)]).health.holdUntil).toBeUndefined();
    expect(after([asked(MINUTE), contact("retry", T + HOUR)]).health.holdUntil).toBeUndefined();
  });

  test("no hold is longer than the longest", () => {
    expect(LONGEST_HOLD_MS).toBe(12 * MINUTE);
  });
});

describe("after a clock was set back by hours", () => {
  const before: Health = { ...failing, probes: 9, holdUntil: FIFTH + 6 * HOUR };
  const back = T - 6 * HOUR;

  test("failures are counted and held as before it", () => {
    const { health } = afterContact(before, contact("retry", back), 0, back + SECOND);
    expect(health).toMatchObject({ failures: 6, failedAt: back + SECOND, failing: true });
    expect(health.holdUntil).toBe(back + SECOND + 10 * MINUTE);
  });

  test("an answer that seems to come later does not make a failure an old one", () => {
    const answered = { ...HEALTHY, answeredAt: T };
    const { health } = afterContact(answered, contact("retry", back), 0, back + SECOND);
    expect(health.failures).toBe(1);
  });
});
