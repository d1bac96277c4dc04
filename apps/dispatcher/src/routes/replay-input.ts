import { parseTimestamp } from "@syncbell/core";
import { DELIVERY_STATES, LONGEST_REPLAY_MS, type ReplayedState } from "@syncbell/engine";
import { z } from "zod";

/** What a destination's replay goes over. Times are epoch milliseconds. */
export interface ReplayInput {
  readonly since: number;
  readonly until?: number | undefined;
  readonly states?: readonly ReplayedState[] | undefined;
}

/** The body that asks for a replay at the time `now`. */
export function replayInput(now: number): z.ZodType<ReplayInput> {
  return shape.superRefine(({ since, until }, context) => {
    const refuse = (path: "since" | "until", message: string): void =>
      context.addIssue({ code: "custom", path: [path], message });
    const end = until ?? now;
    if (until !== undefined && until < since) refuse("until", "must not be before since");
    else if (since > now) refuse("since", "must not be in the future");
    else if (end - since > LONGEST_REPLAY_MS) {
      refuse("since", `must be at most ${LONGEST_REPLAY_MS / DAY} days before until`);
    }
  });
}

const DAY = 24 * 60 * 60 * 1000;

const time = z.string().transform((text, context) => {
  const read = parseTimestamp(text);
  if (read !== undefined) return read;
  context.addIssue({ code: "custom", message: "must be a time like 2024-11-11T10:00:00Z" });
  return z.NEVER;
});

/** What has ended, or met a disabled destination. */
const REPLAYED_STATES = [
  ...DELIVERY_STATES.filter((state) => state !== "pending" && state !== "sending"),
  "disabled",
] as const;

const shape = z.strictObject({
  since: time,
  until: time.optional(),
  states: z.array(z.enum(REPLAYED_STATES)).min(1, "must not be empty").optional(),
});
