import { type Kysely, sql } from "kysely";

/** How pipelines stand, who was told of which incident, and digests. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const columns = [
    "events add column incident text",
    "decisions add column digest_id text",
    "deliveries add column failure_of text",
    "deliveries add column waits_for text",
    "deliveries add column untold_id text",
    "deliveries add column digest_id text",
  ];
  for (const column of columns) await sql.raw(`alter table ${column}`).execute(db);
  await db.schema
    .createTable("pipelines")
    .addColumn("tenant_id", "text", (column) => column.notNull())
    .addColumn("task_id", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("last", "text")
    .addColumn("expected", "text")
    .addColumn("incident_id", "text")
    .addColumn("overdue_at", "integer")
    .addColumn("heard_at", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("pipelines_key", ["tenant_id", "task_id"])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await db.schema
    .createTable("told")
    .addColumn("incident_id", "text", (column) => column.notNull())
    .addColumn("destination_id", "text", (column) => column.notNull())
    .addColumn("at", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("told_key", ["incident_id", "destination_id"])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await createDigests(db);
  const indexes = [
    "pipelines_overdue on pipelines (overdue_at) where overdue_at is not null",
    "pipelines_by_age on pipelines (heard_at)",
    "pipelines_by_incident on pipelines (incident_id) where incident_id is not null",
    "told_by_age on told (at)",
    `deliveries_of_failures on deliveries (failure_of, destination_id)
       where failure_of is not null and state in ('pending', 'sending')`,
    `deliveries_waiting on deliveries (waits_for, destination_id)
       where waits_for is not null and state = 'pending'`,
    "deliveries_telling_more on deliveries (untold_id) where untold_id is not null",
    "digests_by_destination on digests (destination_id, closes_at)",
    "digest_lines_of_failures on digest_lines (failure_of) where failure_of is not null",
  ];
  for (const index of indexes) await sql.raw(`create index ${index}`).execute(db);
}

async function createDigests(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("digests")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("destination_id", "text", (column) => column.notNull())
    .addColumn("opened_at", "integer", (column) => column.notNull())
    .addColumn("closes_at", "integer", (column) => column.notNull())
    .addColumn("events", "integer", (column) => column.notNull())
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await db.schema
    .createTable("digest_lines")
    .addColumn("digest_id", "text", (column) => column.notNull())
    .addColumn("line_key", "text", (column) => column.notNull())
    .addColumn("tenant_id", "text")
    .addColumn("task_id", "text")
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("succeeded", "integer", (column) => column.notNull())
    .addColumn("failed", "integer", (column) => column.notNull())
    .addColumn("skipped", "integer", (column) => column.notNull())
    .addColumn("cancelled", "integer", (column) => column.notNull())
    .addColumn("other", "integer", (column) => column.notNull())
    .addColumn("failure_of", "text")
    .addColumn("said", "text", (column) => column.notNull())
    .addColumn("message", "text")
    .addPrimaryKeyConstraint("digest_lines_key", ["digest_id", "line_key"])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
}
