import { EmptiedDatabases } from "@syncbell/test-postgres";
import pg from "pg";
import { inject, onTestFinished } from "vitest";
import { type PostgresOptions, openPostgres } from "../store/postgres/postgres.ts";
import type { Store } from "../store/store.ts";

let databases: EmptiedDatabases | undefined;

function all(): EmptiedDatabases {
  databases ??= new EmptiedDatabases({
    server: inject("quickPostgresUrl"),
    name: `syncbell_test_${process.pid}`,
    prepare: async (url) => (await openPostgres(url)).close(),
  });
  return databases;
}

/** Opens a store on a database that holds nothing, for the running test alone. */
export async function openEmpty(options?: PostgresOptions): Promise<Store> {
  const url = await all().take();
  const store = await openPostgres(url, options);
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await store.close();
    await all().giveBack(url);
  };
  const once = (): Promise<void> => (closed ??= close());
  onTestFinished(once);
  return { ...store, close: once };
}

/** The URL of a database that holds nothing but the tables of a store, for the running test alone. */
export async function emptyDatabase(): Promise<string> {
  const url = await all().take();
  onTestFinished(() => all().giveBack(url));
  return url;
}

/** Runs a statement on a database, past any store. */
export async function runOn(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
