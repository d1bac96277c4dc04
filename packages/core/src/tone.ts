import type { RunOutcome } from "./run-outcome.ts";

/** How a message should feel: a channel turns it into a colour or a sign. */
export type Tone = "good" | "bad" | "neutral";

const TONES: Readonly<Record<RunOutcome, Tone>> = {
  succeeded: "good",
  failed: "bad",
  skipped: "neutral",
  cancelled: "neutral",
  other: "neutral",
};

/** The tone of something that ended in a way. */
export function toneOf(outcome: RunOutcome): Tone {
  return TONES[outcome];
}
