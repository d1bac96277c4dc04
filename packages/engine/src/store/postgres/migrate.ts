import { setTimeout as pause } from "node:timers/promises";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { type Migrations, migrate } from "../migrate.ts";
import { outliveLosses } from "./connections.ts";
import { MIGRATIONS } from "./migrations.ts";
import { available, codeOf } from "./session.ts";

/**
 * How long a step waits for a table, in milliseconds: whatever dispatchers that are running do with it
 * waits behind.
 */
const LOCK_MS = 2_000;
/** How long it leaves them alone before it tries again, and how often it does. */
const AGAIN_MS = 1_000;
const MOST_TRIES = 60;

/** The codes that say: others had what a step wanted. It was waited for in vain, or both waited. */
const IN_USE = /^(?:55P03|40P01)$/;

/**
 * Brings a database to this program's schema, while dispatchers of an earlier one may be at work on it: one
 * of those that come at once does so, the others wait. Rejects where it was made by a newer program.
 */
export async function migratePostgres(
  url: string,
  migrations: Migrations = MIGRATIONS,
): Promise<void> {
  // A step may take as long as it needs: to make an index on much is slow.
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    lock_timeout: LOCK_MS,
    keepAlive: true,
    application_name: "syncbell migration",
  });
  outliveLosses(pool);
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    for (let run = 1; ; run++) {
      try {
        return await available(() => migrate(db, migrations));
      } catch (error) {
        if (!IN_USE.test(codeOf(error)) || run === MOST_TRIES) throw error;
        await pause(AGAIN_MS);
      }
    }
  } finally {
    await pool.end();
  }
}
