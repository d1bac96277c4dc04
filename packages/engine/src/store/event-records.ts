import type { Decision } from "../decision.ts";
import type { RunIncident } from "../incident.ts";
import type { DeliveryRef, DeliveryState, NewDelivery } from "./delivery-records.ts";
import type { DigestPart } from "./digest-records.ts";
import type { DecideByPipeline, Outdated } from "./pipeline-records.ts";

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
  /** True for a notice that somebody sent to try a destination out. */
  readonly test: boolean;
  readonly decisions: readonly Decision[];
  readonly deliveries: readonly NewDelivery[];
  readonly digested?: readonly DigestPart[];
  readonly outdated?: readonly Outdated[];
  /**
   * Of the end of a run: decides it by how its pipeline stands. What that answers takes the place of
   * what is given here; the event must have a tenant and a task.
   */
  readonly decide?: DecideByPipeline;
}

/** What became of an event at the store: kept, known already, or its name taken by other bytes. */
export type AcceptResult =
  | {
      readonly kind: "accepted" | "duplicate";
      readonly id: string;
      readonly deliveries: readonly DeliveryRef[];
    }
  | { readonly kind: "conflict" };

export interface StoredBody {
  readonly id: string;
  readonly type: string;
  readonly receivedAt: number;
  readonly test: boolean;
  readonly body: Uint8Array;
  /** How the event's pipeline stood. Absent: it is of none. */
  readonly incident: RunIncident | undefined;
}

export interface StoredEvent extends StoredBody {
  readonly tenantId: string | undefined;
  readonly decisions: readonly Pick<Decision, "destinationId" | "decision" | "reason">[];
  /** Those of the event itself, and the digests that it is a part of. */
  readonly deliveries: readonly (DeliveryRef & { readonly state: DeliveryState })[];
}

/** Which events a list shows. */
export interface EventFilter {
  readonly tenantId?: string;
  readonly taskId?: string;
  /** Compared without case. */
  readonly status?: string;
}

/**
 * A part of a list, the newest first: ids sort by time. `aboveId` and `belowId` are bounds that no
 * item of the list touches.
 */
export interface Page {
  readonly limit: number;
  readonly aboveId?: string;
  readonly belowId?: string;
}
