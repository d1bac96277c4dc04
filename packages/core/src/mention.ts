import { z } from "zod";
import { isDigestEvent } from "./digest-event.ts";
import { type Hours, hoursFields, isWithinHours } from "./hours.ts";
import type { Notification } from "./notification.ts";
import type { RunOutcome } from "./run-outcome.ts";

/** When a message mentions people: every condition that is given must hold. Without hours, at any time. */
export interface MentionCondition extends Hours {
  /** The outcomes that are worth a mention. */
  readonly on: readonly RunOutcome[];
  /** Of failures in a row, only this one and those after it, counted from 1. Absent: every one. */
  readonly from?: number;
}

const OUTCOMES = [
  "failed",
  "succeeded",
  "skipped",
  "cancelled",
  "other",
] as const satisfies readonly RunOutcome[];

/** The fields of a {@link MentionCondition}, for a channel's config that says beside them who is mentioned. */
export const mentionFields: {
  readonly on: z.ZodDefault<z.ZodType<readonly RunOutcome[]>>;
  readonly from: z.ZodExactOptional<z.ZodInt>;
} & typeof hoursFields = {
  on: z
    .array(z.enum(OUTCOMES))
    .min(1)
    .default(["failed"])
    .describe("The outcomes of a run that are worth a mention."),
  from: z
    .int()
    .min(1)
    .exactOptional()
    .describe("Only from this failure in a row on: 3 leaves out the first two. Absent: every one."),
  ...hoursFields,
};

/**
 * Whether a notification is one to mention people in. Pure: the hours are those of the moment at which it
 * is said. `from` counts the failures of the incident, and a failure of which no incident is known as the
 * first. Of a digest it holds none back: that stands for several pipelines, each with a count of its own.
 */
export function isMentionDue(
  { outcome, incident, at, source }: Notification,
  condition: MentionCondition,
): boolean {
  const { on, from = 1 } = condition;
  if (!on.includes(outcome) || !isWithinHours(condition, at)) return false;
  if (outcome !== "failed" || isDigestEvent(source.event)) return true;
  return Math.max(1, incident?.failures ?? 1) >= from;
}
