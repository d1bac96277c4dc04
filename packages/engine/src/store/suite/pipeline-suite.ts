import { expect, test } from "vitest";
import type { KnownPipeline } from "../pipeline-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { FAR, START, newDelivery, newEvent } from "./new-events.ts";
import {
  PIPELINE,
  countingRun,
  decisionsOf,
  failuresOf,
  newFailure,
  newLastRun,
  newPipeline,
  newRun,
  newTurn,
  toDeliver,
} from "./new-pipelines.ts";

/** How many failures of its pipeline each event counted, the oldest event first. */
async function countsIn(store: Store): Promise<readonly number[]> {
  const events = await store.events({}, { limit: 99 });
  return events.toReversed().map(({ incident }) => incident?.failures ?? 0);
}

export function pipelineSuite(open: OpenStore): void {
  test("of which nothing is known at first, and then what the last one made of them", async () => {
    const store = await open();
    expect(await store.pipeline(PIPELINE)).toEqual({ tellings: new Map() });
    const met: KnownPipeline[] = [];
    const expected = { expectedAt: START + 5.5, graceMs: 7 };
    const made = [
      newPipeline(2, "evt_é😀", { last: newLastRun({ stopped: null }), expected }),
      newPipeline(0, undefined, { last: newLastRun({ taskName: '"é" \n' }) }),
      newPipeline(1),
    ];
    for (const pipeline of made) {
      const decide = (known: KnownPipeline): ReturnType<typeof newTurn> => {
        met.push(known);
        return newTurn({ pipeline });
      };
      await store.accept([newEvent({ deliveries: [], decide })]);
      expect(await store.pipeline(PIPELINE)).toEqual({ pipeline, tellings: new Map() });
    }
    expect(met.map(({ pipeline }) => pipeline)).toEqual([undefined, made[0], made[1]]);
  });

  test("one after the other, each by what the one before made of its pipeline", async () => {
    const store = await open();
    await store.accept(Array.from({ length: 3 }, () => countingRun([])));
    await store.accept([countingRun([])]);
    expect(await countsIn(store)).toEqual([1, 2, 3, 4]);
    const batches = Array.from({ length: 8 }, () => [countingRun([]), countingRun([])]);
    await Promise.all(batches.map((batch) => store.accept(batch)));
    expect(await failuresOf(store)).toBe(20);
    const counts = await countsIn(store);
    expect(counts.toSorted((a, b) => a - b)).toEqual(counts.map((_, index) => index + 1));
    // Of a batch, which is one transaction, nothing comes between.
    for (const index of batches.keys()) {
      const first = counts[4 + 2 * index] ?? NaN;
      expect(counts[5 + 2 * index]).toBe(first + 1);
    }
  });

  test("each by its own pipeline, whatever characters the ids have", async () => {
    const store = await open();
    const keys = [
      "t",
      "T",
      "t ",
      "",
      "\u00e9",
      "e\u0301",
      "%",
      "_",
      "'\"",
      "t/p",
      '["t"',
      "😀",
      "\n",
    ].flatMap((tenantId) =>
      ["p", "P", "p ", "", "/p", "😀\\"].map((taskId) => ({ tenantId, taskId })),
    );
    const met: (number | undefined)[] = [];
    const runs = keys.flatMap((key, index) => Array<typeof key>((index % 3) + 1).fill(key));
    await store.accept(runs.map((key) => countingRun(met, key)));
    expect(met.filter((count) => count === undefined)).toHaveLength(keys.length);
    const known = await Promise.all(keys.map((key) => failuresOf(store, key)));
    expect(known).toEqual(keys.map((_, index) => (index % 3) + 1));
    expect(await failuresOf(store, { tenantId: "p", taskId: "t" })).toBeUndefined();
  });

  test("and keeps what they come to in place of what it was given", async () => {
    const store = await open();
    const [given, made] = [newDelivery("given", START), newDelivery("ops", START + 3)];
    const incident = { transition: "failing", id: "evt_0", since: 5, failures: 2, seconds: 1.5 };
    const run = newRun(
      { incident: { ...incident, transition: "failing" }, decisions: [toDeliver("ops")] },
      { decisions: [toDeliver("given")], deliveries: [given] },
    );
    const decide: typeof run.decide = (known) => ({
      ...newTurn(run.decide?.(known)),
      deliveries: [{ ...made, expiresAt: FAR, failureOf: "evt_0" }],
    });
    const [accepted] = await store.accept([{ ...run, decide }]);
    const deliveries = [{ id: made.id, destinationId: "ops" }];
    expect(accepted).toEqual({ kind: "accepted", id: run.id, deliveries });
    expect(await decisionsOf(store, run)).toEqual({ ops: "deliver" });
    expect((await store.event(run.id))?.incident).toEqual(incident);
    expect((await store.event(run.id))?.deliveries).toEqual([
      { ...deliveries[0], state: "pending" },
    ]);
    expect(await store.delivery(made.id)).toMatchObject({ createdAt: START, dueAt: START + 3 });
    expect(await store.delivery(given.id)).toBeUndefined();
  });

  test("but not those that are of none", async () => {
    const store = await open();
    const met: (number | undefined)[] = [];
    const without = [{ tenantId: undefined }, { taskId: undefined }].map((changes) =>
      countingRun(met, { ...changes, decisions: [toDeliver("ops")] }),
    );
    await store.accept([...without, newEvent()]);
    expect(met).toEqual([]);
    expect(await failuresOf(store)).toBeUndefined();
    for (const one of without) {
      expect(await decisionsOf(store, one)).toEqual({ ops: "deliver" });
      expect((await store.event(one.id))?.incident).toBeUndefined();
    }
  });

  test("and goes on with no pipeline by what is known already, or goes by the name of another", async () => {
    const store = await open();
    const met: (number | undefined)[] = [];
    const first = countingRun(met);
    const again = { ...countingRun(met), name: first.name, bodyHash: first.bodyHash };
    const other = countingRun(met, { name: first.name });
    await store.accept([first, again]);
    const kinds = (await store.accept([again, other])).map(({ kind }) => kind);
    expect(kinds).toEqual(["duplicate", "conflict"]);
    expect(met).toEqual([undefined]);
    expect(await failuresOf(store)).toBe(1);
  });

  test("together with their pipelines: all of a batch, or nothing of it", async () => {
    const store = await open();
    const met: (number | undefined)[] = [];
    await store.accept([countingRun(met)]);
    const other = { tenantId: "tenant-2" };
    const bad = newFailure("evt_0", { id: "dlv_taken" });
    const batch = [countingRun(met), countingRun(met, other), newFailure("x", { id: "dlv_taken" })];
    await expect(store.accept([...batch, bad])).rejects.toThrow(/unique constraint/i);
    expect(await failuresOf(store)).toBe(1);
    expect(await store.pipeline({ ...PIPELINE, ...other })).toEqual({ tellings: new Map() });
    expect(await store.tellings("x")).toEqual(new Map());
    expect(await store.events({}, { limit: 9 })).toHaveLength(1);
    await store.accept(batch.slice(0, 2));
    expect(await failuresOf(store)).toBe(2);
  });

  test("and tells each who was told what of the incident that goes on, and of no other", async () => {
    const store = await open();
    const owed = (destinationId: string) => ({ destinationId, dueAt: FAR });
    await store.accept([newFailure("evt_old", owed("a")), newFailure("evt_new", owed("b"))]);
    const met: KnownPipeline[] = [];
    const decide = (known: KnownPipeline): ReturnType<typeof newTurn> => {
      met.push(known);
      return newTurn({ deliveries: [{ ...newDelivery("c", FAR), failureOf: "evt_new" }] });
    };
    const over = newEvent({ deliveries: [], decide });
    const state = newPipeline(2, "evt_new");
    await store.accept([newRun({ pipeline: state }), over, newEvent({ deliveries: [], decide })]);
    const waits = { waits: true, sending: false };
    expect(met.map(({ tellings }) => tellings)).toEqual([new Map([["b", waits]]), new Map()]);
    await store.accept([newRun({ pipeline: state })]);
    expect((await store.pipeline(PIPELINE)).tellings).toEqual(
      new Map([
        ["b", waits],
        ["c", waits],
      ]),
    );
  });
}
