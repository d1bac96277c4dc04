import { join } from "node:path";
import { openSqlite } from "../store/sqlite.ts";
import { type Store, StoreUnavailable } from "../store/store.ts";
import { temporaryFolder } from "./folder.ts";
import { type RunningEngine, type RunningOptions, startRunning } from "./running-engine.ts";

/** An engine whose process can die. */
export interface MortalEngine extends RunningEngine {
  /**
   * Cuts the engine off from its file as a kill does: nothing it does is kept from then on, and another
   * can be started on the same file.
   */
  readonly kill: () => Promise<void>;
}

/** Starts one, on a file of its own unless a `path` is given. */
export async function startMortal(options: RunningOptions): Promise<MortalEngine> {
  const { path = join(temporaryFolder(), "syncbell.db"), ...others } = options;
  const inner = await openSqlite(path);
  let isDead = false;
  const verbs = Object.entries(inner).map(([verb, run]) => [
    verb,
    (...given: readonly unknown[]) =>
      isDead
        ? Promise.reject(new StoreUnavailable("the process was killed"))
        : (run as (...all: readonly unknown[]) => unknown)(...given),
  ]);
  const store = {
    ...(Object.fromEntries(verbs) as Store),
    close: async () => {
      if (!isDead) await inner.close();
    },
  };
  return {
    ...(await startRunning({ ...others, store })),
    path,
    async kill() {
      isDead = true;
      await inner.close();
    },
  };
}
