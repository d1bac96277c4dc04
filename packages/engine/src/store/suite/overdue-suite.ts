import { expect, test } from "vitest";
import type { OverduePipeline } from "../pipeline-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { FAR, START, newEvent } from "./new-events.ts";
import { claimDigest, digestIn, newDigested, newNotice } from "./new-digests.ts";
import {
  PIPELINE,
  expectingRun,
  failuresOf,
  newLastRun,
  newPipeline,
  newRun,
} from "./new-pipelines.ts";

/** The tasks of which a run is overdue. */
async function overdueAt(store: Store, now: number, limit = 99): Promise<readonly string[]> {
  return (await store.overduePipelines(now, limit)).map(({ taskId }) => taskId);
}

/** The only pipeline that is overdue. */
async function overdueOne(store: Store, now: number = FAR): Promise<OverduePipeline> {
  const [overdue, ...more] = await store.overduePipelines(now, 9);
  if (!overdue || more.length > 0) throw new Error("not one pipeline is overdue");
  return overdue;
}

export function overdueSuite(open: OpenStore): void {
  test("once the grace is over, and knows the last run of each", async () => {
    const store = await open();
    await store.accept([expectingRun({ expectedAt: START + 10, graceMs: 5 })]);
    expect(await overdueAt(store, START + 14)).toEqual([]);
    expect(await store.overduePipelines(START + 15, 9)).toEqual([
      { ...PIPELINE, last: newLastRun(), expected: { expectedAt: START + 10, graceMs: 5 } },
    ]);
  });

  test("not a part of a millisecond before it is", async () => {
    const store = await open();
    const expected = { expectedAt: START + 0.25, graceMs: 0.5 };
    await store.accept([expectingRun(expected)]);
    expect(await overdueAt(store, START)).toEqual([]);
    const overdue = await overdueOne(store, START + 1);
    expect(overdue.expected).toEqual(expected);
    expect(await store.tellOverdue(overdue, newEvent())).toBe(true);
  });

  test("the longest first, as many as it is told to", async () => {
    const store = await open();
    const times = { c: 3, a: 1, d: 4, b: 2 };
    await store.accept(
      Object.entries(times).map(([taskId, ms], index) =>
        // By when it should have come with the grace, not without.
        expectingRun({ expectedAt: START + 9 - index, graceMs: ms + index }, { taskId }),
      ),
    );
    expect(await overdueAt(store, FAR)).toEqual(["a", "b", "c", "d"]);
    expect(await overdueAt(store, FAR, 2)).toEqual(["a", "b"]);
    expect(await overdueAt(store, START + 11)).toEqual(["a", "b"]);
  });

  test("of none where no run is expected, or another came meanwhile", async () => {
    const store = await open();
    await store.accept([newRun(), newEvent({ deliveries: [] })]);
    expect(await overdueAt(store, FAR)).toEqual([]);
    await store.accept([expectingRun()]);
    expect(await overdueAt(store, FAR)).toEqual(["task-1"]);
    await store.accept([newRun({ pipeline: newPipeline(0, undefined, { last: newLastRun() }) })]);
    expect(await overdueAt(store, FAR)).toEqual([]);
  });

  test("and keeps the notice with all that it comes to, once", async () => {
    const store = await open();
    await store.accept([expectingRun()]);
    const overdue = await overdueOne(store);
    const notice = newEvent({ eventType: "sync.overdue", deliveries: ["ops", "b"] });
    expect(await store.tellOverdue(overdue, notice)).toBe(true);
    expect(await store.event(notice.id)).toMatchObject({
      type: "sync.overdue",
      deliveries: [{ destinationId: "ops" }, { destinationId: "b" }],
    });
    expect(await overdueAt(store, FAR)).toEqual([]);
    const { pipeline } = await store.pipeline(PIPELINE);
    expect(pipeline).toEqual(newPipeline(0, undefined, { last: newLastRun() }));
    const again = newEvent();
    expect(await store.tellOverdue(overdue, again)).toBe(false);
    expect(await store.event(again.id)).toBeUndefined();
    expect(await store.delivery(again.deliveries[0]?.id ?? "")).toBeUndefined();
  });

  test("once where several tell it at the same time", async () => {
    const store = await open();
    await store.accept([expectingRun()]);
    const overdue = await overdueOne(store);
    const notices = Array.from({ length: 9 }, () => newEvent());
    const told = await Promise.all(notices.map((notice) => store.tellOverdue(overdue, notice)));
    expect(told.filter(Boolean)).toHaveLength(1);
    expect(await store.events({}, { limit: 99 })).toHaveLength(2);
  });

  test("nothing where the run came meanwhile, and the next one is expected", async () => {
    const store = await open();
    await store.accept([expectingRun()]);
    const overdue = await overdueOne(store);
    const next = { expectedAt: START + 60_000, graceMs: 1 };
    await store.accept([expectingRun(next)]);
    expect(await store.tellOverdue(overdue, newEvent())).toBe(false);
    expect(await store.events({ status: "overdue" }, { limit: 9 })).toEqual([]);
    const later = await overdueOne(store);
    expect(later.expected).toEqual(next);
    expect(await store.tellOverdue(later, newEvent())).toBe(true);
  });

  test("each pipeline for itself", async () => {
    const store = await open();
    const others = [{ taskId: "task-2" }, { tenantId: "tenant-2" }];
    await store.accept([expectingRun(), ...others.map((key) => expectingRun({}, key))]);
    const all = await store.overduePipelines(FAR, 9);
    const ours = all.find(({ tenantId, taskId }) => tenantId + taskId === "tenant-1task-1");
    expect(ours && (await store.tellOverdue(ours, newEvent()))).toBe(true);
    const left = (await store.overduePipelines(FAR, 9)).map(({ tenantId, taskId }) => ({
      tenantId,
      taskId,
    }));
    expect(left).toHaveLength(2);
    expect(left).toEqual(
      expect.arrayContaining(others.map((other) => ({ ...PIPELINE, ...other }))),
    );
  });

  test("all of it or nothing", async () => {
    const store = await open();
    const taken = newEvent();
    await store.accept([expectingRun(), taken]);
    const overdue = await overdueOne(store);
    const notice = newEvent({ deliveries: taken.deliveries });
    await expect(store.tellOverdue(overdue, notice)).rejects.toThrow(/unique constraint/i);
    expect(await store.event(notice.id)).toBeUndefined();
    expect(await overdueOne(store)).toEqual(overdue);
  });

  test("and what it told of a pipeline changes nothing else of it", async () => {
    const store = await open();
    const more = { last: newLastRun(), expected: { expectedAt: START, graceMs: 0 } };
    await store.accept([newRun({ pipeline: newPipeline(3, "evt_0", more) })]);
    const notice = newDigested([newNotice("overdue")]);
    expect(await store.tellOverdue(await overdueOne(store), notice)).toBe(true);
    expect(await failuresOf(store)).toBe(3);
    expect((await store.pipeline(PIPELINE)).pipeline?.state.incidentId).toBe("evt_0");
    expect(digestIn(await claimDigest(store))).toMatchObject({ notices: 1 });
  });
}
