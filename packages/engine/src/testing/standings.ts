import { HEALTHY, type Health } from "../breaker.ts";
import type { Destination } from "../destination.ts";
import { Directory } from "../directory.ts";
import type { StoredDestination } from "../store/destination-records.ts";
import { bell } from "./bell-channel.ts";

/** What a destination is to be, where it is not an active and healthy one with 20 places. */
export interface StandingFields extends Pick<Partial<Destination>, "pace" | "fallback" | "tenant"> {
  readonly id?: string;
  readonly state?: StoredDestination["state"];
  readonly health?: Partial<Health>;
  readonly concurrency?: number;
}

/** A directory of destinations that are told apart by their ids. */
export function directoryOf(...all: readonly StandingFields[]): Directory {
  const directory = new Directory();
  for (const { id = "ops", state = "active", health, concurrency = 20, ...others } of all) {
    const channel = bell({ limits: { concurrency, dropsRepeats: true } });
    directory.put(
      { id, channel, config: {}, ...others },
      {
        id,
        source: "file",
        definition: undefined,
        state,
        health: { ...HEALTHY, ...health },
        createdAt: 0,
        updatedAt: 0,
        disabledAt: undefined,
      },
    );
  }
  return directory;
}
