import { join } from "node:path";
import Database from "better-sqlite3";
import type { BatchLimit, StoreToCopy } from "../store/copy/sides.ts";
import { openPostgres } from "../store/postgres/postgres.ts";
import { openSqlite } from "../store/sqlite/sqlite.ts";
import type { Store } from "../store/store.ts";
import { fillStore } from "./filled-store.ts";
import { temporaryFolder } from "./folder.ts";
import { emptyDatabase, runOn } from "./postgres-databases.ts";
import { type Dump, dumpPostgres, dumpSqlite } from "./table-dump.ts";

/** So small that every table takes several batches. */
export const SMALL: BatchLimit = { rows: 3, bytes: 2_000 };

/** A SQLite store that is not there yet. */
export function newSqlite(): StoreToCopy {
  const database = join(temporaryFolder(), "syncbell.db");
  return { kind: "sqlite", database, name: database };
}

/** A Postgres store that holds nothing. */
export async function newPostgres(): Promise<StoreToCopy> {
  const database = await emptyDatabase();
  const { host, pathname } = new URL(database);
  return { kind: "postgres", database, name: `postgres://${host}${pathname}` };
}

/** Opens a store as a dispatcher does. */
export function openAsStore({ kind, database }: StoreToCopy): Promise<Store> {
  return kind === "sqlite" ? openSqlite(database) : openPostgres(database);
}

/** Does something with a store, as a dispatcher does that is stopped then. */
export async function using(
  store: StoreToCopy,
  work: (store: Store) => Promise<unknown>,
): Promise<void> {
  const opened = await openAsStore(store);
  try {
    await work(opened);
  } finally {
    await opened.close();
  }
}

/** Fills a store, so that every table of it holds something. */
export async function filled(store: StoreToCopy, seed = 1): Promise<StoreToCopy> {
  await using(store, (opened) => fillStore(opened, seed));
  return store;
}

export async function dumpOf({ kind, database }: StoreToCopy): Promise<Dump> {
  return kind === "sqlite" ? dumpSqlite(database) : dumpPostgres(database);
}

/** Runs statements on a store, past the program; no store may have it open where it is a file. */
export async function runPast({ kind, database }: StoreToCopy, statements: string): Promise<void> {
  if (kind === "postgres") return runOn(database, statements);
  const file = new Database(database);
  file.exec(statements);
  file.close();
}
