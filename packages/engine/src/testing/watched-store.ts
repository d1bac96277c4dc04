import { type Store, StoreUnavailable } from "../store/store.ts";
import { newPlace, openStore } from "./opened-store.ts";

type Verb = Exclude<keyof Store, "close">;

/** A real store that is watched, and whose verbs can be made to fail, as when its disk is full. */
export interface WatchedStore {
  readonly store: Store;
  /** The verbs that reject for now. */
  readonly down: Set<Verb>;
  /** How often a verb was called so far, whatever came of it. */
  readonly calls: (verb: Verb) => number;
  /** How many calls were refused so far. */
  readonly refusals: () => number;
}

/** Opens one at a place of its own; `changes` take the place of verbs and are watched like them. */
export async function watchedStore(
  changes: (inner: Store) => Partial<Store> = () => ({}),
): Promise<WatchedStore> {
  const inner = await openStore(await newPlace());
  const down = new Set<Verb>();
  const counts = new Map<string, number>();
  let refusals = 0;
  const watch = (verb: string, run: (...all: readonly unknown[]) => unknown) => {
    return (...given: readonly unknown[]) => {
      counts.set(verb, (counts.get(verb) ?? 0) + 1);
      if (!down.has(verb as Verb)) return run(...given);
      refusals++;
      return Promise.reject(new StoreUnavailable("the disk is full"));
    };
  };
  const watched = Object.entries({ ...inner, ...changes(inner) }).map(([verb, run]) => [
    verb,
    typeof run === "function" ? watch(verb, run as Parameters<typeof watch>[1]) : run,
  ]);
  return {
    store: Object.fromEntries(watched) as Store,
    down,
    calls: (verb) => counts.get(verb) ?? 0,
    refusals: () => refusals,
  };
}
