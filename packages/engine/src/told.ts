import type { Decision } from "./decision.ts";

const TOLD: ReadonlySet<Decision["decision"]> = new Set(["deliver", "digested", "superseded"]);

/**
 * Whether a message comes of a decision: one by itself, a digest, or, where it was superseded, that of the
 * recovery.
 */
export function isTold(said: Pick<Decision, "decision"> | undefined): boolean {
  return said !== undefined && TOLD.has(said.decision);
}
