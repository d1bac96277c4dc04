import pg from "pg";
import { inject, onTestFinished } from "vitest";

let made = 0;

/** The URL of a new, empty Postgres database that lives as long as the running test. */
export async function newDatabase(): Promise<string> {
  const server = inject("postgresUrl");
  const name = `syncbell_dispatcher_${process.pid}_${++made}`;
  await onServer(server, `create database ${name}`);
  onTestFinished(() => onServer(server, `drop database if exists ${name} with (force)`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
