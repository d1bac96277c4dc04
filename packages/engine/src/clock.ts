/** The only source of time in the engine. Tests hand in one that they move themselves. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `run` once, `ms` milliseconds from now; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** Node's timers overflow beyond 2^31 - 1 ms; a longer wait is simply looked at again by then. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, ms), LONGEST_TIMER));
    return () => clearTimeout(timer);
  },
};
