import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import { answers, isAsking } from "./store-answers.ts";

/** Turns of the event loop that the code under test is given to act on what has just happened. */
const TURNS = 8;

interface Timer {
  at: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now: number;

  constructor(now: number = Date.UTC(2024, 10, 11, 10, 0, 0)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** How many timers are set. */
  get waiting(): number {
    return this.#timers.size;
  }

  /**
   * Moves on by `ms` milliseconds. What falls due on the way runs in order, each at its own moment,
   * and what it leads to, short of the network, has happened before the next one runs.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    await this.#run(end);
    this.#now = end;
    await settle();
  }

  /** Moves on by `ms` at once, as after a machine's sleep: all that fell due on the way is late. */
  async skip(ms: number): Promise<void> {
    await settle();
    this.#now += ms;
    await this.#run(this.#now);
    await settle();
  }

  /**
   * Sets the time of day on or back by `ms`, as somebody does who sets a machine's clock right. Timers
   * go by the time that has passed: each waits as long as before.
   */
  async leap(ms: number): Promise<void> {
    await settle();
    this.#now += ms;
    for (const timer of this.#timers) timer.at += ms;
    await settle();
  }

  async #run(end: number): Promise<void> {
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (!first || timer.at < first.at)) first = timer;
    }
    return first;
  }
}

/** Lets what has just happened have its effects, short of the network: a store's answer is waited for. */
export async function settle(): Promise<void> {
  do {
    await answers();
    for (let turn = 0; turn < TURNS; turn++) await nextTurn();
  } while (isAsking());
}
