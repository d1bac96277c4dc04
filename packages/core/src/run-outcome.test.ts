import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runOutcome } from "./run-outcome.ts";

const SPELLINGS = {
  succeeded: [
    "succeeded",
    "success",
    "successful",
    "ok",
    "passed",
    "completed",
    "done",
    "finished",
  ],
  failed: [
    "failed",
    "failure",
    "error",
    "errored",
    "crashed",
    "fatal",
    "timeout",
    "timed_out",
    "oom_killed",
    "partial_failure",
    "completed_with_errors",
    "unsuccessful",
    "not_ok",
  ],
  skipped: ["skipped", "skip", "noop", "no_op", "ignored"],
  cancelled: ["cancelled", "canceled", "aborted", "stopped", "revoked", "interrupted"],
} as const;

const CASES = Object.entries(SPELLINGS).flatMap(([outcome, spellings]) =>
  spellings.map((spelling) => [spelling, outcome] as const),
);

describe("runOutcome", () => {
  it.each(CASES)("folds %s into %s", (status, outcome) => {
    expect(runOutcome(status)).toBe(outcome);
  });

  it.each([
    ["FAILED", "failed"],
    ["Succeeded", "succeeded"],
    ["  failed\n", "failed"],
    ["Timed Out", "failed"],
    ["timed-out", "failed"],
    ["COMPLETED  -  with errors", "failed"],
    ["no-op", "skipped"],
  ])("makes no difference for case, space and hyphen: %j is %s", (status, outcome) => {
    expect(runOutcome(status)).toBe(outcome);
  });

  it.each([
    "",
    " ",
    "running",
    "pending",
    "unknown",
    "not failed",
    "failed?",
    "success_rate_low",
    "constructor",
    "__proto__",
    "toString",
    "ＦＡＩＬＥＤ",
  ])("does not guess at %j", (status) => {
    expect(runOutcome(status)).toBe("other");
  });

  it("folds a spelling however it is cased and spaced", () => {
    const spelling = fc.constantFrom(...CASES);
    const separator = fc.constantFrom("_", "-", " ", "  ", " - ", "\t");
    fc.assert(
      fc.property(spelling, separator, fc.infiniteStream(fc.boolean()), (known, mark, upper) => {
        const [status, outcome] = known;
        const cased = status
          .split("")
          .map((letter) => (upper.next().value ? letter.toUpperCase() : letter));
        expect(runOutcome(` ${cased.join("").replaceAll("_", mark)} `)).toBe(outcome);
      }),
    );
  });

  it("folds a status of a million units", () => {
    expect(runOutcome("- ".repeat(500_000))).toBe("other");
    expect(runOutcome(`${" ".repeat(1_000_000)}failed`)).toBe("failed");
  });
});
