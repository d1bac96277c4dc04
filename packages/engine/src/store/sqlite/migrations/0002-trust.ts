import { type Kysely, sql } from "kysely";

/**
 * Destinations with a state and a health, manual attempts, replays, quarantine, and the indexes that
 * lists walk.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addColumns(db);
  await db.schema
    .createTable("replays")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("destination_id", "text", (column) => column.notNull())
    .addColumn("since", "integer", (column) => column.notNull())
    .addColumn("until", "integer", (column) => column.notNull())
    .addColumn("states", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("total", "integer", (column) => column.notNull())
    .addColumn("done", "integer", (column) => column.notNull())
    .addColumn("phase", "text", (column) => column.notNull())
    .addColumn("position", "text", (column) => column.notNull())
    .addColumn("created_at", "integer", (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema
    .createTable("quarantine")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text")
    .addColumn("body", "blob", (column) => column.notNull())
    .addColumn("body_hash", "text", (column) => column.notNull().unique())
    .addColumn("errors", "text", (column) => column.notNull())
    .addColumn("received_at", "integer", (column) => column.notNull())
    .addColumn("last_received_at", "integer", (column) => column.notNull())
    .addColumn("times", "integer", (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await createIndexes(db);
}

async function addColumns(db: Kysely<unknown>): Promise<void> {
  const columns = [
    "events add column test integer not null default 0",
    "deliveries add column tenant_id text",
    "deliveries add column manual integer not null default 0",
    "deliveries add column manual_at integer",
    "deliveries add column return_to text",
    "deliveries add column reason text",
    "destinations add column source text not null default 'file'",
    "destinations add column definition text",
    "destinations add column fingerprint text",
    "destinations add column state text not null default 'active'",
    "destinations add column health text",
    "destinations add column updated_at integer not null default 0",
    "destinations add column disabled_at integer",
  ];
  for (const column of columns) await sql.raw(`alter table ${column}`).execute(db);
  await sql`update destinations set updated_at = created_at`.execute(db);
  await sql`update deliveries set tenant_id =
    (select tenant_id from events where events.id = deliveries.event_id)`.execute(db);
}

async function createIndexes(db: Kysely<unknown>): Promise<void> {
  const indexes = [
    `deliveries_asked_for on deliveries (destination_id, manual_at)
       where manual > 0 and state <> 'sending'`,
    "deliveries_by_destination on deliveries (destination_id, id)",
    "deliveries_by_tenant on deliveries (tenant_id, id)",
    `deliveries_expiring on deliveries (expires_at)
       where state = 'pending' and expires_at is not null`,
    // The two halves of what an operator looks for: what is not over, and what went wrong.
    "deliveries_open on deliveries (id) where state in ('pending', 'sending')",
    "deliveries_ended_badly on deliveries (state, id) where state in ('failed', 'expired', 'cancelled')",
    `deliveries_ended_badly_at on deliveries (destination_id, id)
       where state in ('failed', 'expired', 'cancelled')`,
    "events_by_tenant on events (tenant_id, id)",
    "events_by_task on events (task_id, id)",
    "events_by_status on events (lower(status), id)",
    "decisions_disabled on decisions (destination_id, event_id) where decision = 'disabled'",
    "replays_running on replays (id) where state = 'running'",
    "quarantine_by_age on quarantine (last_received_at)",
  ];
  for (const index of indexes) await sql.raw(`create index ${index}`).execute(db);
}
