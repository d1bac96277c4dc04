import {
  type Ended,
  type ProcessOptions,
  type Serving,
  serveOn,
  startSyncbell,
  watchStart,
} from "../syncbell-child.ts";

/** A dispatcher that is there to be killed, from the moment of its start. */
export interface MortalDispatcher {
  readonly served: Promise<Serving>;
  readonly ended: Promise<Ended>;
  /** The time from its start until it served, in milliseconds; undefined as long as it does not. */
  readonly startMs: () => number | undefined;
  readonly end: (signal: NodeJS.Signals) => void;
}

/** Starts a dispatcher. It may not outlive the harness. */
export function startMortal(options: ProcessOptions): MortalDispatcher {
  const startedAt = performance.now();
  let startMs: number | undefined;
  const child = startSyncbell(["serve"], serveOn(options));
  const end = (signal: NodeJS.Signals): void => void child.kill(signal);
  const kill = (): void => end("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  const { served, ended } = watchStart(child);
  served.then(
    () => (startMs = performance.now() - startedAt),
    // That it was killed before it served is often the point.
    () => undefined,
  );
  return { served, ended, startMs: () => startMs, end };
}
