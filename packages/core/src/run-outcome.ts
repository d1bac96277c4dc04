/** How a run ended, folded from the many spellings of `status`. */
export type RunOutcome = "succeeded" | "failed" | "skipped" | "cancelled" | "other";

const SPELLINGS: Readonly<Record<Exclude<RunOutcome, "other">, readonly string[]>> = {
  succeeded: [
    "succeeded",
    "succeed",
    "success",
    "successful",
    "ok",
    "okay",
    "passed",
    "pass",
    "completed",
    "complete",
    "done",
    "finished",
    "completed_with_warnings",
    "succeeded_with_warnings",
  ],
  failed: [
    "failed",
    "fail",
    "failure",
    "error",
    "errored",
    "error_occurred",
    "crashed",
    "crash",
    "fatal",
    "broken",
    "timeout",
    "timed_out",
    "timedout",
    "oom",
    "oom_killed",
    "partial_failure",
    "partially_failed",
    "completed_with_errors",
    "finished_with_errors",
    "unsuccessful",
    "not_ok",
  ],
  skipped: ["skipped", "skip", "noop", "no_op", "not_run", "ignored"],
  cancelled: [
    "cancelled",
    "canceled",
    "cancel",
    "aborted",
    "abort",
    "stopped",
    "revoked",
    "interrupted",
  ],
};

const FOLDED: ReadonlyMap<string, RunOutcome> = new Map(
  Object.entries(SPELLINGS).flatMap(([outcome, spellings]) =>
    spellings.map((spelling) => [spelling, outcome as RunOutcome] as const),
  ),
);

/**
 * Folds a status into an outcome. Case, surrounding space and the choice between space, hyphen and
 * underscore make no difference. A word that is not known is `other`, never a guess.
 */
export function runOutcome(status: string): RunOutcome {
  return (
    FOLDED.get(
      status
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/g, "_"),
    ) ?? "other"
  );
}
