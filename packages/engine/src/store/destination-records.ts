import type { Health } from "../breaker.ts";
import type { NewEvent } from "./event-records.ts";
import type { Contact } from "../breaker.ts";

export const DESTINATION_STATES = ["active", "paused", "disabled"] as const;

/** Whether a destination is delivered to, holds what it is owed, or is owed nothing. */
export type DestinationState = (typeof DESTINATION_STATES)[number];

/** Where a destination is kept: in the config file, or in the store, made by the API. */
export type DestinationSource = "file" | "api";

/** What the store knows of a destination. */
export interface StoredDestination {
  readonly id: string;
  readonly source: DestinationSource;
  /** What a destination was made from by the API, sealed. Absent: it is in the file. */
  readonly definition: string | undefined;
  readonly state: DestinationState;
  readonly health: Health;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly disabledAt: number | undefined;
}

/** A destination of the config file. */
export interface NamedDestination {
  readonly id: string;
  /** Tells one definition from another; a new one makes a disabled destination active again. */
  readonly fingerprint: string;
}

/**
 * Judges a destination by an attempt that is being recorded: its new health, whether it is to be
 * disabled, and the events that this raises. Undefined where nothing changes. Called inside the
 * transaction, so that no side effect comes without its record; must be pure.
 */
export type Judge = (
  destinationId: string,
  health: Health,
  contact: Contact,
) => Judgement | undefined;

export interface Judgement {
  readonly health: Health;
  readonly disable: boolean;
  readonly events: readonly NewEvent[];
}

/** What became of a record: refused when its lease had passed to somebody else. */
export interface Recorded {
  readonly recorded: boolean;
  /** What the judge made of the destination, where it was changed. */
  readonly judgement?: Judgement;
}
