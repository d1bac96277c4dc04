import type { DestinationStatus } from "./destination-event.ts";
import type { OverdueEvent } from "./overdue-event.ts";
import { type RunOutcome, runOutcome } from "./run-outcome.ts";

const OUTCOMES: ReadonlyMap<string, RunOutcome> = new Map<
  DestinationStatus | OverdueEvent["status"],
  RunOutcome
>([
  ["failing", "failed"],
  ["disabled", "failed"],
  ["recovered", "succeeded"],
  ["overdue", "failed"],
]);

/**
 * What a notice is to whoever hears of it, by its status: a destination that fails or a run that has not
 * come is a failure. A status that is none of Syncbell's own is read as a run's.
 */
export function noticeOutcome(status: string): RunOutcome {
  return OUTCOMES.get(status) ?? runOutcome(status);
}
