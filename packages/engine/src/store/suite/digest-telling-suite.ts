import { expect, test } from "vitest";
import type { Telling } from "../../tell.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { claimOneManual, failedRecord } from "./manual-claims.ts";
import { FAR, START, claim } from "./new-events.ts";
import { CLOSES, acceptParts, claimDigest, digestIn, newDigested, newPart } from "./new-digests.ts";
import { newAttempt, record, recordOf } from "./new-records.ts";
import { newReplay, runReplay } from "./new-replays.ts";
import { newRecovery, newTurn } from "./new-pipelines.ts";

const WAITS: Telling = { digested: true };
const TOLD: Telling = { toldAt: CLOSES + 12 };

async function tellingOf(store: Store, incidentId = "evt_0"): Promise<Telling | undefined> {
  return (await store.tellings(incidentId)).get("ops");
}

/** Records what came of the digest that a destination is owed: that it arrived, unless told otherwise. */
async function sendDigest(
  store: Store,
  state: "delivered" | "failed" | "pending" = "delivered",
): Promise<string> {
  const claimed = await claimDigest(store);
  expect(await tellingOf(store)).toEqual(WAITS);
  const outcome = state === "delivered" ? "delivered" : "retry";
  const attempt = newAttempt({ startedAt: CLOSES, outcome });
  await record(store, recordOf(claimed, { attempt, state, dueAt: FAR }));
  return claimed.id;
}

export function digestTellingSuite(open: OpenStore): void {
  test("those in it, once it has arrived", async () => {
    const store = await open();
    await acceptParts(store, [
      newPart({ task: "a", failureOf: "evt_0" }),
      newPart({ task: "b", failureOf: "evt_1" }),
      newPart({ task: "c" }),
    ]);
    const elsewhere = { destinationId: "b", failureOf: "evt_0" };
    const other = { ...elsewhere, task: "x", failureOf: "evt_9" };
    await acceptParts(store, [newPart(elsewhere), newPart(other)]);
    expect(await store.tellings("evt_0")).toEqual(
      new Map([
        ["ops", WAITS],
        ["b", WAITS],
      ]),
    );
    await sendDigest(store);
    expect(await store.tellings("evt_0")).toEqual(
      new Map([
        ["ops", TOLD],
        ["b", WAITS],
      ]),
    );
    expect(await tellingOf(store, "evt_1")).toEqual(TOLD);
    expect(await store.tellings("evt_9")).toEqual(new Map([["b", WAITS]]));
  });

  test("also where the pipeline recovered in the same digest, and of the incident that came last", async () => {
    const store = await open();
    await acceptParts(store, [
      newPart({ failureOf: "evt_0" }),
      newPart({ outcome: "succeeded" }),
      newPart({ task: "b", failureOf: "evt_1" }),
      newPart({ task: "b", failureOf: "evt_2" }),
    ]);
    await sendDigest(store);
    expect(await tellingOf(store)).toEqual(TOLD);
    expect(await tellingOf(store, "evt_1")).toBeUndefined();
    expect(await tellingOf(store, "evt_2")).toEqual(TOLD);
  });

  test("none, where it fails, expires or is cancelled", async () => {
    const store = await open();
    const part = () => newPart({ failureOf: "evt_0", expiresAt: CLOSES + 1 });
    await acceptParts(store, [part()]);
    await sendDigest(store, "failed");
    expect(await tellingOf(store)).toBeUndefined();
    const [cancelled = ""] = await acceptParts(store, [part()]);
    expect(await tellingOf(store)).toEqual(WAITS);
    await store.cancel(cancelled, "nobody wants it");
    expect(await tellingOf(store)).toBeUndefined();
    await acceptParts(store, [part()]);
    expect(await store.expire(CLOSES + 1, 9)).toBe(1);
    expect(await tellingOf(store)).toBeUndefined();
  });

  test("and waits with them while it is to be tried again", async () => {
    const store = await open();
    await acceptParts(store, [newPart({ failureOf: "evt_0" })]);
    await sendDigest(store, "pending");
    expect(await tellingOf(store)).toEqual(WAITS);
  });

  test("those in one that somebody has sent once more, where that arrives", async () => {
    const store = await open();
    await acceptParts(store, [newPart({ failureOf: "evt_0" })]);
    const id = await sendDigest(store, "failed");
    await store.retry(id, CLOSES);
    const manual = await claimOneManual(store);
    expect([digestIn(manual).events, await tellingOf(store)]).toEqual([1, WAITS]);
    await record(store, failedRecord(manual));
    expect(await tellingOf(store)).toBeUndefined();
    await store.retry(id, CLOSES);
    await record(store, recordOf(await claimOneManual(store)));
    expect(await tellingOf(store)).toEqual({ toldAt: START + 12 });
    await store.retry(id, CLOSES);
    const last = await claimOneManual(store);
    const attempt = newAttempt({ number: 4, startedAt: FAR, outcome: "retry" });
    await record(store, recordOf(last, { attempt, state: "delivered" }));
    expect(await tellingOf(store)).toEqual({ toldAt: START + 12 });
  });

  test("those in one that is replayed: the whole digest, in a delivery of its own", async () => {
    const store = await open();
    const opener = newDigested([newPart({ failureOf: "evt_0" })]);
    await store.accept([opener]);
    await acceptParts(store, [newPart({ task: "b", failureOf: "evt_1" })]);
    const first = await sendDigest(store, "failed");
    const replay = newReplay({ states: ["failed"] });
    await store.addReplay(replay);
    expect(await runReplay(store, replay.id, 9)).toMatchObject({ state: "done", done: 1 });
    expect([await tellingOf(store), await tellingOf(store, "evt_1")]).toEqual([WAITS, WAITS]);
    const again = await claimDigest(store);
    expect(again.id).not.toBe(first);
    expect(again.event).toMatchObject({ id: first, type: "digest" });
    expect(digestIn(again)).toMatchObject({ events: 2, lines: [{ name: "b" }, {}] });
    await record(store, recordOf(again, { attempt: newAttempt({ startedAt: CLOSES }) }));
    expect([await tellingOf(store), await tellingOf(store, "evt_1")]).toEqual([TOLD, TOLD]);
    expect((await store.event(opener.id))?.deliveries.map(({ state }) => state)).toEqual([
      "failed",
      "delivered",
    ]);
  });

  test("and no recovery takes the place of a digest that is replayed", async () => {
    const store = await open();
    const part = newPart({ failureOf: "evt_0" });
    const incident = { transition: "broke", id: "evt_0", failures: 1, seconds: 0 } as const;
    const pipeline = { state: { failures: 1, recent: [] } };
    const decide = () => newTurn({ pipeline, incident, digested: [part] });
    await store.accept([{ ...newDigested([]), decide }]);
    await sendDigest(store, "failed");
    const replay = newReplay({ states: ["failed"] });
    await store.addReplay(replay);
    await runReplay(store, replay.id, 9);
    expect(await tellingOf(store)).toEqual(WAITS);
    await store.accept([newRecovery("evt_0", { tellsOf: "evt_0", dueAt: FAR })]);
    expect(await claim(store, "ops", { now: CLOSES })).toMatchObject([
      { event: { type: "digest" } },
    ]);
  });

  test("and an event of it that is owed once more goes by itself", async () => {
    const store = await open();
    const event = newDigested([newPart({ failureOf: "evt_0" })]);
    await store.accept([event]);
    const more = { id: "dlv_more", destinationId: "b", dueAt: START, expiresAt: undefined };
    await store.addDeliveries(event.id, [more], START);
    expect(await claim(store, "b")).toMatchObject([{ id: more.id, event: { id: event.id } }]);
    expect(await store.tellings("evt_0")).toEqual(new Map([["ops", WAITS]]));
  });
}
