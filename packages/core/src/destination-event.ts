import type { Event, OtherEvent, Timestamp } from "./event.ts";

/**
 * Syncbell's own notice about one of its destinations:
 * - `destination.failing`: five attempts in a row came to nothing.
 * - `destination.disabled`: nothing is delivered there any more until somebody resumes it.
 * - `destination.recovered`: it answers again after it was failing.
 */
export interface DestinationEvent extends OtherEvent {
  readonly event_type: `destination.${DestinationStatus}`;
  readonly status: DestinationStatus;
  readonly destination: {
    readonly id: string;
    /** The type of its channel. */
    readonly channel: string;
    /** Attempts in a row that came to nothing. */
    readonly failures: number;
    readonly failing_since: Timestamp | null;
    /** Why the last attempt came to nothing, without secrets. */
    readonly reason: string | null;
  };
  /** Whose destination it is, where it has only one tenant in its reach. */
  readonly tenant?: { readonly id: string };
}

export type DestinationStatus = "failing" | "disabled" | "recovered";

const STATUSES: ReadonlySet<string> = new Set<DestinationStatus>([
  "failing",
  "disabled",
  "recovered",
]);

/** Whether an event is a notice about a destination, in the shape that Syncbell gives it. */
export function isDestinationEvent(event: Event): event is DestinationEvent {
  const { event_type: type, status } = event;
  if (!STATUSES.has(status) || type !== `destination.${status}`) return false;
  const about: unknown = "destination" in event ? event.destination : undefined;
  if (typeof about !== "object" || about === null) return false;
  const { id, channel, failures, failing_since, reason } = about as Readonly<
    Record<string, unknown>
  >;
  return (
    typeof id === "string" &&
    typeof channel === "string" &&
    typeof failures === "number" &&
    isTextOrNull(failing_since) &&
    isTextOrNull(reason)
  );
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === "string";
}
