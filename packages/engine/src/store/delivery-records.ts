import type { OutcomeKind, Pace } from "@syncbell/core";
import type { Contact } from "../breaker.ts";
import type { Bucket } from "../pace.ts";
import type { StoredBody } from "./event-records.ts";

export const DELIVERY_STATES = [
  "pending",
  "sending",
  "delivered",
  "failed",
  "expired",
  "cancelled",
] as const;

/** Why a delivery expired, wherever that was found. */
export const EXPIRED_REASON = "it was not worth delivering any more when its turn came";

export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface NewDelivery {
  readonly id: string;
  readonly destinationId: string;
  readonly dueAt: number;
  readonly expiresAt: number | undefined;
  /** Whether somebody waits for it: its first attempt is a manual one, which nothing holds up. */
  readonly isAskedFor?: boolean;
  /** The incident that it tells a failure of, to a destination that will be told of the recovery. */
  readonly failureOf?: string;
  /** The incident whose failures, as far as they wait, it takes the place of, and tells the last of. */
  readonly tellsOf?: string;
  /** The incident of which a failure is being sent: it depends on what comes of that. */
  readonly waitsFor?: string;
}

export interface DeliveryRef {
  readonly id: string;
  readonly destinationId: string;
}

/** A destination that is owed something. */
export interface DueDestination {
  readonly destinationId: string;
  /** When the earliest of its pending deliveries is due. Absent: none is pending. */
  readonly dueAt?: number;
  /** Whether somebody asked for an attempt at one of its deliveries. */
  readonly manual: boolean;
}

/** How many deliveries of a destination are to be claimed. */
export interface ClaimShare {
  readonly destinationId: string;
  readonly count: number;
  /** Only those that somebody asked for, or only those that are due by themselves. */
  readonly manual: boolean;
  /** No more than this allows, which takes a token for each. */
  readonly pace?: Pace;
}

export interface ClaimRequest {
  readonly now: number;
  readonly leaseUntil: number;
  readonly shares: readonly ClaimShare[];
  /** Once the bodies that were claimed have as many bytes, the shares that are left get nothing. */
  readonly enoughBytes: number;
}

/** What came of a claim. */
export interface Claimed {
  readonly deliveries: readonly ClaimedDelivery[];
  /** How full the buckets are after it, of the destinations whose shares have a pace. */
  readonly buckets: ReadonlyMap<string, Bucket>;
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
  /** Of a manual attempt: the state that the delivery goes back to unless the message arrives. */
  readonly returnTo: DeliveryState | undefined;
  /** The event to tell; of a digest, the digest as an event. */
  readonly event: StoredBody;
  /** The body of the failure before the recovery that it tells, where that was not told by itself. */
  readonly untold: Uint8Array | undefined;
}

export type Claim = Pick<ClaimedDelivery, "id" | "fence">;

/** How an attempt ended and what state it leaves its delivery in: written together or not at all. */
export interface AttemptRecord {
  readonly deliveryId: string;
  readonly destinationId: string;
  readonly fence: number;
  /** Absent when no attempt was made, as for a delivery that expired while it waited. */
  readonly attempt?: Attempt;
  readonly state: DeliveryState;
  readonly step: number;
  readonly dueAt?: number;
  /** Why a delivery ended without an attempt. */
  readonly reason?: string;
  /** What the attempt says of the receiver. Absent: nothing, it was not reached for. */
  readonly contact?: Contact;
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

/** A delivery as a list shows it. */
export interface DeliverySummary {
  readonly id: string;
  readonly eventId: string;
  readonly destinationId: string;
  readonly tenantId: string | undefined;
  readonly state: DeliveryState;
  readonly createdAt: number;
  readonly dueAt: number;
  /** How many attempts are on record. */
  readonly attemptCount: number;
  /** Why it ended, where no attempt says so. */
  readonly reason: string | undefined;
}

export interface StoredDelivery extends DeliverySummary {
  readonly attempts: readonly Attempt[];
}

/** Which deliveries a list shows. */
export interface DeliveryFilter {
  readonly destinationId?: string;
  readonly eventId?: string;
  readonly tenantId?: string;
  readonly state?: DeliveryState;
}

/** What a wish for a delivery met: done, nothing by that id, or a state in which it can't be done. */
export type WishResult =
  | { readonly kind: "done" | "unknown" }
  | { readonly kind: "refused"; readonly state: DeliveryState };
