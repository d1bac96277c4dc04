import type { Pace } from "@syncbell/core";

/** How full a bucket was, and when, in milliseconds since the epoch. It may owe some tokens. */
export interface Bucket {
  readonly tokens: number;
  readonly filledAt: number;
}

/** How far back a clock that is taken for another's may be, in milliseconds; further, and it was set back. */
const MOST_BEHIND_MS = 60_000;

/**
 * A bucket as it is now; one that is not known is full. A clock that is behind the one that filled it last
 * fills nothing, and takes nothing away.
 */
export function filled(
  bucket: Bucket | undefined,
  { perSecond, burst }: Pace,
  now: number,
): Bucket {
  const most = Math.max(1, burst);
  if (!bucket) return { tokens: most, filledAt: now };
  const { filledAt } = bucket;
  const tokens = Math.min(most, bucket.tokens + (Math.max(0, now - filledAt) / 1000) * perSecond);
  const isSetBack = now < filledAt - MOST_BEHIND_MS;
  return { tokens, filledAt: isSetBack ? now : Math.max(filledAt, now) };
}

/**
 * What is known of the buckets of tokens that hold destinations to their paces. The buckets themselves are
 * in the store, where they outlive a restart and are every dispatcher's.
 */
export class Paces {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes in how full buckets are by what the store says. */
  adopt(buckets: ReadonlyMap<string, Bucket>): void {
    for (const [destinationId, bucket] of buckets) this.#buckets.set(destinationId, bucket);
  }

  /** How many attempts may begin now. */
  available(destinationId: string, pace: Pace, now: number): number {
    return Math.floor(this.#fill(destinationId, pace, now).tokens);
  }

  /** Takes tokens for attempts that begin; never refuses, so that the bucket may owe some. */
  take(destinationId: string, pace: Pace, now: number, count: number): void {
    const { tokens, filledAt } = this.#fill(destinationId, pace, now);
    this.#buckets.set(destinationId, { tokens: tokens - count, filledAt });
  }

  /** When one more attempt may begin after `begun` that begin now, in milliseconds since the epoch. */
  nextAt(destinationId: string, pace: Pace, now: number, begun = 0): number {
    const tokens = this.#fill(destinationId, pace, now).tokens - begun;
    return tokens >= 1 ? now : now + Math.ceil(((1 - tokens) / pace.perSecond) * 1000);
  }

  #fill(destinationId: string, pace: Pace, now: number): Bucket {
    const bucket = filled(this.#buckets.get(destinationId), pace, now);
    this.#buckets.set(destinationId, bucket);
    return bucket;
  }
}
