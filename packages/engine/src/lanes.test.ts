import { describe, expect, test } from "vitest";
import type { Health } from "./breaker.ts";
import { Lanes } from "./lanes.ts";
import type { DueDestination } from "./store/delivery-records.ts";
import { type StandingFields, directoryOf } from "./testing/standings.ts";

const NOW = Date.UTC(2024, 10, 11, 10);
const MINUTE = 60_000;

/** A destination with deliveries that are due now, or when it is said. */
const due = (destinationId = "ops", more: Partial<DueDestination> = {}): DueDestination => ({
  destinationId,
  dueAt: NOW,
  manual: false,
  ...more,
});
/** A destination of which nothing is pending, with attempts that somebody asked for. */
const asked = (destinationId = "ops"): DueDestination => ({ destinationId, manual: true });
const share = (count: number, manual = false, destinationId = "ops"): object => ({
  destinationId,
  count,
  manual,
});
const failing = (holdUntil: number | undefined): { health: Partial<Health> } => ({
  health: { failures: 5, failing: true, holdUntil },
});

/** The lanes of destinations that have all answered often. */
function proven(...all: readonly StandingFields[]): Lanes {
  const lanes = new Lanes(directoryOf(...all));
  for (const { id = "ops" } of all) {
    for (let answer = 0; answer < 6; answer++) lanes.ended(id, "delivered");
  }
  return lanes;
}

describe("a destination in order", () => {
  test("begins with two places and has all of them once it has answered", () => {
    expect(new Lanes(directoryOf({})).allot([due()], NOW).shares).toEqual([share(2)]);
    expect(proven({}).allot([due()], NOW)).toEqual({ shares: [share(20)] });
  });

  test("gets no more than it has room for beside what is under way", () => {
    const lanes = proven({ concurrency: 3 });
    for (let attempt = 0; attempt < 2; attempt++) lanes.begin("ops", NOW);
    expect(lanes.allot([due()], NOW).shares).toEqual([share(1)]);
    lanes.begin("ops", NOW);
    expect(lanes.allot([due()], NOW)).toEqual({ shares: [] });
    lanes.end("ops");
    expect(lanes.allot([due()], NOW).shares).toEqual([share(1)]);
  });

  test("gets nothing before it is due, and it is known when that is", () => {
    const lanes = proven({}, { id: "b" });
    const later = [due("ops", { dueAt: NOW + 7 }), due("b", { dueAt: NOW + 5 })];
    expect(lanes.allot(later, NOW)).toEqual({ shares: [], nextAt: NOW + 5 });
    expect(lanes.allot(later, NOW + 5)).toEqual({
      shares: [share(20, false, "b")],
      nextAt: NOW + 7,
    });
    expect(lanes.allot([], NOW)).toEqual({ shares: [] });
  });
});

describe("a failing destination", () => {
  test("is probed by one attempt at a time, once its hold is over", () => {
    const lanes = proven(failing(NOW));
    expect(lanes.allot([due()], NOW - 1)).toEqual({ shares: [], nextAt: NOW });
    expect(lanes.allot([due()], NOW).shares).toEqual([share(1)]);
    lanes.begin("ops", NOW);
    expect(lanes.allot([due()], NOW)).toEqual({ shares: [] });
  });

  test("is not probed while an older attempt is under way", () => {
    const lanes = proven(failing(undefined));
    lanes.begin("ops", NOW - 10_000);
    expect(lanes.allot([due()], NOW)).toEqual({ shares: [] });
  });

  test("waits for what comes later: its hold, or what is due", () => {
    const lanes = proven(failing(NOW + 5));
    expect(lanes.allot([due("ops", { dueAt: NOW + 9 })], NOW).nextAt).toBe(NOW + 9);
    expect(lanes.allot([due("ops", { dueAt: NOW + 3 })], NOW).nextAt).toBe(NOW + 5);
  });

  test("holds up nobody else", () => {
    const lanes = proven(failing(NOW + MINUTE), { id: "b" });
    const { shares, nextAt } = lanes.allot([due(), due("b")], NOW);
    expect([shares, nextAt]).toEqual([[share(20, false, "b")], NOW + MINUTE]);
  });
});

describe("a hold", () => {
  test("holds a destination too that is not failing yet", () => {
    const lanes = proven({ health: { failures: 1, holdUntil: NOW + MINUTE } });
    expect(lanes.allot([due()], NOW)).toEqual({ shares: [], nextAt: NOW + MINUTE });
    expect(lanes.allot([due()], NOW + MINUTE).shares).toEqual([share(20)]);
  });

  test("as long as the longest holds; a longer one is from a clock that went back, and does not", () => {
    const longest = NOW + 12 * MINUTE;
    expect(proven(failing(longest)).allot([due()], NOW).nextAt).toBe(longest);
    const { shares, nextAt } = proven(failing(longest + 1)).allot([due()], NOW);
    expect([shares, nextAt]).toEqual([[share(1)], undefined]);
  });
});

describe("the state of a destination", () => {
  test("paused: it gets what somebody asks for and nothing else, and nothing is waited for", () => {
    const lanes = proven({ state: "paused" });
    expect(lanes.allot([due()], NOW)).toEqual({ shares: [] });
    expect(lanes.allot([due("ops", { dueAt: NOW + 5 })], NOW)).toEqual({ shares: [] });
    expect(lanes.allot([due("ops", { manual: true })], NOW)).toEqual({ shares: [share(4, true)] });
  });

  test.each([
    ["disabled", { state: "disabled" }],
    ["not known", { id: "another" }],
  ] as const)("%s: it gets nothing at all, and nothing is waited for", (_, fields) => {
    const lanes = proven(fields);
    const all = [due(), due("ops", { manual: true }), asked(), due("ops", { dueAt: NOW + 5 })];
    for (const one of all) expect(lanes.allot([one], NOW)).toEqual({ shares: [] });
  });
});

describe("attempts that somebody asks for", () => {
  test("come at once, four at a time, beside those that are due", () => {
    expect(proven({}).allot([asked()], NOW)).toEqual({ shares: [share(4, true)] });
    expect(proven({}).allot([due("ops", { manual: true })], NOW).shares).toEqual([
      share(4, true),
      share(16),
    ]);
  });

  test("though what is due is due later", () => {
    const later = due("ops", { dueAt: NOW + MINUTE, manual: true });
    expect(proven({}).allot([later], NOW)).toEqual({
      shares: [share(4, true)],
      nextAt: NOW + MINUTE,
    });
  });

  test("also at a failing destination that is held; then there is no probe beside them", () => {
    const lanes = proven(failing(NOW + MINUTE));
    expect(lanes.allot([asked()], NOW).shares).toEqual([share(4, true)]);
    expect(proven(failing(NOW)).allot([due("ops", { manual: true })], NOW).shares).toEqual([
      share(4, true),
    ]);
  });

  test("within what the service takes at once, however little the destination is trusted", () => {
    const lanes = new Lanes(directoryOf({ concurrency: 3 }));
    expect(lanes.allot([asked()], NOW).shares).toEqual([share(3, true)]);
    for (let attempt = 0; attempt < 3; attempt++) lanes.begin("ops", NOW);
    expect(lanes.allot([asked()], NOW)).toEqual({ shares: [] });
  });
});
