import type { OutcomeKind } from "@syncbell/core";
import type { Kysely } from "kysely";
import type { Decision } from "../decision.ts";
import type { Attempt, DeliveryState, StoredDelivery } from "./delivery-records.ts";
import type { StoredEvent } from "./event-records.ts";
import type { AttemptRow, DeliveryRow, EventRow, Schema } from "./schema.ts";
import { readIncident } from "./read-incident.ts";

/** How many ids a statement names: databases bound that. */
const MOST_IDS = 1_000;

/** Reads an event with its decisions and its deliveries. The same in every dialect. */
export async function eventById(db: Kysely<Schema>, id: string): Promise<StoredEvent | undefined> {
  const event = await db.selectFrom("events").selectAll().where("id", "=", id).executeTakeFirst();
  if (!event) return undefined;
  const decisions = (await decisionsOf(db, [id])).get(id) ?? [];
  return storedEvent(event, decisions, (await deliveriesOf(db, [id])).get(id) ?? []);
}

/** Reads a delivery with its attempts, the first one first. */
export async function deliveryById(
  db: Kysely<Schema>,
  id: string,
): Promise<StoredDelivery | undefined> {
  const row = await db.selectFrom("deliveries").selectAll().where("id", "=", id).executeTakeFirst();
  if (!row) return undefined;
  const attempts = await db
    .selectFrom("attempts")
    .selectAll()
    .where("delivery_id", "=", id)
    .orderBy("number")
    .execute();
  return storedDelivery(row, attempts);
}

/** The decisions for these events, by event, in the order of the destinations' ids. */
export async function decisionsOf(
  db: Kysely<Schema>,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, StoredEvent["decisions"]>> {
  if (eventIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("decisions")
    .selectAll()
    .where("event_id", "in", eventIds)
    .orderBy("destination_id")
    .execute();
  return grouped(rows, (row) => ({
    destinationId: row.destination_id,
    decision: row.decision as Decision["decision"],
    reason: row.reason,
  }));
}

/**
 * The deliveries of these events, by event, in the order in which they were made: those of the event
 * itself, and the digests that it is a part of.
 */
export async function deliveriesOf(
  db: Kysely<Schema>,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, StoredEvent["deliveries"]>> {
  if (eventIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("deliveries")
    .select(["id", "event_id", "destination_id", "state"])
    .where("event_id", "in", eventIds)
    .union(
      db
        .selectFrom("decisions")
        .innerJoin("deliveries", "deliveries.id", "decisions.digest_id")
        .select([
          "deliveries.id",
          "decisions.event_id",
          "deliveries.destination_id",
          "deliveries.state",
        ])
        .where("decisions.event_id", "in", eventIds),
    )
    .orderBy("id")
    .execute();
  return grouped(rows, (row) => ({
    id: row.id,
    destinationId: row.destination_id,
    state: row.state as DeliveryState,
  }));
}

function grouped<Row extends { readonly event_id: string }, Item>(
  rows: readonly Row[],
  read: (row: Row) => Item,
): ReadonlyMap<string, readonly Item[]> {
  const groups = Map.groupBy(rows, ({ event_id }) => event_id);
  return new Map([...groups].map(([id, members]) => [id, members.map(read)]));
}

/** An event out of its row. */
export function storedEvent(
  row: EventRow,
  decisions: StoredEvent["decisions"],
  deliveries: StoredEvent["deliveries"],
): StoredEvent {
  return {
    id: row.id,
    type: row.event_type,
    receivedAt: row.received_at,
    test: row.test === 1,
    tenantId: row.tenant_id ?? undefined,
    body: row.body,
    incident: readIncident(row.incident),
    decisions,
    deliveries,
  };
}

/** A delivery out of its row and those of its attempts. */
export function storedDelivery(row: DeliveryRow, attempts: readonly AttemptRow[]): StoredDelivery {
  return {
    id: row.id,
    eventId: row.event_id,
    destinationId: row.destination_id,
    tenantId: row.tenant_id ?? undefined,
    state: row.state as DeliveryState,
    createdAt: row.created_at,
    dueAt: row.due_at,
    attemptCount: row.attempts,
    reason: row.reason ?? undefined,
    attempts: attempts.map(storedAttempt),
  };
}

function storedAttempt(row: AttemptRow): Attempt {
  return {
    number: row.number,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    outcome: row.outcome as OutcomeKind,
    status: row.status ?? undefined,
    reason: row.reason ?? undefined,
    response: row.response ?? undefined,
    manual: row.manual === 1,
  };
}

/** Reads when the digests of destinations close that an event which comes at `now` becomes a part of. */
export async function openDigests(
  db: Kysely<Schema>,
  destinationIds: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, number>> {
  const closing = new Map<string, number>();
  for (let from = 0; from < destinationIds.length; from += MOST_IDS) {
    const rows = await db
      .selectFrom("digests")
      .innerJoin("deliveries", "deliveries.id", "digests.id")
      .select(["digests.destination_id", "digests.closes_at"])
      .where("digests.destination_id", "in", destinationIds.slice(from, from + MOST_IDS))
      .where("digests.closes_at", ">", now)
      .where("deliveries.state", "=", "pending")
      // One that somebody had sent before its time is closed.
      .where("deliveries.fence", "=", 0)
      .orderBy("digests.closes_at")
      .execute();
    for (const row of rows) closing.set(row.destination_id, row.closes_at);
  }
  return closing;
}

/** Reads the sealed secret that was made for a destination's field. */
export async function madeSecret(
  db: Kysely<Schema>,
  destinationId: string,
  field: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom("made_secrets")
    .select("sealed")
    .where("destination_id", "=", destinationId)
    .where("field", "=", field)
    .executeTakeFirst();
  return row?.sealed;
}

/** Keeps such a secret, unless there is one; answers the one that is kept. */
export async function keepMadeSecret(
  db: Kysely<Schema>,
  destinationId: string,
  field: string,
  sealed: string,
  now: number,
): Promise<string> {
  const row = await db
    .insertInto("made_secrets")
    .values({ destination_id: destinationId, field, sealed, made_at: now })
    // To be answered, a row has to be written: as it was.
    .onConflict((conflict) => conflict.columns(["destination_id", "field"]).doUpdateSet({ field }))
    .returning("sealed")
    .executeTakeFirstOrThrow();
  return row.sealed;
}

/** Reads a sealed text that a channel remembers for a destination. */
export async function channelState(
  db: Kysely<Schema>,
  destinationId: string,
  name: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom("channel_state")
    .select("sealed")
    .where("destination_id", "=", destinationId)
    .where("name", "=", name)
    .executeTakeFirst();
  return row?.sealed;
}

/** Keeps such a text, or forgets it where `sealed` is undefined. */
export async function setChannelState(
  db: Kysely<Schema>,
  destinationId: string,
  name: string,
  sealed: string | undefined,
): Promise<void> {
  if (sealed === undefined) {
    await db
      .deleteFrom("channel_state")
      .where("destination_id", "=", destinationId)
      .where("name", "=", name)
      .execute();
    return;
  }
  await db
    .insertInto("channel_state")
    .values({ destination_id: destinationId, name, sealed })
    .onConflict((conflict) => conflict.columns(["destination_id", "name"]).doUpdateSet({ sealed }))
    .execute();
}
