import type { Clock } from "./clock.ts";

/** How long an attempt may take in all, in milliseconds. */
const ATTEMPT_MS = 15_000;

/** How long a channel may go on after its signal fired before it is given up, in milliseconds. */
const GRACE_MS = 1_000;

/** The end that is set to an attempt. */
export interface Deadline {
  /** Fires at the deadline, or when the dispatcher stops. */
  readonly signal: AbortSignal;
  /** Resolves when a channel has not come back although its signal fired. */
  readonly passed: Promise<void>;
  clear(): void;
}

/** Sets an end to an attempt that begins now; `stopped` brings it forward. */
export function deadlineFrom(clock: Clock, stopped: AbortSignal): Deadline {
  const controller = new AbortController();
  let clearGrace = (): void => {};
  const { promise: passed, resolve: giveUp } = Promise.withResolvers<void>();
  const fire = (): void => {
    if (controller.signal.aborted) return;
    controller.abort();
    clearGrace = clock.after(GRACE_MS, giveUp);
  };
  const clearDeadline = clock.after(ATTEMPT_MS, fire);
  if (stopped.aborted) fire();
  stopped.addEventListener("abort", fire, { once: true });
  return {
    signal: controller.signal,
    passed,
    clear() {
      clearDeadline();
      clearGrace();
      stopped.removeEventListener("abort", fire);
    },
  };
}
