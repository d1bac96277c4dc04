import { expect } from "vitest";
import type { AttemptRecord, ClaimedDelivery } from "../delivery-records.ts";
import type { NewEvent } from "../event-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { FAR, START, claim } from "./new-events.ts";
import { deliveryOf, newFailure, newRecovery } from "./new-pipelines.ts";
import { newAttempt, recordOf } from "./new-records.ts";

/** Until when a recovery waits, unless it is known before what comes of the failure. */
export const UNTIL: number = START + 20_000;

export interface Waiting {
  readonly store: Store;
  readonly failure: NewEvent;
  readonly recovery: NewEvent;
  /** The failure, as it is being sent. */
  readonly sent: ClaimedDelivery;
}

/** A failure that is being sent, and the recovery that waits for what comes of that. */
export async function waiting(open: OpenStore, leaseUntil: number = FAR): Promise<Waiting> {
  const store = await open();
  const [failure, recovery] = [
    newFailure("evt_0"),
    newRecovery("evt_0", { waitsFor: "evt_0", dueAt: UNTIL }, { receivedAt: START + 3 }),
  ];
  await store.accept([failure]);
  const [sent] = await claim(store, "ops", { leaseUntil });
  await store.accept([recovery]);
  if (!sent) throw new Error("the failure was not claimed");
  expect(await claim(store, "ops", { now: UNTIL - 1 })).toEqual([]);
  return { store, failure, recovery, sent };
}

/** What can be claimed at a time, as the ids of events with the body of what else they tell. */
export async function claimedAt(
  store: Store,
  now: number,
): Promise<readonly (readonly unknown[])[]> {
  const claimed = await claim(store, "ops", { now, leaseUntil: FAR });
  return claimed.map(({ event, untold }) => [event.id, untold]);
}

/** When the delivery of an event is due. */
export const dueAtOf = async (store: Store, event: NewEvent): Promise<number | undefined> =>
  (await store.delivery(deliveryOf(event)))?.dueAt;

/** That an attempt came to nothing, and when the next one is due. */
export const retried = (sent: ClaimedDelivery, dueAt: number): AttemptRecord =>
  recordOf(sent, { attempt: newAttempt({ outcome: "retry" }), state: "pending", dueAt });
