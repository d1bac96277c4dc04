import { expect, test } from "vitest";
import type { Telling } from "../../tell.ts";
import type { AttemptRecord, ClaimedDelivery } from "../delivery-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { claimOneManual, failedRecord } from "./manual-claims.ts";
import { FAR, START, claim } from "./new-events.ts";
import { newAttempt, record, recordOf } from "./new-records.ts";
import { deliveryOf, newFailure } from "./new-pipelines.ts";

const NOW = { waits: false, sending: true };

async function tellingOf(store: Store, id = "ops"): Promise<Telling | undefined> {
  return (await store.tellings("evt_0")).get(id);
}

/** Accepts a failure and claims it. */
async function sendFailure(store: Store, now: number = START): Promise<ClaimedDelivery> {
  await store.accept([newFailure("evt_0")]);
  const [claimed] = await claim(store, "ops", { now });
  if (!claimed) throw new Error("nothing was claimed");
  return claimed;
}

/** A record of an attempt that began at `startedAt` and took 12 ms. */
function at(
  claimed: ClaimedDelivery,
  startedAt: number,
  changes: Partial<AttemptRecord> = {},
): AttemptRecord {
  const attempt = newAttempt({ number: claimed.attempts + 1, startedAt });
  return recordOf(claimed, { attempt, ...changes });
}

export function tellingSuite(open: OpenStore): void {
  test("a failure waits, is sent, and has then been told", async () => {
    const store = await open();
    await store.accept([newFailure("evt_0")]);
    expect(await store.tellings("evt_0")).toEqual(
      new Map([["ops", { waits: true, sending: false }]]),
    );
    const [claimed] = await claim(store);
    expect(await tellingOf(store)).toEqual(NOW);
    if (claimed) await record(store, at(claimed, START + 5));
    expect(await tellingOf(store)).toEqual({ toldAt: START + 17 });
    expect(await store.tellings("evt_1")).toEqual(new Map());
  });

  test("of one that the service took, though it does not say that it arrived", async () => {
    const store = await open();
    const claimed = await sendFailure(store);
    const attempt = newAttempt({ outcome: "accepted" });
    await record(store, recordOf(claimed, { attempt }));
    expect(await tellingOf(store)).toEqual({ toldAt: START + 12 });
  });

  test.each(["failed", "expired"] as const)("nobody, by one that %s", async (state) => {
    const store = await open();
    const claimed = await sendFailure(store);
    const { attempt: _, ...unattempted } = recordOf(claimed, { state, reason: "over" });
    const rejected = newAttempt({ outcome: "rejected" });
    await record(store, state === "failed" ? { ...unattempted, attempt: rejected } : unattempted);
    expect((await store.delivery(claimed.id))?.state).toBe(state);
    expect(await tellingOf(store)).toBeUndefined();
  });

  test("nobody, by one that is to be tried again, nor by one that is cancelled then", async () => {
    const store = await open();
    const claimed = await sendFailure(store);
    const attempt = newAttempt({ outcome: "retry" });
    await record(store, recordOf(claimed, { attempt, state: "pending", dueAt: FAR }));
    expect(await tellingOf(store)).toEqual({ waits: true, sending: false });
    await store.cancel(claimed.id, "nobody wants it");
    expect(await tellingOf(store)).toBeUndefined();
  });

  test("nobody, by a record that comes when the lease has passed on", async () => {
    const store = await open();
    const first = await sendFailure(store);
    await store.releaseExpired(START + 20_000);
    expect(await tellingOf(store)).toEqual({ waits: true, sending: false });
    expect(await record(store, recordOf(first))).toEqual([false]);
    expect(await tellingOf(store)).toEqual({ waits: true, sending: false });
    const [second] = await claim(store, "ops", { now: START + 20_000 });
    expect(await record(store, recordOf(first))).toEqual([false]);
    expect(await tellingOf(store)).toEqual(NOW);
    if (second) await record(store, at(second, START + 20_000));
    expect(await tellingOf(store)).toEqual({ toldAt: START + 20_012 });
  });

  test("when the last one arrived, in whatever order that is recorded", async () => {
    const store = await open();
    const claims = [await sendFailure(store), await sendFailure(store), await sendFailure(store)];
    const [first, second, third] = claims;
    if (second) await record(store, at(second, START + 900));
    expect(await tellingOf(store)).toEqual({ ...NOW, toldAt: START + 912 });
    if (first) await record(store, at(first, START + 100));
    expect(await tellingOf(store)).toEqual({ ...NOW, toldAt: START + 912 });
    if (third) await record(store, at(third, START + 901));
    expect(await tellingOf(store)).toEqual({ toldAt: START + 913 });
  });

  test("what waits, what is sent and what was told of one incident, all at once", async () => {
    const store = await open();
    const [told] = [await sendFailure(store)];
    await record(store, recordOf(told));
    await sendFailure(store);
    await store.accept([newFailure("evt_0"), newFailure("evt_0", { destinationId: "b" })]);
    expect(await store.tellings("evt_0")).toEqual(
      new Map([
        ["ops", { toldAt: START + 12, waits: true, sending: true }],
        ["b", { waits: true, sending: false }],
      ]),
    );
  });

  test("each destination for itself, and each incident", async () => {
    const store = await open();
    const failures = ["ops", "b"].flatMap((destinationId) =>
      ["evt_0", "evt_1"].map((incident) => newFailure(incident, { destinationId })),
    );
    await store.accept(failures);
    const [first, second] = await claim(store);
    if (first) await record(store, at(first, START));
    if (second) await record(store, at(second, START + 50, { state: "failed" }));
    expect(await store.tellings("evt_0")).toEqual(
      new Map<string, Telling>([
        ["ops", { toldAt: START + 12 }],
        ["b", { waits: true, sending: false }],
      ]),
    );
    const waits = { waits: true, sending: false };
    expect(await store.tellings("evt_1")).toEqual(new Map([["b", waits]]));
  });

  test("of one that somebody asked for after it had failed, where that arrives", async () => {
    const store = await open();
    const claimed = await sendFailure(store);
    await record(store, recordOf(claimed, { state: "failed" }));
    await store.retry(claimed.id, START);
    const manual = await claimOneManual(store);
    expect(await tellingOf(store)).toEqual(NOW);
    await record(store, failedRecord(manual));
    expect(await tellingOf(store)).toBeUndefined();
    await store.retry(claimed.id, START);
    await record(store, at(await claimOneManual(store), START + 70));
    expect(await tellingOf(store)).toEqual({ toldAt: START + 82 });
  });

  test("nothing new, by one that arrived and does not when somebody asks for it again", async () => {
    const store = await open();
    const failure = newFailure("evt_0");
    await store.accept([failure]);
    for (const one of await claim(store)) await record(store, recordOf(one));
    await store.retry(deliveryOf(failure), START + 60_000);
    const manual = await claimOneManual(store);
    const attempt = newAttempt({ number: 2, startedAt: START + 60_000, outcome: "retry" });
    await record(store, recordOf(manual, { attempt, state: "delivered" }));
    expect((await store.delivery(manual.id))?.state).toBe("delivered");
    expect(await tellingOf(store)).toEqual({ toldAt: START + 12 });
  });
}
