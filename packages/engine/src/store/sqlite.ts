import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { migrate } from "./migrate.ts";
import { channelState, deliveryById, eventById, madeSecret, setChannelState } from "./queries.ts";
import type { Schema } from "./schema.ts";
import { SqliteAccept } from "./sqlite-accept.ts";
import { lockDatabase } from "./sqlite-lock.ts";
import { SqliteWork } from "./sqlite-work.ts";
import { type Store, StoreUnavailable } from "./store.ts";

/** The codes of SQLite that say: not now. The disk is full, the file is busy or can't be written. */
const UNAVAILABLE = /^SQLITE_(?:FULL|BUSY|LOCKED|IOERR|CANTOPEN|READONLY|NOMEM)/;

/** How long a statement waits for another process that holds the file, in milliseconds. */
const BUSY_MS = 2000;

/**
 * Opens a store in one SQLite file, made where it is missing, with every commit on disk before it is
 * answered (WAL, synchronous=FULL). The file belongs to this process until the store is closed, so
 * what a killed process had under way is pending again at once. Rejects when another process has it.
 */
export async function openSqlite(path: string): Promise<Store> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const unlock = lockDatabase(path);
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: BUSY_MS });
    database.pragma("journal_mode = wal");
    database.pragma("synchronous = full");
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
    await migrate(db);
    database.exec(
      "update deliveries set state = 'pending', lease_until = null where state = 'sending'",
    );
    return storeOn(database, db, unlock);
  } catch (error) {
    database?.close();
    unlock();
    throw error;
  }
}

function storeOn(database: Database.Database, db: Kysely<Schema>, unlock: () => void): Store {
  const acceptance = new SqliteAccept(database);
  const work = new SqliteWork(database);
  return {
    accept: (events) => attempt(() => acceptance.run(events)),
    due: () => attempt(() => work.due()),
    claim: (request) => attempt(() => work.claim(request)),
    record: (records) => attempt(() => work.record(records)),
    releaseExpired: (now) => attempt(() => work.releaseExpired(now)),
    replaceDestinations: (ids, now) => attempt(() => replaceDestinations(database, ids, now)),
    event: (id) => eventById(db, id),
    delivery: (id) => deliveryById(db, id),
    madeSecret: (destinationId, field) => madeSecret(db, destinationId, field),
    keepMadeSecret: (destinationId, field, sealed, now) =>
      attempt(() => {
        database
          .prepare(
            "insert into made_secrets (destination_id, field, sealed, made_at) values (?, ?, ?, ?)",
          )
          .run(destinationId, field, sealed, now);
      }),
    channelState: (destinationId, name) => channelState(db, destinationId, name),
    setChannelState: (destinationId, name, sealed) =>
      setChannelState(db, destinationId, name, sealed),
    ping: () => attempt(() => void database.prepare("select 1").get()),
    close: () =>
      attempt(() => {
        database.close();
        unlock();
      }),
  };
}

/** Runs a statement; what SQLite says of a full disk or a busy file becomes {@link StoreUnavailable}. */
function attempt<T>(run: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    try {
      resolve(run());
    } catch (error) {
      const code = error instanceof Database.SqliteError ? error.code : "";
      reject(UNAVAILABLE.test(code) ? new StoreUnavailable(code, { cause: error }) : error);
    }
  });
}

function replaceDestinations(
  database: Database.Database,
  ids: readonly string[],
  now: number,
): number {
  const keep = database.prepare(
    `insert into destinations (id, created_at) values (?, ?)
     on conflict (id) do update set deleted_at = null`,
  );
  const remove = database.prepare(
    `update destinations set deleted_at = ?
      where deleted_at is null and id not in (select value from json_each(?))`,
  );
  const cancel = database.prepare(
    `update deliveries set state = 'cancelled', lease_until = null
      where state = 'pending'
        and destination_id in (select id from destinations where deleted_at is not null)`,
  );
  return database
    .transaction(() => {
      for (const id of ids) keep.run(id, now);
      remove.run(now, JSON.stringify(ids));
      return cancel.run().changes;
    })
    .immediate();
}
