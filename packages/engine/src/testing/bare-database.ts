import { inject, onTestFinished } from "vitest";
import { runOn } from "./postgres-databases.ts";

let made = 0;

/** The URL of a Postgres database without any table, for the running test alone. */
export async function bareDatabase(): Promise<string> {
  const server = inject("postgresUrl");
  const name = `syncbell_bare_${process.pid}_${++made}`;
  await runOn(server, `create database ${name}`);
  onTestFinished(() => runOn(server, `drop database if exists ${name} with (force)`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
