import type { Outcome } from "@syncbell/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readOutcome } from "./read-outcome.ts";

const outcomes: readonly Outcome[] = [
  { kind: "delivered", receipt: "r-1", note: "truncated", status: 200, response: "ok" },
  { kind: "delivered" },
  { kind: "accepted", note: "queued", status: 202 },
  { kind: "retry", reason: "answered 503", afterMs: 5000, status: 503, response: "" },
  { kind: "rejected", reason: "answered 400", status: 400 },
  { kind: "gone", reason: "answered 410", status: 410 },
  { kind: "unauthorized", reason: "answered 401", status: 401 },
];

test.each(outcomes)("an outcome in order is read as it is: $kind", (outcome) => {
  expect(readOutcome(outcome)).toEqual(outcome);
});

test("whatever a channel answers, what is read can be recorded", () => {
  const field = fc.constantFrom(
    "status",
    "response",
    "reason",
    "receipt",
    "note",
    "afterMs",
    "kind",
  );
  const anything = fc.oneof(
    fc.anything(),
    fc.constantFrom("retry", "gone", "delivered"),
    fc.double(),
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.dictionary(field, anything)), (answered) => {
      const outcome = readOutcome(answered);
      if (!outcome) return;
      expect(outcomes.map(({ kind }) => kind)).toContain(outcome.kind);
      expect(outcome.status ?? 200).toSatisfy(Number.isSafeInteger);
      expect(typeof (outcome.response ?? "")).toBe("string");
      if ("reason" in outcome) expect(typeof outcome.reason).toBe("string");
      if (outcome.kind === "retry") expect(outcome.afterMs ?? 1).toBeGreaterThan(0);
    }),
  );
});
