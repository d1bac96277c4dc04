import type { OutcomeKind } from "@syncbell/core";

/** How many attempts a destination that has not proved itself yet may have under way at once. */
const FIRST_WINDOW = 2;

/** Whoever takes longer to answer holds its places as long as one that does not answer. */
const SLOW_MS = 2_000;

interface Standing {
  window: number;
  proven: boolean;
}

/**
 * How much each destination is trusted with, by what came of its last attempts: a window of attempts
 * under way that doubles with each attempt that was not put off, and falls to one with each that was (no
 * answer, 5xx, 429). Kept in memory only: a restart makes it careful again, and no more.
 */
export class Windows {
  readonly #standings = new Map<string, Standing>();

  /** How many attempts may be under way, given what the channel's limits allow. */
  window(destinationId: string, limit: number): number {
    return Math.min(limit, this.#standings.get(destinationId)?.window ?? FIRST_WINDOW);
  }

  /**
   * Whether the last attempt was not put off, and answered within two seconds. A destination that was
   * never tried has not proved it.
   */
  isProven(destinationId: string): boolean {
    return this.#standings.get(destinationId)?.proven ?? false;
  }

  /** Takes in how an attempt ended. A receiver that says no for good is alive: only `retry` counts. */
  record(destinationId: string, outcome: OutcomeKind, limit: number, durationMs = 0): void {
    const alive = outcome !== "retry";
    const window = alive ? Math.min(limit, this.window(destinationId, limit) * 2) : 1;
    this.#standings.set(destinationId, { window, proven: alive && durationMs <= SLOW_MS });
  }
}
