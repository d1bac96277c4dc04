import { join } from "node:path";
import { type PostgresServer, startServer } from "@syncbell/test-postgres";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of a Postgres server, at which databases can be made and dropped. */
    readonly postgresUrl: string;
    /** The same server by the quickest way to it: its URL may name a socket, besides the host and the port. */
    readonly quickPostgresUrl: string;
  }
}

/** Sockets of Unix, which take half as long as those of the network. */
const HAS_SOCKETS = process.platform !== "win32";

/** What a crash of the machine would cost does not matter to a test. */
const SETTINGS = {
  // In the folder of its data.
  ...(HAS_SOCKETS ? { unix_socket_directories: "." } : {}),
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
  // Databases are used for a moment, and cleared away when they are emptied.
  autovacuum: "off",
};

let stop = (): Promise<void> => Promise.resolve();

/**
 * Provides a test run with a Postgres server: the one at SYNCBELL_TEST_POSTGRES_URL, else one that is
 * started for it on a free port, with data that is thrown away.
 */
export async function setup(project: TestProject): Promise<void> {
  const given = process.env["SYNCBELL_TEST_POSTGRES_URL"];
  if (given !== undefined && given !== "") {
    project.provide("postgresUrl", given);
    project.provide("quickPostgresUrl", given);
    return;
  }
  const server = await startServer({ settings: SETTINGS });
  project.provide("postgresUrl", server.url);
  project.provide("quickPostgresUrl", quickUrl(server));
  stop = () => server.remove();
}

function quickUrl({ url, folder }: PostgresServer): string {
  if (!HAS_SOCKETS) return url;
  const quick = new URL(url);
  quick.searchParams.set("host", join(folder, "data"));
  return quick.href;
}

/** Ends the server that was started. */
export function teardown(): Promise<void> {
  return stop();
}
