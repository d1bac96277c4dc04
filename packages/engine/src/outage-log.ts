import type { Clock } from "./clock.ts";
import type { EngineLog, LogFields } from "./log.ts";

/** How often it is said of something that it still fails, in milliseconds. */
const AGAIN_MS = 60_000;

export interface OutageLogOptions {
  readonly log: EngineLog;
  readonly clock: Clock;
}

/** Says that something fails: when that begins, and once a minute while it goes on, however often it is tried. */
export class OutageLog {
  readonly #options: OutageLogOptions;
  readonly #message: string;
  #saidAt: number | undefined;

  constructor(message: string, options: OutageLogOptions) {
    this.#message = message;
    this.#options = options;
  }

  /** Tells that it was tried in vain. */
  failed(error: unknown, fields: LogFields = {}): void {
    const { log, clock } = this.#options;
    const now = clock.now();
    if (this.#saidAt !== undefined && Math.abs(now - this.#saidAt) < AGAIN_MS) return;
    this.#saidAt = now;
    log.error({ err: error, ...fields }, this.#message);
  }

  /** Tells that it was done; answers whether it failed before. */
  done(): boolean {
    const hasFailed = this.#saidAt !== undefined;
    this.#saidAt = undefined;
    return hasFailed;
  }
}
