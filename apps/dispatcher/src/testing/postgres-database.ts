import { openPostgres } from "@syncbell/engine";
import { EmptiedDatabases } from "@syncbell/test-postgres";
import pg from "pg";
import { inject, onTestFinished } from "vitest";

let made = 0;

let emptied: EmptiedDatabases | undefined;

/** The URL of a database that holds nothing but the tables of a store, for the running test alone. */
export async function emptyDatabase(): Promise<string> {
  const databases = (emptied ??= new EmptiedDatabases({
    server: inject("quickPostgresUrl"),
    name: `syncbell_emptied_${process.pid}`,
    prepare: async (url) => (await openPostgres(url)).close(),
  }));
  const url = await databases.take();
  onTestFinished(() => databases.giveBack(url));
  return url;
}

/** The URL of a new Postgres database without any table, which lives as long as the running test. */
export async function newDatabase(): Promise<string> {
  const server = inject("postgresUrl");
  const name = `syncbell_dispatcher_${process.pid}_${++made}`;
  await rowsOf(server, `create database ${name}`);
  onTestFinished(async () => {
    await rowsOf(server, `drop database if exists ${name} with (force)`);
  });
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** The URL of such a database, for a user of its own with this password. */
export async function newDatabaseWith(password: string): Promise<string> {
  const server = inject("postgresUrl");
  const name = `syncbell_user_${process.pid}_${++made}`;
  await rowsOf(server, `create role ${name} superuser login password '${password}'`);
  onTestFinished(async () => {
    await rowsOf(server, `drop role if exists ${name}`);
  });
  const url = new URL(await newDatabase());
  url.username = name;
  url.password = password;
  return url.href;
}

/** The rows that a statement answers, over a connection of its own. */
export async function rowsOf(url: string, statement: string): Promise<readonly any[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
