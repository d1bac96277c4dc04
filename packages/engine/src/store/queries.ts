import type { OutcomeKind } from "@syncbell/core";
import type { Kysely } from "kysely";
import type { Decision } from "../match.ts";
import type { Schema } from "./schema.ts";
import type { DeliveryState, StoredDelivery, StoredEvent } from "./store.ts";

/** Reads an event with its decisions and its deliveries. The same in every dialect. */
export async function eventById(db: Kysely<Schema>, id: string): Promise<StoredEvent | undefined> {
  const event = await db.selectFrom("events").selectAll().where("id", "=", id).executeTakeFirst();
  if (!event) return undefined;
  const decisions = await db
    .selectFrom("decisions")
    .selectAll()
    .where("event_id", "=", id)
    .orderBy("destination_id")
    .execute();
  const deliveries = await db
    .selectFrom("deliveries")
    .select(["id", "destination_id", "state"])
    .where("event_id", "=", id)
    .orderBy("id")
    .execute();
  return {
    id: event.id,
    type: event.event_type,
    receivedAt: event.received_at,
    body: event.body,
    decisions: decisions.map((row) => ({
      destinationId: row.destination_id,
      decision: row.decision as Decision["decision"],
      reason: row.reason,
    })),
    deliveries: deliveries.map((row) => ({
      id: row.id,
      destinationId: row.destination_id,
      state: row.state as DeliveryState,
    })),
  };
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
  return {
    id: row.id,
    eventId: row.event_id,
    destinationId: row.destination_id,
    state: row.state as DeliveryState,
    createdAt: row.created_at,
    dueAt: row.due_at,
    attempts: attempts.map((attempt) => ({
      number: attempt.number,
      startedAt: attempt.started_at,
      durationMs: attempt.duration_ms,
      outcome: attempt.outcome as OutcomeKind,
      status: attempt.status ?? undefined,
      reason: attempt.reason ?? undefined,
      response: attempt.response ?? undefined,
      manual: attempt.manual === 1,
    })),
  };
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
