import type { Pace } from "@syncbell/core";

interface Bucket {
  tokens: number;
  filledAt: number;
}

/**
 * The buckets of tokens that hold destinations to their paces. Kept in memory: a dispatcher that starts
 * has full buckets.
 */
export class Paces {
  readonly #buckets = new Map<string, Bucket>();

  /** How many attempts may begin now. */
  available(destinationId: string, pace: Pace, now: number): number {
    return Math.floor(this.#fill(destinationId, pace, now).tokens);
  }

  /** Takes tokens for attempts that begin; never refuses, so that the bucket may owe some. */
  take(destinationId: string, pace: Pace, now: number, count: number): void {
    this.#fill(destinationId, pace, now).tokens -= count;
  }

  /** When one more attempt may begin after `begun` that begin now, in milliseconds since the epoch. */
  nextAt(destinationId: string, pace: Pace, now: number, begun = 0): number {
    const tokens = this.#fill(destinationId, pace, now).tokens - begun;
    return tokens >= 1 ? now : now + Math.ceil(((1 - tokens) / pace.perSecond) * 1000);
  }

  #fill(destinationId: string, { perSecond, burst }: Pace, now: number): Bucket {
    const most = Math.max(1, burst);
    const known = this.#buckets.get(destinationId) ?? { tokens: most, filledAt: now };
    this.#buckets.set(destinationId, known);
    // A clock that went back fills nothing, and takes nothing away.
    const elapsed = Math.max(0, now - known.filledAt);
    known.tokens = Math.min(most, known.tokens + (elapsed / 1000) * perSecond);
    known.filledAt = now;
    return known;
  }
}
