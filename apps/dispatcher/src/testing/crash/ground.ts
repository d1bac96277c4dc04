import type { Arrival } from "./receivers.ts";

/** A dispatcher that was killed. */
export interface Killed {
  /** What its requests said of who sent them; undefined where they say nothing. */
  readonly sender: string | undefined;
  readonly arrivals: readonly Arrival[];
  /** The ids of events that were taken, and were not yet looked for after a kill. */
  readonly taken: readonly string[];
}

/** What a kill has left in the store. */
export interface Left {
  /** The deliveries that were under way where it fell. */
  readonly cutOff: readonly string[];
  /** Of the events that were taken, those that are not there. */
  readonly missing: readonly string[];
}

/** What dispatchers are killed on: how many there are at once, and what they keep all in. */
export interface CrashGround {
  /** An empty folder for each dispatcher that is there at once. */
  readonly folders: readonly string[];
  /** What the n-th life of a dispatcher is started with. */
  readonly life: (n: number) => LifeOptions;
  /** Whether it may be told to come back later while all dispatchers are well. */
  readonly mayRefuse: boolean;
  /** Looks at what a kill has left. To be called before the one that was killed is started again. */
  readonly look: (killed: Killed) => Promise<Left>;
  /** The rows that a query of the store answers. */
  readonly read: (query: string) => Promise<readonly unknown[]>;
  /** What in the store does not agree with the rest of it, by the database itself. */
  readonly broken: () => Promise<readonly string[]>;
  /** Says where the store is. */
  readonly place: string;
  /** Crashes the server of the database, and starts it again. Absent: there is none. */
  readonly crashServer?: (random: () => number) => Promise<void>;
}

export interface LifeOptions {
  readonly env: Readonly<Record<string, string>>;
  /** What its requests will say of who sent them, where they say it. */
  readonly sender: string | undefined;
}
