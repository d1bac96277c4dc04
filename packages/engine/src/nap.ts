import type { Clock } from "./clock.ts";

/** A wait that can be ended early: of a loop that looks for work, and is told of it. */
export class Nap {
  readonly #clock: Clock;
  #rouse: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after `ms` milliseconds, or when it is ended. */
  async take(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#rouse = () => {
        cancel();
        resolve();
      };
    });
    this.#rouse = undefined;
  }

  /** Ends the wait, if there is one. */
  end(): void {
    this.#rouse?.();
  }
}
