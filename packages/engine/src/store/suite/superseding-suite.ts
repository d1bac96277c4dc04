import { expect, test } from "vitest";
import type { StoredDelivery } from "../delivery-records.ts";
import type { NewEvent } from "../event-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { claimOneManual, failedRecord } from "./manual-claims.ts";
import { FAR, START, claim, newEvent } from "./new-events.ts";
import { newAttempt, record, recordOf } from "./new-records.ts";
import {
  decisionsOf,
  deliveryOf,
  newFailure,
  newRecovery,
  newRun,
  newTurn,
  toDeliver,
} from "./new-pipelines.ts";

/** How one delivery of an event stands. */
async function standing(store: Store, event: NewEvent): Promise<StoredDelivery | undefined> {
  return store.delivery(deliveryOf(event));
}

const TELLS = { tellsOf: "evt_0" } as const;

export function supersedingSuite(open: OpenStore): void {
  test("of the failures that wait: they are cancelled, and it tells the last of them", async () => {
    const store = await open();
    const failures = [1, 2, 3].map((number) =>
      newFailure("evt_0", {}, { body: `{"n":${number}}` }),
    );
    await store.accept(failures);
    const recovery = newRecovery("evt_0", TELLS);
    await store.accept([recovery]);
    const reason = `superseded: the pipeline had recovered when its turn came, which ${recovery.id} tells`;
    for (const failure of failures) {
      expect(await standing(store, failure)).toMatchObject({ state: "cancelled", reason });
      expect((await store.event(failure.id))?.decisions).toEqual([
        { destinationId: "ops", decision: "superseded", reason },
      ]);
    }
    expect(await decisionsOf(store, recovery)).toEqual({ ops: "deliver" });
    const claimed = await claim(store, "ops", { now: FAR });
    expect(claimed.map(({ id }) => id)).toEqual([deliveryOf(recovery)]);
    expect(claimed[0]?.event).toMatchObject({ id: recovery.id, incident: { id: "evt_0" } });
    expect(String(claimed[0]?.untold)).toBe('{"n":3}');
    expect(await store.tellings("evt_0")).toEqual(new Map());
  });

  test("and changes no decision for another destination", async () => {
    const store = await open();
    const failure = newFailure("evt_0");
    const decide: NewEvent["decide"] = (known) => {
      const turn = failure.decide?.(known) ?? newTurn();
      return { ...turn, decisions: [...turn.decisions, toDeliver("b")] };
    };
    await store.accept([{ ...failure, decide }, newRecovery("evt_0", TELLS)]);
    expect(await decisionsOf(store, failure)).toEqual({ ops: "superseded", b: "deliver" });
  });

  test("in the batch that the failures come in, too", async () => {
    const store = await open();
    const [failure, recovery] = [newFailure("evt_0"), newRecovery("evt_0", TELLS)];
    await store.accept([failure, recovery]);
    expect(await decisionsOf(store, failure)).toEqual({ ops: "superseded" });
    expect(await claim(store)).toMatchObject([{ id: deliveryOf(recovery), untold: failure.body }]);
  });

  test("with those that were tried, and those that somebody asked for", async () => {
    const store = await open();
    const [tried, askedFor] = [newFailure("evt_0"), newFailure("evt_0", { dueAt: FAR })];
    await store.accept([tried, askedFor]);
    const attempt = newAttempt({ outcome: "retry" });
    for (const one of await claim(store)) {
      await record(store, recordOf(one, { attempt, state: "pending", dueAt: FAR }));
    }
    await store.retry(deliveryOf(askedFor), START);
    await store.accept([newRecovery("evt_0", { ...TELLS, dueAt: FAR })]);
    for (const one of [tried, askedFor]) {
      expect(await standing(store, one)).toMatchObject({ state: "cancelled" });
    }
    expect(await store.due()).toEqual([{ destinationId: "ops", dueAt: FAR, manual: false }]);
    expect((await standing(store, tried))?.attempts).toEqual([attempt]);
  });

  test("but not of those that ended, are being sent, or are of another incident or destination", async () => {
    const store = await open();
    const [arrived, failed] = [newFailure("evt_0"), newFailure("evt_0")];
    await store.accept([arrived, failed]);
    const [first, second] = await claim(store);
    if (first) await record(store, recordOf(first));
    if (second) await record(store, recordOf(second, { state: "failed" }));
    const sending = newFailure("evt_0");
    await store.accept([sending]);
    await claim(store);
    const others = [newFailure("evt_1"), newFailure("evt_0", { destinationId: "b" })];
    await store.accept([...others, newRecovery("evt_0", TELLS)]);
    const all = [arrived, failed, sending, ...others];
    const states = await Promise.all(all.map(async (one) => (await standing(store, one))?.state));
    expect(states).toEqual(["delivered", "failed", "sending", "pending", "pending"]);
    for (const one of all.slice(0, 4)) {
      expect(await decisionsOf(store, one)).toEqual({ ops: "deliver" });
    }
    const claimed = await claim(store);
    expect(claimed.map(({ untold }) => untold)).toEqual([undefined, undefined]);
  });

  test("with the failure that came last, whichever was owed last", async () => {
    const store = await open();
    const [first, last] = [newFailure("evt_0"), newFailure("evt_0")];
    await store.accept([first, last]);
    const again = { id: "dlv_~again", destinationId: "ops", dueAt: FAR, expiresAt: undefined };
    await store.addDeliveries(first.id, [again], START);
    await store.accept([newRecovery("evt_0", TELLS)]);
    expect(await claim(store)).toMatchObject([{ untold: last.body }]);
    expect((await store.delivery(again.id))?.state).toBe("cancelled");
  });

  test("which nobody is told of, where it is not told itself", async () => {
    const store = await open();
    const failures = [newFailure("evt_0"), newFailure("evt_0", { destinationId: "b" })];
    await store.accept(failures);
    const outdated = [{ incidentId: "evt_0", destinationId: "ops" }];
    await store.accept([newRun({ outdated })]);
    const [ended, other] = await Promise.all(failures.map((one) => standing(store, one)));
    expect([ended?.state, other?.state]).toEqual(["cancelled", "pending"]);
    expect(ended?.reason).toMatch(/^superseded: .* muted hours, which drop the recovery/);
    expect(await decisionsOf(store, failures[0] ?? newEvent())).toEqual({ ops: "superseded" });
  });

  test("which goes alone where nothing waits any more", async () => {
    const store = await open();
    const recovery = newRecovery("evt_0", TELLS);
    await store.accept([recovery]);
    expect(await claim(store)).toMatchObject([{ id: deliveryOf(recovery), untold: undefined }]);
  });

  test("and tells it at every attempt, within the bytes that are enough", async () => {
    const store = await open();
    const body = "x".repeat(1_000);
    const recoveries = ["a", "b"].map((destinationId) =>
      newRecovery("evt_0", { ...TELLS, destinationId }, { body: "{}" }),
    );
    const failures = ["a", "b"].map((destinationId) =>
      newFailure("evt_0", { destinationId }, { body }),
    );
    await store.accept([...failures, ...recoveries]);
    const shares = ["a", "b"].map((destinationId) => ({ destinationId, count: 1, manual: false }));
    const asked = { now: START, leaseUntil: FAR, shares, enoughBytes: 1_000 };
    const [first, ...rest] = (await store.claim(asked)).deliveries;
    expect([String(first?.untold), rest]).toEqual([body, []]);
    if (!first) return;
    await record(store, recordOf(first, { state: "failed" }));
    await store.retry(first.id, START);
    const [again] = await claim(store, "a", { manual: true });
    expect(String(again?.untold)).toBe(body);
  });

  test("and a failure that it told is sent by itself where somebody asks for it", async () => {
    const store = await open();
    const failure = newFailure("evt_0");
    await store.accept([failure, newRecovery("evt_0", TELLS)]);
    const before = await standing(store, failure);
    expect(await store.retry(deliveryOf(failure), START)).toEqual({ kind: "done" });
    const manual = await claimOneManual(store);
    expect(manual).toMatchObject({ returnTo: "cancelled", untold: undefined });
    expect(manual.event.id).toBe(failure.id);
    await record(store, failedRecord(manual));
    const { state, reason } = (await standing(store, failure)) ?? {};
    expect({ state, reason }).toEqual({ state: "cancelled", reason: before?.reason });
    await store.retry(manual.id, START);
    await record(store, recordOf(await claimOneManual(store)));
    expect((await standing(store, failure))?.state).toBe("delivered");
    expect(await store.tellings("evt_0")).toEqual(new Map([["ops", { toldAt: START + 12 }]]));
    expect(await claim(store)).toMatchObject([{ untold: failure.body }]);
  });
}
