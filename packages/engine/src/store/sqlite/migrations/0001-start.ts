import { type Kysely, sql } from "kysely";

/** Events as they came, what was decided for each, what is owed, and each try at it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("events")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("event_type", "text", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("tenant_id", "text")
    .addColumn("task_id", "text")
    .addColumn("received_at", "integer", (column) => column.notNull())
    .addColumn("body", "blob", (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema
    .createTable("event_names")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("event_id", "text", (column) => column.notNull())
    .addColumn("body_hash", "text", (column) => column.notNull())
    .addColumn("accepted_at", "integer", (column) => column.notNull())
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await db.schema
    .createTable("decisions")
    .addColumn("event_id", "text", (column) => column.notNull())
    .addColumn("destination_id", "text", (column) => column.notNull())
    .addColumn("decision", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("unevaluable", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("decisions_key", ["event_id", "destination_id"])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await db.schema
    .createTable("deliveries")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("event_id", "text", (column) => column.notNull())
    .addColumn("destination_id", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("created_at", "integer", (column) => column.notNull())
    .addColumn("due_at", "integer", (column) => column.notNull())
    .addColumn("expires_at", "integer")
    .addColumn("step", "integer", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("fence", "integer", (column) => column.notNull())
    .addColumn("lease_until", "integer")
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema
    .createTable("attempts")
    .addColumn("delivery_id", "text", (column) => column.notNull())
    .addColumn("number", "integer", (column) => column.notNull())
    .addColumn("started_at", "integer", (column) => column.notNull())
    .addColumn("duration_ms", "integer", (column) => column.notNull())
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("status", "integer")
    .addColumn("reason", "text")
    .addColumn("response", "text")
    .addColumn("manual", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("attempts_key", ["delivery_id", "number"])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await db.schema
    .createTable("destinations")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("created_at", "integer", (column) => column.notNull())
    .addColumn("deleted_at", "integer")
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await db.schema
    .createTable("made_secrets")
    .addColumn("destination_id", "text", (column) => column.notNull())
    .addColumn("field", "text", (column) => column.notNull())
    .addColumn("sealed", "text", (column) => column.notNull())
    .addColumn("made_at", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("made_secrets_key", ["destination_id", "field"])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await db.schema
    .createTable("channel_state")
    .addColumn("destination_id", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("sealed", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("channel_state_key", ["destination_id", "name"])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await createIndexes(db);
}

async function createIndexes(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex("event_names_by_age")
    .on("event_names")
    .column("accepted_at")
    .execute();
  await db.schema.createIndex("deliveries_by_event").on("deliveries").column("event_id").execute();
  // The fair claim walks this one from destination to destination, whatever the backlog of each.
  await sql`create index deliveries_pending on deliveries (destination_id, due_at) where state = 'pending'`.execute(
    db,
  );
  await sql`create index deliveries_leased on deliveries (lease_until) where state = 'sending'`.execute(
    db,
  );
}
