import type { Transition } from "@syncbell/core";
import { expect, test } from "vitest";
import type { Decision } from "../../decision.ts";
import type { ClaimedDelivery } from "../delivery-records.ts";
import type { NewEvent } from "../event-records.ts";
import type { ReplayedState } from "../replay-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { FAR, START, claim, newDelivery } from "./new-events.ts";
import { endAll, record, recordOf } from "./new-records.ts";
import { UNTIL, disabled, newReplay, runReplay } from "./new-replays.ts";
import { deliveryOf, newFailure, newRecovery, newRun } from "./new-pipelines.ts";

const WAITS = { waits: true, sending: false };

/** Replays what ended in a state; answers how many deliveries that made. */
async function replay(store: Store, state: ReplayedState): Promise<number> {
  const asked = newReplay({ states: [state] });
  await store.addReplay(asked);
  return (await runReplay(store, asked.id, 9)).done;
}

/** Replays the only delivery that ended in a state, and claims what that makes. */
async function replayOne(store: Store, state: ReplayedState): Promise<ClaimedDelivery> {
  expect(await replay(store, state)).toBe(1);
  const [claimed, ...more] = await claim(store, "ops", { now: UNTIL });
  if (!claimed || more.length > 0) throw new Error("not one delivery was claimed");
  return claimed;
}

/** A run of the incident that nobody is owed. */
function untoldRun(transition: Transition, decisions: readonly Decision[] = []): NewEvent {
  return newRun({ incident: { transition, id: "evt_0", failures: 1, seconds: 0 }, decisions });
}

export function againSuite(open: OpenStore): void {
  test.each(["broke", "failing"] as const)(
    "a run that is %s, and knows that it waits",
    async (transition) => {
      const store = await open();
      const [run, other] = [untoldRun(transition), untoldRun(transition)];
      await store.accept([run, other]);
      expect(await store.tellings("evt_0")).toEqual(new Map());
      await store.addDeliveries(run.id, [newDelivery("a", FAR), newDelivery("b", FAR)], START);
      expect(await store.tellings("evt_0")).toEqual(
        new Map([
          ["a", WAITS],
          ["b", WAITS],
        ]),
      );
      expect((await store.event(other.id))?.deliveries).toEqual([]);
    },
  );

  test.each(["recovered", "healthy", "first", "other", "late", "repeated"] as const)(
    "a run that is %s, which is no failure that waits",
    async (transition) => {
      const store = await open();
      const run = untoldRun(transition);
      await store.accept([run]);
      await store.addDeliveries(run.id, [newDelivery("ops", FAR)], START);
      expect(await store.tellings("evt_0")).toEqual(new Map());
    },
  );

  test("a failure, which a recovery then takes the place of, or tells the end of", async () => {
    const store = await open();
    const failure = newFailure("evt_0");
    await store.accept([failure]);
    await endAll(store, "ops", "failed");
    expect(await replay(store, "failed")).toBe(1);
    expect(await store.tellings("evt_0")).toEqual(new Map([["ops", WAITS]]));
    await store.accept([newRecovery("evt_0", { tellsOf: "evt_0" })]);
    expect(await claim(store, "ops", { now: FAR })).toMatchObject([{ untold: failure.body }]);
    await store.addDeliveries(failure.id, [newDelivery("ops", FAR)], START);
    await endAll(store, "ops", "delivered");
    expect(await store.tellings("evt_0")).toEqual(new Map([["ops", { toldAt: START + 12 }]]));
  });

  test("a recovery, together with the failure that it told", async () => {
    const store = await open();
    const [failure, recovery] = [newFailure("evt_0"), newRecovery("evt_0", { tellsOf: "evt_0" })];
    await store.accept([failure, recovery]);
    await endAll(store, "ops", "delivered");
    const again = await replayOne(store, "delivered");
    expect(again.event.id).toBe(recovery.id);
    expect(again.untold).toEqual(failure.body);
    await record(store, recordOf(again, { state: "failed" }));
    await store.forgetEvents("evt_~", "", 9);
    expect(await store.event(failure.id)).toBeUndefined();
  });

  test("a failure that was superseded, by itself", async () => {
    const store = await open();
    const failure = newFailure("evt_0");
    await store.accept([failure, newRecovery("evt_0", { tellsOf: "evt_0" })]);
    await endAll(store, "ops", "delivered");
    const again = await replayOne(store, "cancelled");
    expect(again).toMatchObject({ event: { id: failure.id }, untold: undefined });
    await record(store, recordOf(again));
    expect((await store.delivery(deliveryOf(failure)))?.state).toBe("cancelled");
    expect((await store.tellings("evt_0")).get("ops")).toEqual({ toldAt: START + 12 });
  });

  test("a recovery that had waited in vain, without waiting", async () => {
    const store = await open();
    await store.accept([newFailure("evt_0")]);
    const [sent] = await claim(store);
    const recovery = newRecovery("evt_0", { waitsFor: "evt_0" });
    await store.accept([recovery]);
    if (sent) await record(store, recordOf(sent, { state: "failed" }));
    expect(await claim(store)).toEqual([]);
    const again = await replayOne(store, "cancelled");
    expect(again).toMatchObject({ event: { id: recovery.id }, untold: undefined });
  });

  test("what met a disabled destination, as what it is", async () => {
    const store = await open();
    const missed = untoldRun("broke", disabled("ops").decisions);
    await store.accept([missed]);
    expect(await replay(store, "disabled")).toBe(1);
    expect(await store.tellings("evt_0")).toEqual(new Map([["ops", WAITS]]));
    const [claimed] = await claim(store, "ops", { now: UNTIL });
    expect(claimed).toMatchObject({ event: { id: missed.id, type: "post_sync" } });
  });
}
