import type { ChildProcess } from "node:child_process";
import { onTestFinished } from "vitest";
import {
  type Ended,
  type ProcessOptions,
  type Serving,
  ended,
  serveOn,
  startSyncbell,
  watchStart,
} from "./syncbell-child.ts";

/** Starts the `syncbell` command in a process that lives no longer than the running test. */
export function spawnSyncbell(words: readonly string[], options: ProcessOptions): ChildProcess {
  const child = startSyncbell(words, options);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Runs a command to its end. */
export async function runSyncbell(
  words: readonly string[],
  options: ProcessOptions & { readonly input?: string | Uint8Array },
): Promise<Ended> {
  const child = spawnSyncbell(words, options);
  child.stdin?.end(options.input ?? "");
  return ended(child);
}

/** Starts `syncbell serve` on a free port, and waits until it serves. */
export function serve(options: ProcessOptions, words: readonly string[] = []): Promise<Serving> {
  return watchStart(spawnSyncbell(["serve", ...words], serveOn(options))).served;
}
