import type { OutcomeKind } from "@syncbell/core";
import type { AttemptRecord } from "./delivery-records.ts";

const ARRIVED: ReadonlySet<OutcomeKind> = new Set(["delivered", "accepted"]);

/** Whether a message is with its receiver, by the outcome of an attempt. */
export function isArrival(outcome: OutcomeKind): boolean {
  return ARRIVED.has(outcome);
}

/**
 * Whether a message arrived by the attempt that is recorded. A manual one that came to nothing goes back
 * to `delivered` where that was the state before.
 */
export function hasArrived({ state, attempt }: Pick<AttemptRecord, "state" | "attempt">): boolean {
  return state === "delivered" && attempt !== undefined && isArrival(attempt.outcome);
}
