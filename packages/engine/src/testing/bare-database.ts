import pg from "pg";
import { inject, onTestFinished } from "vitest";

let made = 0;

/** The URL of a Postgres database without any table, for the running test alone. */
export async function bareDatabase(): Promise<string> {
  const server = inject("postgresUrl");
  const name = `syncbell_bare_${process.pid}_${++made}`;
  await run(server, `create database ${name}`);
  onTestFinished(() => run(server, `drop database if exists ${name} with (force)`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
