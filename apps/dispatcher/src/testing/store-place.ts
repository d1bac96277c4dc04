import { join } from "node:path";
import { inject } from "vitest";
import { emptyDatabase } from "./postgres-database.ts";

/** The databases that stand for the SQLite files of folders, by the folder. */
const databases = new Map<string, Promise<string>>();

/**
 * Where a dispatcher that works in a folder has its store, the same each time: in a file there, or in a
 * Postgres database, whichever the tests run on.
 */
export async function storePlace(folder: string): Promise<string> {
  if (inject("store") !== "postgres") return join(folder, "syncbell.db");
  const database = databases.get(folder) ?? emptyDatabase();
  databases.set(folder, database);
  return database;
}
