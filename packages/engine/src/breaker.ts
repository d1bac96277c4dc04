import type { OutcomeKind } from "@syncbell/core";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** How many attempts in a row come to nothing before a destination counts as failing. */
export const FAILURES_TO_OPEN = 5;

/** The wait before each probe of a failing destination; the last one is repeated. */
export const PROBES: readonly number[] = [
  1 * SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  1 * MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
];

/** How long a destination fails before it is disabled. */
export const DISABLE_AFTER_MS: number = 5 * DAY;

/** Failures further apart than this are not one trouble: nobody can say what was in between. */
const LONGEST_GAP_MS = DAY;

/** The longest that a receiver's Retry-After for one message holds up the others. */
const LONGEST_ASKED_MS = 10 * MINUTE;

/** Jitter adds at most this share of a wait. */
const JITTER = 0.2;

/** No hold is longer than this, in milliseconds. */
export const LONGEST_HOLD_MS: number = 10 * MINUTE * (1 + JITTER);

/** How a destination has been doing. Times are epoch milliseconds. */
export interface Health {
  /** Attempts in a row that came to nothing; those that were under way together count as one. */
  readonly failures: number;
  /** When the first of these began. */
  readonly failingSince: number | undefined;
  /** When the last of these was over. */
  readonly failedAt: number | undefined;
  /** When an attempt was last answered with anything but "not now" or "not you". */
  readonly answeredAt: number | undefined;
  /** Whether it has been told to be failing. */
  readonly failing: boolean;
  /** Probes since it is failing. */
  readonly probes: number;
  /** Before this nothing is attempted, but for what somebody asks for. */
  readonly holdUntil: number | undefined;
  /** Why the last attempt came to nothing. */
  readonly reason: string | undefined;
  /** Present once it was disabled: that is told once, and stays so until it starts anew. */
  readonly disabled?: true;
}

export const HEALTHY: Health = {
  failures: 0,
  failingSince: undefined,
  failedAt: undefined,
  answeredAt: undefined,
  failing: false,
  probes: 0,
  holdUntil: undefined,
  reason: undefined,
};

/** What an attempt says of the receiver. */
export interface Contact {
  readonly outcome: OutcomeKind;
  readonly startedAt: number;
  readonly endedAt: number;
  /** How long the receiver asked us to wait, in milliseconds. */
  readonly afterMs: number | undefined;
  readonly reason: string | undefined;
}

export interface NextHealth {
  readonly health: Health;
  /** What people should hear of. */
  readonly change: "failing" | "recovered" | "disabled" | undefined;
}

/**
 * What an attempt makes of a destination's health. Pure: `random` is a number from 0 up to 1, and `now`,
 * where it is given, the time at which the attempt is recorded, possibly long after it was over. An
 * answer, even a refusal of the message, proves the destination alive. An attempt that began before
 * the last answer came, or before the last failure was over, moves no counter.
 */
export function afterContact(
  stored: Health,
  contact: Contact,
  random: number,
  now: number = Infinity,
): NextHealth {
  const { outcome, startedAt, endedAt } = contact;
  const health = withoutFuture(stored, now);
  // What was still under way then says nothing any more.
  if (health.disabled) return { health, change: undefined };
  if (outcome === "gone") {
    const gone = { ...counted(health, contact), holdUntil: undefined };
    return { health: { ...gone, failing: true, disabled: true }, change: "disabled" };
  }
  if (isAnswer(outcome)) {
    const alive = { ...HEALTHY, answeredAt: Math.max(endedAt, health.answeredAt ?? 0) };
    return { health: alive, change: health.failing ? "recovered" : undefined };
  }
  const isOld = startedAt < (health.answeredAt ?? 0);
  const isTogether = startedAt < (health.failedAt ?? 0);
  if (isOld) return { health, change: undefined };
  if (isTogether)
    return { health: { ...health, holdUntil: hold(health, contact, 0) }, change: undefined };
  const next = counted(health, contact);
  const since = next.failingSince ?? startedAt;
  if (next.failures < FAILURES_TO_OPEN) {
    return { health: { ...next, holdUntil: hold(health, contact, 0) }, change: undefined };
  }
  const wait = PROBES[Math.min(next.probes, PROBES.length - 1)] ?? 0;
  const opened = {
    ...next,
    failing: true,
    probes: next.probes + 1,
    holdUntil: hold(health, contact, wait + Math.floor(wait * JITTER * random)),
  };
  if (endedAt - since >= DISABLE_AFTER_MS) {
    return { health: { ...opened, disabled: true }, change: "disabled" };
  }
  return { health: opened, change: health.failing ? undefined : "failing" };
}

/** Until when a destination is left alone. A hold longer than any there is comes from a clock that went back. */
export function heldUntil({ holdUntil }: Health, now: number): number | undefined {
  return holdUntil !== undefined && holdUntil - now <= LONGEST_HOLD_MS ? holdUntil : undefined;
}

/** Whether an outcome proves a receiver alive: a refusal of the message does so too. */
export function isAnswer(outcome: OutcomeKind): boolean {
  return outcome === "delivered" || outcome === "accepted" || outcome === "rejected";
}

/** What lies ahead of now, further than it can, comes from a clock that was set back: it is unknown. */
function withoutFuture(health: Health, now: number): Health {
  const { failedAt = 0, answeredAt = 0, holdUntil = 0 } = health;
  return {
    ...health,
    ...(failedAt > now ? { failedAt: undefined } : {}),
    ...(answeredAt > now ? { answeredAt: undefined } : {}),
    ...(holdUntil > now + LONGEST_HOLD_MS ? { holdUntil: undefined } : {}),
  };
}

/** One failure more; after a long silence it is the first one. */
function counted(health: Health, { startedAt, endedAt, reason }: Contact): Health {
  const goesOn = health.failedAt !== undefined && startedAt - health.failedAt <= LONGEST_GAP_MS;
  return {
    ...health,
    failures: goesOn || health.failing ? health.failures + 1 : 1,
    failingSince: goesOn ? (health.failingSince ?? startedAt) : startedAt,
    failedAt: endedAt,
    reason,
  };
}

function hold(health: Health, { endedAt, afterMs }: Contact, wait: number): number | undefined {
  const asked = Math.min(afterMs ?? 0, LONGEST_ASKED_MS);
  const until = endedAt + Math.max(wait, asked);
  const before = health.holdUntil ?? 0;
  return until > endedAt || before > endedAt ? Math.max(until, before) : undefined;
}
