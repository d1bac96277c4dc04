import { type Store, StoreUnavailable } from "../store/store.ts";
import { newPlace, openStore } from "./opened-store.ts";
import { type RunningEngine, type RunningOptions, startRunning } from "./running-engine.ts";

/** An engine whose process can die. */
export interface MortalEngine extends RunningEngine {
  /**
   * Cuts the engine off from its store as a kill does: nothing it does is kept from then on, and another
   * can be started at the same place.
   */
  readonly kill: () => Promise<void>;
}

/** Starts one, on a store of its own unless a `place` is given. */
export async function startMortal(options: RunningOptions): Promise<MortalEngine> {
  const { place = await newPlace(), ...others } = options;
  const inner = await openStore(place);
  let isDead = false;
  const mortal = (run: (...all: readonly unknown[]) => unknown) => {
    return (...given: readonly unknown[]) =>
      isDead ? Promise.reject(new StoreUnavailable("the process was killed")) : run(...given);
  };
  const verbs = Object.entries(inner).map(([verb, run]) => [
    verb,
    typeof run === "function" ? mortal(run as Parameters<typeof mortal>[0]) : run,
  ]);
  const store = {
    ...(Object.fromEntries(verbs) as Store),
    close: async () => {
      if (!isDead) await inner.close();
    },
  };
  return {
    ...(await startRunning({ ...others, store })),
    place,
    async kill() {
      isDead = true;
      await inner.close();
    },
  };
}
