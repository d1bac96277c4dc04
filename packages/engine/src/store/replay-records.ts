import type { DeliveryState } from "./delivery-records.ts";

/** What can be made up for: deliveries in a state, or events that met a disabled destination. */
export type ReplayedState = DeliveryState | "disabled";

/** A wish to deliver a stretch of time to a destination once more. Times are epoch milliseconds. */
export interface NewReplay {
  readonly id: string;
  readonly destinationId: string;
  readonly since: number;
  readonly until: number;
  readonly states: readonly ReplayedState[];
  readonly createdAt: number;
}

export interface StoredReplay extends NewReplay {
  readonly state: "running" | "done" | "cancelled";
  /** How many messages there are; grows while they are still being counted. */
  readonly total: number;
  /** For how many a new delivery was made. */
  readonly done: number;
}

/** What one step of a replay may use. */
export interface ReplayStep {
  readonly now: number;
  readonly expiresAt: number | undefined;
  /** Ids for new deliveries: no more are made in one step. */
  readonly deliveryIds: readonly string[];
}
