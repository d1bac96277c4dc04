import { type PostgresServer, startServer } from "@syncbell/test-postgres";
import { onTestFinished } from "vitest";

/** A server of Postgres for the running test alone, which may end and start it again. */
export async function ownServer(): Promise<PostgresServer> {
  const server = await startServer();
  onTestFinished(() => server.remove());
  return server;
}
