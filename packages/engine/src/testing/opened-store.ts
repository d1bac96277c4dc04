import { join } from "node:path";
import { inject } from "vitest";
import { openPostgres } from "../store/postgres/postgres.ts";
import { openSqlite } from "../store/sqlite/sqlite.ts";
import type { Store } from "../store/store.ts";
import { temporaryFolder } from "./folder.ts";
import { emptyDatabase } from "./postgres-databases.ts";
import { answering } from "./store-answers.ts";

/**
 * A place for a store that holds nothing, for the running test alone: the path of a SQLite file or the URL
 * of a Postgres database, whichever the tests run on.
 */
export async function newPlace(): Promise<string> {
  return inject("store") === "postgres" ? emptyDatabase() : join(temporaryFolder(), "syncbell.db");
}

/**
 * How long after it has started an engine makes again at most what an earlier one had under way, in
 * milliseconds: at once where the store is its own, when the lease has ended where others share it.
 */
export function leasesEndMs(): number {
  return inject("store") === "postgres" ? 20_000 : 0;
}

/**
 * How many random cases of a property are tried: fewer of those that are tried `most` times on SQLite, where
 * each takes several times as long.
 */
export function casesOf(most: number): number {
  return inject("store") === "postgres" ? Math.ceil(most / 3) : most;
}

/** Fewer than a dispatcher has: what a new connection has to learn takes longer than most tests. */
const CONNECTIONS = 2;

/** Opens the store at a place, as often as it is asked for. */
export async function openStore(place: string): Promise<Store> {
  // A file answers within the turn of the event loop in which it is asked.
  return place.startsWith("postgres:")
    ? answering(await openPostgres(place, { connections: CONNECTIONS }))
    : openSqlite(place);
}
