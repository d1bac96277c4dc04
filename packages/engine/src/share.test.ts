import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Applicant, type Share, shareOut } from "./share.ts";

const room = (destinationId: string, places: number, proven = true): Applicant => ({
  destinationId,
  room: places,
  proven,
});
const plenty = { free: 1000, freeForUnproven: 1000 };

function counts(shares: readonly Share[]): Readonly<Record<string, number>> {
  return Object.fromEntries(shares.map(({ destinationId, count }) => [destinationId, count]));
}

describe("free places are shared out", () => {
  test("one to each in turn, from the first", () => {
    const three = [room("a", 9), room("b", 9), room("c", 9)];
    expect(counts(shareOut(three, { free: 4, freeForUnproven: 0 }))).toEqual({ a: 2, b: 1, c: 1 });
  });

  test("what one has no room for goes to the others", () => {
    const two = [room("a", 1), room("b", 9)];
    expect(counts(shareOut(two, { free: 6, freeForUnproven: 0 }))).toEqual({ a: 1, b: 5 });
  });

  test("those that do not answer can't take the places of those that do", () => {
    const dead = Array.from({ length: 50 }, (_, index) => room(`dead-${index}`, 9, false));
    const shares = counts(shareOut([...dead, room("live", 9)], { free: 20, freeForUnproven: 11 }));
    expect(shares["live"]).toBe(9);
    expect(Object.keys(shares)).toHaveLength(12);
  });

  test("nobody gets anything where there is nothing, or no room", () => {
    expect(shareOut([room("a", 1)], { free: 0, freeForUnproven: 0 })).toEqual([]);
    expect(shareOut([room("a", 1)], { free: -3, freeForUnproven: 0 })).toEqual([]);
    expect(shareOut([room("a", 0), room("b", -1)], plenty)).toEqual([]);
    expect(shareOut([room("a", 5, false)], { free: 9, freeForUnproven: 0 })).toEqual([]);
    expect(shareOut([], plenty)).toEqual([]);
  });
});

const anyApplicants = fc
  .array(fc.record({ room: fc.nat(12), proven: fc.boolean() }), { maxLength: 30 })
  .map((all) => all.map((each, index) => room(`d${index}`, each.room, each.proven)));
const anyPlaces = fc.record({ free: fc.nat(100), freeForUnproven: fc.nat(50) });

test("nobody gets more than its room, and all together no more than there is", () => {
  fc.assert(
    fc.property(anyApplicants, anyPlaces, (applicants, places) => {
      const got = counts(shareOut(applicants, places));
      let unproven = 0;
      let all = 0;
      for (const { destinationId, room: most, proven } of applicants) {
        const count = got[destinationId] ?? 0;
        expect(count).toBeLessThanOrEqual(most);
        all += count;
        if (!proven) unproven += count;
      }
      expect(all).toBeLessThanOrEqual(places.free);
      expect(unproven).toBeLessThanOrEqual(places.freeForUnproven);
    }),
  );
});

test("among those of a kind with room left, counts differ by one at most", () => {
  fc.assert(
    fc.property(anyApplicants, anyPlaces, (applicants, places) => {
      const got = counts(shareOut(applicants, places));
      for (const proven of [true, false]) {
        const kind = applicants.filter((each) => each.proven === proven && each.room > 0);
        const most = Math.max(0, ...kind.map(({ destinationId }) => got[destinationId] ?? 0));
        const behind = kind.filter(({ destinationId, room: limit }) => {
          const count = got[destinationId] ?? 0;
          return count < limit && most - count > 1;
        });
        expect(behind).toEqual([]);
      }
    }),
  );
});

test("no place stays free that somebody could have had", () => {
  fc.assert(
    fc.property(anyApplicants, anyPlaces, (applicants, places) => {
      const shares = shareOut(applicants, places);
      const got = counts(shares);
      const given = shares.reduce((sum, { count }) => sum + count, 0);
      const unproven = applicants
        .filter(({ proven }) => !proven)
        .reduce((sum, { destinationId }) => sum + (got[destinationId] ?? 0), 0);
      for (const { destinationId, room: limit, proven } of applicants) {
        if ((got[destinationId] ?? 0) >= limit) continue;
        const wasFree = given < places.free && (proven || unproven < places.freeForUnproven);
        expect(wasFree).toBe(false);
      }
      for (const { count } of shares) expect(count).toBeGreaterThan(0);
    }),
  );
});
