import pg from "pg";
import { inject, onTestFinished } from "vitest";
import { type PostgresOptions, openPostgres } from "../store/postgres/postgres.ts";
import { UNFINISHED_COPY } from "../store/unfinished-copy.ts";
import type { Store } from "../store/store.ts";

/** A database, and a connection to it that stays open as long as the tests run. */
interface Database {
  readonly url: string;
  readonly client: pg.Client;
}

const free: Database[] = [];
let made = 0;

/**
 * Opens a store on a database that holds nothing, for the running test alone. Databases are used again when
 * their store is closed, as to make one takes longer than to empty it.
 */
export async function openEmpty(options?: PostgresOptions): Promise<Store> {
  const database = free.pop() ?? (await newDatabase());
  const store = await openPostgres(database.url, options);
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await store.close();
    await empty(database);
    free.push(database);
  };
  const once = (): Promise<void> => (closed ??= close());
  onTestFinished(once);
  return { ...store, close: once };
}

/** The URL of a database that holds nothing, for the running test alone. */
export async function emptyDatabase(): Promise<string> {
  const database = free.pop() ?? (await newDatabase());
  onTestFinished(async () => {
    await empty(database);
    free.push(database);
  });
  return database.url;
}

/** Runs a statement on a database, past any store. */
export async function runOn(url: string, statement: string): Promise<void> {
  const client = await connected(url);
  await client.query(statement);
  await client.end();
}

async function newDatabase(): Promise<Database> {
  const server = inject("postgresUrl");
  const name = `syncbell_test_${process.pid}_${++made}`;
  const maker = await connected(server);
  await maker.query(`drop database if exists ${name}`);
  await maker.query(`create database ${name}`);
  await maker.end();
  const at = new URL(server);
  at.pathname = `/${name}`;
  const url = at.href;
  await (await openPostgres(url)).close();
  const client = await connected(url);
  // It is not waited for at the end.
  client.on("error", () => undefined);
  return { url, client };
}

async function empty({ client }: Database): Promise<void> {
  const { rows } = await client.query<{ tablename: string }>(
    `select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely%'`,
  );
  // A thousand rows are gone sooner than the files of a table are made anew.
  const deletions = rows.map(({ tablename }) => `delete from ${tablename}`);
  // Whoever is still connected was left behind by the test.
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid();
     ${deletions.join("; ")};
     drop table if exists ${UNFINISHED_COPY}`,
  );
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
