import { describe, expect, test } from "vitest";
import { type Allotment, Lanes } from "./lanes.ts";
import type { DueDestination } from "./store/delivery-records.ts";
import { directoryOf } from "./testing/standings.ts";

const NOW = Date.UTC(2024, 10, 11, 10);
const pace = { perSecond: 5, burst: 2 };

const due = (destinationId: string, manual = false): DueDestination => ({
  destinationId,
  dueAt: NOW,
  manual,
});
const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const sum = ({ shares }: Allotment): number => shares.reduce((all, { count }) => all + count, 0);

/** Begins all that was shared out. */
function beginAll(lanes: Lanes, allotment: Allotment, now = NOW): void {
  for (const { destinationId, count } of allotment.shares) {
    for (let attempt = 0; attempt < count; attempt++) lanes.begin(destinationId, now);
  }
}

function prove(lanes: Lanes, ids: readonly string[]): void {
  for (const id of ids) for (let answer = 0; answer < 6; answer++) lanes.ended(id, "delivered");
}

describe("the places", () => {
  test("are 256 over all destinations, shared out evenly", () => {
    const ids = names("d", 40);
    const lanes = new Lanes(directoryOf(...ids.map((id) => ({ id }))));
    prove(lanes, ids);
    const allotment = lanes.allot(
      ids.map((id) => due(id)),
      NOW,
    );
    expect(sum(allotment)).toBe(256);
    expect(new Set(allotment.shares.map(({ count }) => count))).toEqual(new Set([6, 7]));
    beginAll(lanes, allotment);
    expect(lanes.allot([due("d-0")], NOW)).toEqual({ shares: [] });
    for (let place = 0; place < 3; place++) lanes.end("d-1");
    expect(sum(lanes.allot([due("d-0")], NOW))).toBe(3);
  });

  test("go to another one first each time", () => {
    const ids = names("d", 300);
    const lanes = new Lanes(directoryOf(...ids.map((id) => ({ id, concurrency: 1 }))));
    prove(lanes, ids);
    const firsts = [1, 2, 3].map(() => {
      const { shares } = lanes.allot(
        ids.map((id) => due(id)),
        NOW,
      );
      return shares[0]?.destinationId;
    });
    expect(firsts).toEqual(["d-0", "d-1", "d-2"]);
  });

  test("are half for those that have not answered, what they have under way included", () => {
    const dead = names("dead", 100);
    const live = names("live", 5);
    const lanes = new Lanes(directoryOf(...[...dead, ...live].map((id) => ({ id }))));
    const first = lanes.allot(
      dead.map((id) => due(id)),
      NOW,
    );
    expect(sum(first)).toBe(128);
    beginAll(lanes, first);
    expect(
      lanes.allot(
        dead.map((id) => due(id)),
        NOW,
      ),
    ).toEqual({ shares: [] });
    prove(lanes, live);
    const second = lanes.allot(
      [...dead, ...live].map((id) => due(id)),
      NOW,
    );
    expect(new Set(second.shares.map(({ destinationId }) => destinationId))).toEqual(new Set(live));
    expect(sum(second)).toBe(100);
  });

  test("are taken by attempts that somebody asks for too, and by no more than there are", () => {
    const ids = names("d", 100);
    const lanes = new Lanes(directoryOf(...ids.map((id) => ({ id }))));
    prove(lanes, ids);
    const allotment = lanes.allot(
      ids.map((id) => due(id, true)),
      NOW,
    );
    expect(sum(allotment)).toBe(256);
    beginAll(lanes, allotment);
    expect(
      lanes.allot(
        ids.map((id) => due(id, true)),
        NOW,
      ),
    ).toEqual({ shares: [] });
  });
});

describe("a destination with a pace", () => {
  test("gets what the pace allows, and it is known when it allows more", () => {
    const lanes = new Lanes(directoryOf({ pace }));
    prove(lanes, ["ops"]);
    const first = lanes.allot([due("ops")], NOW);
    expect([sum(first), first.nextAt]).toEqual([2, undefined]);
    beginAll(lanes, first);
    expect(lanes.allot([due("ops")], NOW)).toEqual({ shares: [], nextAt: NOW + 200 });
    expect(lanes.allot([due("ops")], NOW + 199).nextAt).toBe(NOW + 200);
    expect(sum(lanes.allot([due("ops")], NOW + 200))).toBe(1);
  });

  test("gives what somebody asks for first, out of the same bucket", () => {
    const six = { perSecond: 5, burst: 6 };
    const lanes = new Lanes(directoryOf({ pace: six }));
    prove(lanes, ["ops"]);
    const { shares } = lanes.allot([due("ops", true)], NOW);
    expect(shares).toEqual([
      { destinationId: "ops", count: 4, manual: true, pace: six },
      { destinationId: "ops", count: 2, manual: false, pace: six },
    ]);
    beginAll(lanes, { shares });
    const next = { shares: [], nextAt: NOW + 200 };
    expect(lanes.allot([due("ops", true)], NOW)).toEqual(next);
    expect(lanes.allot([{ destinationId: "ops", manual: true }], NOW)).toEqual(next);
  });

  test("is never said to have more at once when the bucket is used up by what is asked for", () => {
    const lanes = new Lanes(directoryOf({ pace }));
    const { shares, nextAt } = lanes.allot([due("ops", true)], NOW);
    expect(shares).toEqual([{ destinationId: "ops", count: 2, manual: true, pace }]);
    expect(nextAt).toBe(NOW + 200);
  });

  test("waits for its pace no longer than it has something to wait for", () => {
    const lanes = new Lanes(directoryOf({ pace, state: "paused" }));
    beginAll(lanes, lanes.allot([due("ops", true)], NOW));
    expect(lanes.allot([due("ops")], NOW)).toEqual({ shares: [] });
  });

  test("slows nobody else down", () => {
    const lanes = new Lanes(directoryOf({ pace }, { id: "b" }));
    prove(lanes, ["ops", "b"]);
    beginAll(lanes, lanes.allot([due("ops")], NOW));
    const { shares } = lanes.allot([due("ops"), due("b")], NOW);
    expect(shares).toEqual([{ destinationId: "b", count: 20, manual: false }]);
  });

  test("has the pace of its channel where it has none of its own", () => {
    const directory = directoryOf({});
    const [standing] = directory.all();
    if (!standing) throw new Error("there is one");
    const { destination, ...stored } = standing;
    const limits = { concurrency: 20, dropsRepeats: true, pace: { perSecond: 1, burst: 1 } };
    const paced = { ...destination, channel: { ...destination.channel, limits } };
    directory.put(paced, { ...stored, definition: undefined });
    expect(sum(new Lanes(directory).allot([due("ops")], NOW))).toBe(1);
    directory.put({ ...paced, pace }, { ...stored, definition: undefined });
    expect(sum(new Lanes(directory).allot([due("ops")], NOW))).toBe(2);
  });
});
