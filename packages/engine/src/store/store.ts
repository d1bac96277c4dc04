import type { OutcomeKind } from "@syncbell/core";
import type { Decision } from "../match.ts";

export type DeliveryState =
  | "pending"
  | "sending"
  | "delivered"
  | "failed"
  | "expired"
  | "cancelled";

/** An event that is to be stored, with all that was decided for it. Times are epoch milliseconds. */
export interface NewEvent {
  readonly id: string;
  /** What tells a repeat from a new event: the producer's key, or the hash of the bytes. */
  readonly name: string;
  /** SHA-256 of the bytes, in hex. */
  readonly bodyHash: string;
  readonly body: Uint8Array;
  readonly eventType: string;
  readonly status: string;
  readonly tenantId: string | undefined;
  readonly taskId: string | undefined;
  readonly receivedAt: number;
  readonly decisions: readonly Decision[];
  readonly deliveries: readonly NewDelivery[];
}

export interface NewDelivery {
  readonly id: string;
  readonly destinationId: string;
  readonly dueAt: number;
  readonly expiresAt: number | undefined;
}

/** What became of an event at the store: kept, known already, or its name taken by other bytes. */
export type AcceptResult =
  | {
      readonly kind: "accepted" | "duplicate";
      readonly id: string;
      readonly deliveries: readonly DeliveryRef[];
    }
  | { readonly kind: "conflict" };

export interface DeliveryRef {
  readonly id: string;
  readonly destinationId: string;
}

/** A destination that is owed something, and when the earliest of it is due. */
export interface DueDestination {
  readonly destinationId: string;
  readonly dueAt: number;
}

export interface ClaimRequest {
  readonly now: number;
  readonly leaseUntil: number;
  readonly shares: readonly { readonly destinationId: string; readonly count: number }[];
}

/** A delivery under lease. Only whoever shows its `fence` may record what came of it. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly destinationId: string;
  readonly fence: number;
  readonly step: number;
  /** How many attempts are on record. */
  readonly attempts: number;
  readonly expiresAt: number | undefined;
  readonly event: StoredBody;
}

export interface StoredBody {
  readonly id: string;
  readonly type: string;
  readonly receivedAt: number;
  readonly body: Uint8Array;
}

/** How an attempt ended and what state it leaves its delivery in: written together or not at all. */
export interface AttemptRecord {
  readonly deliveryId: string;
  readonly fence: number;
  /** Absent when no attempt was made, as for a delivery that expired while it waited. */
  readonly attempt?: Attempt;
  readonly state: DeliveryState;
  readonly step: number;
  readonly dueAt?: number;
}

export interface Attempt {
  readonly number: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: OutcomeKind;
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly response: string | undefined;
  readonly manual: boolean;
}

export interface StoredEvent extends StoredBody {
  readonly decisions: readonly Pick<Decision, "destinationId" | "decision" | "reason">[];
  readonly deliveries: readonly (DeliveryRef & { readonly state: DeliveryState })[];
}

export interface StoredDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly destinationId: string;
  readonly state: DeliveryState;
  readonly createdAt: number;
  readonly dueAt: number;
  readonly attempts: readonly Attempt[];
}

/**
 * Where everything is kept. Each verb is one transaction: when its promise resolves, what it did is
 * on disk; when it rejects, nothing was done. A store that can't take more at the moment rejects with
 * {@link StoreUnavailable}.
 */
export interface Store {
  /** Keeps events with their decisions and deliveries; answers one result each, in order. */
  accept(events: readonly NewEvent[]): Promise<readonly AcceptResult[]>;
  /** Every destination with pending deliveries; the cost does not depend on how many they are. */
  due(): Promise<readonly DueDestination[]>;
  /** Leases due deliveries, the longest due first, at most `count` of each destination named. */
  claim(request: ClaimRequest): Promise<readonly ClaimedDelivery[]>;
  /** Records attempts; answers false for each whose lease has passed to somebody else. */
  record(records: readonly AttemptRecord[]): Promise<readonly boolean[]>;
  /** Makes deliveries pending again whose lease ended by `now`; answers how many. */
  releaseExpired(now: number): Promise<number>;
  /**
   * Makes these the destinations that the configuration names. What was owed to one that is named no
   * longer ends as cancelled; answers how many deliveries that were.
   */
  replaceDestinations(ids: readonly string[], now: number): Promise<number>;
  event(id: string): Promise<StoredEvent | undefined>;
  delivery(id: string): Promise<StoredDelivery | undefined>;
  /** A sealed secret that was made for a destination's field, if there is one. */
  madeSecret(destinationId: string, field: string): Promise<string | undefined>;
  keepMadeSecret(destinationId: string, field: string, sealed: string, now: number): Promise<void>;
  /** A sealed text that a channel remembers for a destination. */
  channelState(destinationId: string, name: string): Promise<string | undefined>;
  /** Keeps such a text, or forgets it where `sealed` is undefined. */
  setChannelState(destinationId: string, name: string, sealed: string | undefined): Promise<void>;
  /** Rejects when the store does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** How long the name of an event is remembered. */
export const NAME_WINDOW_MS: number = 24 * 60 * 60 * 1000;

/** The store can't take anything at the moment: the disk is full, or it does not answer. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}
