import type { Outcome } from "@syncbell/core";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * The wait before each attempt, from the first, which comes at once. Eleven attempts in about 24
 * hours: dense at first, for restarts and deployments, then wide, for a night.
 */
export const SCHEDULE: readonly number[] = [
  0,
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  1 * HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  8 * HOUR,
];

/** Where the slow part of the schedule begins, for a receiver that does not let us in. */
const SLOW_STEP = SCHEDULE.indexOf(10 * MINUTE);

/** Jitter adds at most this share of a wait, so that many deliveries do not come back as one. */
const JITTER = 0.2;

/** The longest wait that a receiver can ask for where the delivery itself has no end. */
const LONGEST_WAIT = 5 * 24 * HOUR;

/** Where a delivery stands on the schedule. */
export interface Progress {
  /** How many steps of the schedule are used up, this attempt's included. */
  readonly step: number;
  /** When the delivery is no longer worth making, in milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
}

export type NextState =
  | { readonly state: "delivered" | "failed" | "expired"; readonly step: number }
  | { readonly state: "pending"; readonly step: number; readonly dueAt: number };

/**
 * What becomes of a delivery after an attempt. Pure: `random` is a number from 0 up to 1.
 * A Retry-After later than the schedule is honoured whole, up to the delivery's expiry.
 */
export function nextState(
  outcome: Outcome,
  { step, expiresAt }: Progress,
  now: number,
  random: number,
): NextState {
  if (outcome.kind === "delivered" || outcome.kind === "accepted") {
    return { state: "delivered", step };
  }
  if (outcome.kind === "rejected" || outcome.kind === "gone") return { state: "failed", step };
  const next = outcome.kind === "unauthorized" ? Math.max(step, SLOW_STEP) : step;
  const wait = SCHEDULE[next];
  if (wait === undefined) return { state: "failed", step };
  const asked = outcome.kind === "retry" ? Math.min(outcome.afterMs ?? 0, LONGEST_WAIT) : 0;
  const dueAt = now + Math.max(wait + Math.floor(wait * JITTER * random), asked);
  if (expiresAt !== undefined && now >= expiresAt) return { state: "expired", step };
  return { state: "pending", step: next, dueAt: Math.min(dueAt, expiresAt ?? dueAt) };
}
