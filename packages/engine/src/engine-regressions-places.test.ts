import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { Lanes } from "./lanes.ts";
import type { DueDestination } from "./store/delivery-records.ts";
import { keysOf, startReceiver } from "./testing/receiver.ts";
import { rule } from "./testing/rules.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { directoryOf } from "./testing/standings.ts";
import { until } from "./testing/until.ts";

const NOW = Date.UTC(2024, 10, 11, 10);
const SLOW = Array.from({ length: 13 }, (_, index) => `slow-${index}`);
const SILENT = Array.from({ length: 64 }, (_, index) => `silent-${index}`);

const due = (destinationId: string): DueDestination => ({
  destinationId,
  dueAt: NOW,
  manual: false,
});
const asked = (destinationId: string): DueDestination => ({ destinationId, manual: true });

/** The lanes of destinations with 20 places each, of which none has answered. */
const lanesOf = (...ids: readonly string[]): Lanes =>
  new Lanes(directoryOf(...ids.map((id) => ({ id }))));

/** Takes in that a destination answered six times, each time after as many milliseconds. */
function answers(lanes: Lanes, id: string, durationMs: number): void {
  for (let answer = 0; answer < 6; answer++) lanes.ended(id, "delivered", durationMs);
}

/** Shares places out and begins all that got one; answers how many that were. */
function beginAll(lanes: Lanes, all: readonly DueDestination[]): number {
  const { shares } = lanes.allot(all, NOW);
  for (const { destinationId, count } of shares) {
    for (let attempt = 0; attempt < count; attempt++) lanes.begin(destinationId, NOW);
  }
  return shares.reduce((sum, { count }) => sum + count, 0);
}

describe("destinations that answer after more than two seconds", () => {
  test("take half of the places together, and leave the others to one that answers at once", () => {
    const lanes = lanesOf(...SLOW, "fast");
    for (const id of SLOW) answers(lanes, id, 3_000);
    answers(lanes, "fast", 20);
    expect(beginAll(lanes, SLOW.map(due))).toBe(128);
    expect(lanes.allot([...SLOW, "fast"].map(due), NOW).shares).toEqual([
      { destinationId: "fast", count: 20, manual: false },
    ]);
  });

  test("take all of them once they answer within two seconds", () => {
    const lanes = lanesOf(...SLOW);
    for (const id of SLOW) answers(lanes, id, 2_001);
    for (const id of SLOW) lanes.ended(id, "delivered", 2_000);
    expect(beginAll(lanes, SLOW.map(due))).toBe(256);
  });

  test("hold up nothing that a fast one is sent, whatever their backlogs", async () => {
    const waiting: ServerResponse[] = [];
    const slow = await startReceiver((response) => void waiting.push(response));
    const fast = await startReceiver();
    const only = (task: string): object => ({ when: rule({ "task.id": task }) });
    const { post, quiet, clock } = await startRunning({
      destinations: [
        ...SLOW.map((id) => ({ ...bellAt(slow.url, id), ...only("slow") })),
        { ...bellAt(fast.url, "fast"), ...only("fast") },
      ],
    });
    await post({ task: "fast" });
    await quiet();
    for (let event = 0; event < 40; event++) await post({ task: "slow" });
    // Two answers double the window of each twice: two attempts under way, then eight.
    for (const count of [2 * 13, 8 * 13]) {
      await until(() => waiting.length === count);
      await clock.skip(3_000);
      for (const response of waiting.splice(0)) response.writeHead(200).end();
    }
    await until(() => waiting.length >= 128);
    for (let event = 0; event < 30; event++) await post({ task: "fast" });
    await until(() => fast.requests.length === 31);
    expect(waiting).toHaveLength(128);
  });
});

describe("attempts that somebody asks for at destinations that do not answer", () => {
  test("take half of the places, and leave the others to those that live", () => {
    const lanes = lanesOf(...SILENT, "live");
    answers(lanes, "live", 20);
    expect(beginAll(lanes, SILENT.map(asked))).toBe(128);
    expect(beginAll(lanes, SILENT.map(asked))).toBe(0);
    expect(lanes.allot([...SILENT.map(asked), due("live")], NOW).shares).toEqual([
      { destinationId: "live", count: 20, manual: false },
    ]);
  });

  test("share that half with what is due there by itself", () => {
    const lanes = lanesOf(...SILENT, "live");
    answers(lanes, "live", 20);
    expect(beginAll(lanes, SILENT.slice(0, 50).map(due))).toBe(100);
    expect(beginAll(lanes, [...SILENT.map(asked), asked("live")])).toBe(28 + 4);
  });
});

test("a test notice to a paced destination comes before the rest of its backlog", async () => {
  const receiver = await startReceiver();
  const { engine, post, pass, quiet, delivery } = await startRunning({
    destinations: [{ ...bellAt(receiver.url), pace: { perSecond: 1, burst: 20 } }],
  });
  for (let event = 0; event < 50; event++) await post();
  await quiet();
  expect(receiver.requests).toHaveLength(20);
  const [ops] = engine.destinations.all();
  if (!ops) throw new Error("there is one");
  const { deliveries } = await engine.destinations.test(ops);
  const [{ id } = { id: "" }] = deliveries;
  await pass(2_000);
  expect(keysOf(receiver).indexOf(id)).toBe(20);
  expect(receiver.requests).toHaveLength(22);
  expect(await delivery(id)).toMatchObject({ state: "delivered", attempts: [{ manual: true }] });
});
