import type { RunOutcome } from "@syncbell/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type PipelineState, type RunEnd, UNSEEN, advance } from "./incident.ts";

/** What is posted: a run of one of a few pipelines, at a place in time that may lie behind. */
interface Step {
  readonly pipeline: number;
  readonly sync: number;
  readonly outcome: RunOutcome;
  readonly stopped: number;
}

/** The whole story of a pipeline, told anew from its beginning each time: slow, and plain. */
class Model {
  readonly #counted: Step[] = [];
  readonly #heard: Step[] = [];

  tell(step: Step): { transition: string; failures: number } {
    const last = this.#counted.at(-1);
    const failures = this.#failuresAtTheEnd();
    if (last && step.stopped < last.stopped) return { transition: "late", failures };
    const isKnown = this.#heard
      .slice(-16)
      .some(
        (one) =>
          one.sync === step.sync && one.outcome === step.outcome && one.stopped === step.stopped,
      );
    if (isKnown) return { transition: "repeated", failures };
    this.#heard.push(step);
    if (step.outcome !== "failed" && step.outcome !== "succeeded")
      return { transition: "other", failures };
    this.#counted.push(step);
    if (step.outcome === "failed") {
      return { transition: failures === 0 ? "broke" : "failing", failures: failures + 1 };
    }
    if (!last) return { transition: "first", failures: 0 };
    return { transition: failures > 0 ? "recovered" : "healthy", failures };
  }

  #failuresAtTheEnd(): number {
    const reversed = this.#counted.toReversed();
    const end = reversed.findIndex(({ outcome }) => outcome === "succeeded");
    return end < 0 ? reversed.length : end;
  }
}

const PIPELINES = 3;
const step: fc.Arbitrary<Step> = fc.record({
  pipeline: fc.nat(PIPELINES - 1),
  sync: fc.nat(5),
  outcome: fc.constantFrom<RunOutcome[]>(
    "failed",
    "failed",
    "succeeded",
    "skipped",
    "cancelled",
    "other",
  ),
  stopped: fc.nat(6),
});

/** Runs come about in order: each a little before or after where the story is. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  return steps.map((one, index) => ({ ...one, stopped: Math.floor(index / 3) + one.stopped }));
}

test("incidents are those of a model of them, over 100,000 runs: late, repeated, interleaved", () => {
  let steps = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 200, maxLength: 200 }), (drawn) => {
      const models = Array.from({ length: PIPELINES }, () => new Model());
      const states: PipelineState[] = Array.from({ length: PIPELINES }, () => UNSEEN);
      for (const [index, one] of inOrder(drawn).entries()) {
        const run: RunEnd = {
          eventId: `evt_${index}`,
          syncId: `sync-${one.sync}`,
          outcome: one.outcome,
          stopped: one.stopped,
          receivedAt: 1_000_000,
        };
        const next = advance(states[one.pipeline] ?? UNSEEN, run);
        states[one.pipeline] = next.state;
        const { transition, failures, seconds } = next.incident;
        expect({ transition, failures }).toEqual(models[one.pipeline]?.tell(one));
        expect(seconds).toBeGreaterThanOrEqual(0);
        steps++;
      }
    }),
    { numRuns: 500 },
  );
  expect(steps).toBeGreaterThanOrEqual(100_000);
});
