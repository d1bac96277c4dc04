import Database from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { migrate } from "../migrate.ts";
import type { Schema } from "../schema.ts";
import { lockDatabase } from "./lock.ts";
import { MIGRATIONS } from "./migrations.ts";
import { CopyUnfinished, UNFINISHED_COPY } from "../unfinished-copy.ts";

/** How long a statement waits for another process that holds the file, in milliseconds. */
const BUSY_MS = 2000;

/** A SQLite file with this program's schema, which belongs to this process until it is closed. */
export interface SqliteDatabase {
  readonly database: Database.Database;
  readonly db: Kysely<Schema>;
  readonly close: () => void;
}

/**
 * Opens a file, made where it is missing, with every commit on disk before it is answered (WAL,
 * synchronous=FULL), and brings it to this program's schema, unless `check` throws before that. Rejects when
 * another process has it.
 */
export async function openDatabase(
  path: string,
  check: (database: Database.Database) => void,
): Promise<SqliteDatabase> {
  const unlock = lockDatabase(path);
  let database: Database.Database | undefined;
  const close = (): void => {
    database?.close();
    unlock();
  };
  try {
    database = new Database(path, { timeout: BUSY_MS });
    database.pragma("journal_mode = wal");
    database.pragma("synchronous = full");
    // 16 MiB: with SQLite's own 2, a backlog of a million slows live destinations down by a tenth.
    database.pragma("cache_size = -16384");
    check(database);
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
    await migrateWhole(database, db);
    return { database, db, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Throws CopyUnfinished where a file holds a part of another store. */
export function refuseUnfinished(database: Database.Database): void {
  if (!hasTable(database, UNFINISHED_COPY)) return;
  const source = database.prepare(`select source from ${UNFINISHED_COPY}`).pluck().get();
  throw new CopyUnfinished(String(source));
}

/** Whether a file has a table. */
export function hasTable(database: Database.Database, table: string): boolean {
  return (
    database.prepare("select 1 from sqlite_schema where type = 'table' and name = ?").get(table) !==
    undefined
  );
}

/** In one transaction, so that a process that is killed in between leaves nothing half done. */
async function migrateWhole(database: Database.Database, db: Kysely<Schema>): Promise<void> {
  database.exec("begin immediate");
  try {
    await migrate(db, MIGRATIONS);
    database.exec("commit");
  } catch (error) {
    if (database.inTransaction) database.exec("rollback");
    throw error;
  }
}
