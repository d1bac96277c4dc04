import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import { storedKey } from "../stored-key.ts";
import type { DeliveryFilter, DeliveryState, StoredDelivery } from "./delivery-records.ts";
import type { EventFilter, Page, StoredEvent } from "./event-records.ts";
import type { Quarantined } from "./quarantine-records.ts";
import { decisionsOf, deliveriesOf, storedDelivery, storedEvent } from "./queries.ts";
import type { QuarantineRow, Schema } from "./schema.ts";

/** Reads a part of the events, the newest first, with their decisions and deliveries. */
export async function listEvents(
  db: Kysely<Schema>,
  filter: EventFilter,
  page: Page,
): Promise<readonly StoredEvent[]> {
  const [tenantId, taskId, status] = [filter.tenantId, filter.taskId, filter.status].map(keyOf);
  // A task has the fewest events, then a tenant.
  const walked =
    taskId === undefined ? (tenantId === undefined ? "status" : "tenant_id") : "task_id";
  let query = db.selectFrom("events").selectAll();
  if (taskId !== undefined) query = query.where("task_id", "=", taskId);
  if (tenantId !== undefined) query = query.where(compared("tenant_id", walked), "=", tenantId);
  if (status !== undefined) {
    const stored = walked === "status" ? sql`lower(status)` : sql`lower(status) || ''`;
    // Lowered by the store on both sides: JavaScript knows more letters.
    query = query.where(sql<boolean>`${stored} = lower(${status})`);
  }
  const rows = await paged(query, page).execute();
  const ids = rows.map(({ id }) => id);
  const [decisions, deliveries] = [await decisionsOf(db, ids), await deliveriesOf(db, ids)];
  return rows.map((row) =>
    storedEvent(row, decisions.get(row.id) ?? [], deliveries.get(row.id) ?? []),
  );
}

function keyOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : storedKey(text);
}

/** Reads a part of the deliveries, the newest first, with their attempts. */
export async function listDeliveries(
  db: Kysely<Schema>,
  filter: DeliveryFilter,
  page: Page,
): Promise<readonly StoredDelivery[]> {
  const { destinationId, eventId, state } = filter;
  const tenantId = keyOf(filter.tenantId);
  const walked = walkedBy(filter);
  let query = db.selectFrom("deliveries").selectAll();
  if (eventId !== undefined) query = query.where("event_id", "=", eventId);
  if (destinationId !== undefined) {
    query = query.where(compared("destination_id", walked), "=", destinationId);
  }
  if (tenantId !== undefined) query = query.where(compared("tenant_id", walked), "=", tenantId);
  if (state !== undefined) {
    query = query.where(compared("state", walked), "=", state);
    // Said once more in the words of the partial indexes, or they would not be used.
    if (OPEN.has(state)) query = query.where(sql<boolean>`state in ('pending', 'sending')`);
    else if (state !== "delivered") {
      query = query.where(sql<boolean>`state in ('failed', 'expired', 'cancelled')`);
    }
  }
  const rows = await paged(query, page).execute();
  const attempts =
    rows.length === 0
      ? []
      : await db
          .selectFrom("attempts")
          .selectAll()
          .where(
            "delivery_id",
            "in",
            rows.map(({ id }) => id),
          )
          .orderBy("number")
          .execute();
  const byDelivery = Map.groupBy(attempts, ({ delivery_id }) => delivery_id);
  return rows.map((row) => storedDelivery(row, byDelivery.get(row.id) ?? []));
}

/** Reads a part of the quarantine, the newest first. */
export async function listQuarantine(
  db: Kysely<Schema>,
  page: Page,
): Promise<readonly Quarantined[]> {
  const rows = await paged(db.selectFrom("quarantine").selectAll(), page).execute();
  return rows.map(quarantinedOf);
}

export async function quarantineById(
  db: Kysely<Schema>,
  id: string,
): Promise<Quarantined | undefined> {
  const row = await db.selectFrom("quarantine").selectAll().where("id", "=", id).executeTakeFirst();
  return row && quarantinedOf(row);
}

function quarantinedOf(row: QuarantineRow): Quarantined {
  return {
    id: row.id,
    key: row.name ?? undefined,
    body: row.body,
    bodyHash: row.body_hash,
    errors: row.errors,
    receivedAt: row.received_at,
    lastReceivedAt: row.last_received_at,
    times: row.times,
  };
}

const OPEN: ReadonlySet<DeliveryState> = new Set(["pending", "sending"]);

/** The column whose index a list of deliveries is read from: the one that leaves the fewest rows. */
function walkedBy({ destinationId, eventId, state }: DeliveryFilter): DeliveryColumn {
  if (eventId !== undefined) return "event_id";
  if (state !== undefined && OPEN.has(state)) return "state";
  if (destinationId !== undefined) return "destination_id";
  return state === undefined || state === "delivered" ? "tenant_id" : "state";
}

type DeliveryColumn = "event_id" | "destination_id" | "tenant_id" | "state";

/** A column to compare with. All but the one that is walked are wrapped, which hides their indexes. */
function compared(column: DeliveryColumn, walked: string): RawBuilder<string> {
  return column === walked
    ? sql<string>`${sql.ref(column)}`
    : sql<string>`${sql.ref(column)} || ''`;
}

type Listed = "events" | "deliveries" | "quarantine";

function paged<T extends Listed, O>(
  query: SelectQueryBuilder<Schema, T, O>,
  { limit, aboveId, belowId }: Page,
): SelectQueryBuilder<Schema, T, O> {
  let bounded = query;
  if (aboveId !== undefined) bounded = bounded.where(sql<boolean>`id > ${aboveId}`);
  if (belowId !== undefined) bounded = bounded.where(sql<boolean>`id < ${belowId}`);
  return bounded.orderBy(sql`id desc`).limit(limit);
}
