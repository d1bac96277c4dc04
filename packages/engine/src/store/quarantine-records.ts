/** A body that was JSON but no event, kept so that it can be posted again. */
export interface NewQuarantined {
  readonly id: string;
  /** The producer's name for the event, where it gave one. */
  readonly key: string | undefined;
  readonly body: Uint8Array;
  /** SHA-256 of the bytes, in hex: the same body is kept once. */
  readonly bodyHash: string;
  /** What is wrong with it, as JSON. */
  readonly errors: string;
  readonly receivedAt: number;
}

export interface Quarantined extends NewQuarantined {
  /** When the same body last came. */
  readonly lastReceivedAt: number;
  /** How often it came. */
  readonly times: number;
}

/** How much the quarantine holds at most; the oldest make room. */
export const QUARANTINE_MOST_ENTRIES = 1_000;
export const QUARANTINE_MOST_BYTES: number = 64 * 1024 * 1024;
