/** How long work may go on, in milliseconds, before others get their turn. */
const LONGEST_WORK_MS = 5;

const MOST_AT_ONCE = 500;

/**
 * Long work that leaves the process its turns. An answer of SQLite is there at once, so that to wait for it
 * lets nothing else run: no timer, no request, no delivery.
 */
export class LongWork {
  #since = performance.now();
  #portionSince = 0;
  #portion = 10;

  /** Lets others have their turn, where the work has gone on for some milliseconds. */
  async pause(): Promise<void> {
    if (performance.now() - this.#since < LONGEST_WORK_MS) return;
    await new Promise<void>((resolve) => void setImmediate(resolve));
    this.#since = performance.now();
  }

  /**
   * How many of many like things to do before the next {@link LongWork.pause}: more where the last portion
   * was done quickly, fewer where it was not.
   */
  portion(): number {
    this.#portionSince = performance.now();
    return this.#portion;
  }

  /** Pauses after a portion that was done. */
  async pauseAfterPortion(): Promise<void> {
    const took = performance.now() - this.#portionSince;
    if (took > LONGEST_WORK_MS) this.#portion = Math.max(1, Math.floor(this.#portion / 2));
    else if (took < LONGEST_WORK_MS / 4) this.#portion = Math.min(MOST_AT_ONCE, this.#portion * 2);
    await this.pause();
  }
}
