import type { Kysely } from "kysely";
import { sql } from "kysely";

/** How full the buckets are that hold destinations to their paces. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("paces")
    .addColumn("destination_id", "text", (column) => column.primaryKey())
    .addColumn("tokens", "real", (column) => column.notNull())
    .addColumn("filled_at", "integer", (column) => column.notNull())
    .modifyEnd(sql`strict, without rowid`)
    .execute();
}
