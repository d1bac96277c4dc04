import { expect, test } from "vitest";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { claimOneManual } from "./manual-claims.ts";
import { FAR, START, claim } from "./new-events.ts";
import { acceptParts, claimDigest, digestIn, newDigested, newPart } from "./new-digests.ts";
import { newAttempt, record, recordOf } from "./new-records.ts";
import {
  PIPELINE,
  deliveryOf,
  expectingRun,
  failuresOf,
  newFailure,
  newPipeline,
  newRecovery,
  newRun,
} from "./new-pipelines.ts";

const forgetAll = (store: Store): Promise<unknown> => store.forgetEvents("evt_~", "", 99);

async function keptOf(store: Store): Promise<readonly string[]> {
  return (await store.events({}, { limit: 99 })).map(({ id }) => id).toReversed();
}

/** Tells destinations of a failure of an incident, each at another time. */
async function tell(
  store: Store,
  incidentId: string,
  times: Record<string, number>,
): Promise<void> {
  for (const [destinationId, startedAt] of Object.entries(times)) {
    await store.accept([newFailure(incidentId, { destinationId })]);
    for (const one of await claim(store, destinationId)) {
      const attempt = newAttempt({ startedAt, durationMs: 0 });
      await record(store, recordOf(one, { attempt }));
    }
  }
}

export function forgetStoriesSuite(open: OpenStore): void {
  test("pipelines of which nothing was heard for long, as many as it is told to", async () => {
    const store = await open();
    const at = (receivedAt: number, taskId: string) => newRun({}, { receivedAt, taskId });
    await store.accept([
      at(START - 9, "heard again"),
      at(START - 3, "a"),
      at(START - 2, "b"),
      at(START - 1, "c"),
      at(START, "d"),
      at(START, "heard again"),
    ]);
    expect(await store.forgetPipelines(START, 2)).toBe(2);
    expect(await store.forgetPipelines(START, 9)).toBe(1);
    expect(await store.forgetPipelines(START, 9)).toBe(0);
    const tasks = ["a", "b", "c", "d", "heard again"];
    const left = await Promise.all(
      tasks.map((taskId) => failuresOf(store, { ...PIPELINE, taskId })),
    );
    expect(left).toEqual([undefined, undefined, undefined, 0, 0]);
  });

  test("of pipelines with the same task or tenant only the one", async () => {
    const store = await open();
    const early = { receivedAt: START - 1 };
    await store.accept([
      newRun({}, { ...early, tenantId: "a", taskId: "b" }),
      expectingRun({}, { tenantId: "a", taskId: "a" }),
      newRun({}, { tenantId: "b", taskId: "b" }),
    ]);
    expect(await store.forgetPipelines(START, 9)).toBe(1);
    expect(await failuresOf(store, { tenantId: "a", taskId: "b" })).toBeUndefined();
    expect(await failuresOf(store, { tenantId: "a", taskId: "a" })).toBe(0);
    expect(await failuresOf(store, { tenantId: "b", taskId: "b" })).toBe(0);
    expect(await store.overduePipelines(FAR, 9)).toHaveLength(1);
  });

  test("who was told of an incident that is over, as many as it is told to", async () => {
    const store = await open();
    await tell(store, "evt_0", { a: START - 3, b: START - 2, c: START - 1, d: START });
    await store.accept([newRun()]);
    expect(await store.forgetTold(START, 2)).toBe(2);
    expect(await store.forgetTold(START, 9)).toBe(1);
    expect(await store.forgetTold(START, 9)).toBe(0);
    expect(await store.tellings("evt_0")).toEqual(new Map([["d", { toldAt: START }]]));
  });

  test("but not of one that goes on, however long ago", async () => {
    const store = await open();
    await tell(store, "evt_0", { ops: START });
    await tell(store, "evt_1", { ops: START });
    expect(await store.forgetTold(FAR, 9)).toBe(1);
    expect([...(await store.tellings("evt_0"))]).toEqual([]);
    await store.accept([newRun({ pipeline: newPipeline(2, "evt_1") })]);
    expect(await store.forgetTold(FAR, 9)).toBe(0);
    expect((await store.pipeline(PIPELINE)).tellings.size).toBe(1);
    await store.accept([newRun()]);
    expect(await store.forgetTold(FAR, 9)).toBe(1);
  });

  test("nor of one whose recovery waits for what comes of a failure", async () => {
    const store = await open();
    await tell(store, "evt_0", { ops: START, b: START });
    const [failure, recovery] = [newFailure("evt_0"), newRecovery("evt_0", { waitsFor: "evt_0" })];
    await store.accept([failure]);
    const [sent] = await claim(store);
    const cancelled = newRecovery("evt_0", { destinationId: "b", waitsFor: "evt_0" });
    await store.accept([recovery, cancelled]);
    await store.cancel(deliveryOf(cancelled), "nobody wants it");
    expect(await store.forgetTold(FAR, 9)).toBe(1);
    if (sent) await record(store, recordOf(sent, { state: "failed" }));
    expect(await claim(store)).toMatchObject([{ id: deliveryOf(recovery) }]);
    expect(await store.forgetTold(FAR, 9)).toBe(1);
  });

  test("no failure that a recovery is still to tell", async () => {
    const store = await open();
    const [failure, recovery] = [newFailure("evt_0"), newRecovery("evt_0", { tellsOf: "evt_0" })];
    await store.accept([failure, recovery]);
    await forgetAll(store);
    expect(await keptOf(store)).toEqual([failure.id, recovery.id]);
    const [claimed] = await claim(store);
    expect(claimed?.untold).toEqual(failure.body);
    await forgetAll(store);
    expect(await keptOf(store)).toHaveLength(2);
    if (claimed) await record(store, recordOf(claimed));
    await store.retry(deliveryOf(recovery), START);
    await forgetAll(store);
    const manual = await claimOneManual(store);
    expect(manual.untold).toEqual(failure.body);
    await record(store, recordOf(manual));
    await forgetAll(store);
    expect(await keptOf(store)).toEqual([]);
  });

  test("no digest that is still to be sent, whatever is left of its events", async () => {
    const store = await open();
    const [opener, other] = [
      newDigested([newPart({ failureOf: "evt_0" })]),
      newDigested([newPart({ task: "b" })]),
    ];
    await store.accept([opener, other]);
    await forgetAll(store);
    expect(await keptOf(store)).toEqual([opener.id]);
    const claimed = await claimDigest(store);
    expect(digestIn(claimed)).toMatchObject({ events: 2, lines: [{}, {}] });
    await record(store, recordOf(claimed));
    await forgetAll(store);
    expect(await keptOf(store)).toEqual([]);
    expect(await store.delivery(claimed.id)).toBeUndefined();
    expect(await store.retry(claimed.id, START)).toEqual({ kind: "unknown" });
    expect((await store.tellings("evt_0")).size).toBe(1);
  });

  test("a digest with the event that opened it, and no other", async () => {
    const store = await open();
    const [opener, other] = [newDigested([newPart()]), newDigested([newPart()])];
    await store.accept([opener, other]);
    await record(store, recordOf(await claimDigest(store)));
    const [next = ""] = await acceptParts(store, [newPart({ closesAt: FAR })]);
    await store.forgetEvents(other.id, "", 9);
    expect((await store.event(other.id))?.deliveries).toEqual([]);
    expect(await store.delivery(next)).toMatchObject({ state: "pending" });
    expect(digestIn(await claimDigest(store, { now: FAR })).events).toBe(1);
  });
}
