import { digestEvent } from "../digest.ts";
import type { ClaimedDelivery, DeliveryState, DueDestination } from "./delivery-records.ts";
import type { StoredDigest } from "./digest-records.ts";
import type { StoredBody } from "./event-records.ts";
import { readIncident } from "./read-incident.ts";

/** What somebody asked for and nobody sends yet, in SQL. */
export const ASKED_FOR = "manual > 0 and state <> 'sending'";

/** What a claim answers of a delivery. */
export interface ClaimedRow {
  readonly id: string;
  readonly event_id: string;
  readonly destination_id: string;
  readonly fence: number;
  readonly step: number;
  readonly attempts: number;
  readonly expires_at: number | null;
  readonly return_to: DeliveryState | null;
  readonly due_at: number;
  readonly untold_id: string | null;
  readonly digest_id: string | null;
}

export const RETURNING_CLAIMED = `returning id, event_id, destination_id, fence, step, attempts,
  expires_at, return_to, due_at, untold_id, digest_id`;

/** The longest due first: what `returning` answers has no order of its own. */
export function inOrderOfDue(rows: readonly ClaimedRow[]): readonly ClaimedRow[] {
  return rows.toSorted((a, b) => a.due_at - b.due_at || (a.id < b.id ? -1 : 1));
}

/** A claimed delivery as it is read, with the body that it is to tell. */
export function claimedDelivery(
  row: ClaimedRow,
  event: StoredBody | undefined,
  untold: Uint8Array | undefined,
): ClaimedDelivery {
  if (!event) throw new Error(`the store holds a delivery of ${row.event_id} but not the event`);
  return {
    id: row.id,
    destinationId: row.destination_id,
    fence: row.fence,
    step: row.step,
    attempts: row.attempts,
    expiresAt: row.expires_at ?? undefined,
    returnTo: row.return_to ?? undefined,
    event,
    untold,
  };
}

/** What is read of an event to tell it. */
export interface BodyRow {
  readonly id: string;
  readonly event_type: string;
  readonly received_at: number;
  readonly test: number;
  readonly incident: string | null;
  readonly body: Uint8Array;
}

export const BODY_COLUMNS = "id, event_type, received_at, test, incident, body";

export function storedBody(row: BodyRow): StoredBody {
  return {
    id: row.id,
    type: row.event_type,
    receivedAt: row.received_at,
    test: row.test === 1,
    body: row.body,
    incident: readIncident(row.incident),
  };
}

/** A digest as an event that is told. */
export function digestBody(id: string, digest: StoredDigest): StoredBody {
  const event = digestEvent(digest);
  return {
    id,
    type: event.event_type,
    receivedAt: digest.closedAt,
    test: false,
    body: Buffer.from(JSON.stringify(event)),
    incident: undefined,
  };
}

/** The first thing that a destination is owed, by the time at which it is due. */
export interface FirstRow {
  readonly destination_id: string;
  readonly at: number;
}

/** Who is owed something, or has been asked for. */
export function dueDestinationsOf(
  due: readonly FirstRow[],
  askedFor: readonly Pick<FirstRow, "destination_id">[],
): readonly DueDestination[] {
  const manual = new Set(askedFor.map(({ destination_id }) => destination_id));
  const pending = due.map(({ destination_id: destinationId, at: dueAt }) => ({
    destinationId,
    dueAt,
    manual: manual.delete(destinationId),
  }));
  return [...pending, ...[...manual].map((destinationId) => ({ destinationId, manual: true }))];
}
