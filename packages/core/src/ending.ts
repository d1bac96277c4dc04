import { say } from "./quote.ts";
import { runOutcome } from "./run-outcome.ts";

/** How a run ended, as it is said after a name: `failed`, `ended as half done`. Clean, masked, never empty. */
export function sayEnd(status: string): string {
  const outcome = runOutcome(status);
  return outcome === "other" ? `ended as ${say(status)}`.replace(/ as $/, "") : outcome;
}
