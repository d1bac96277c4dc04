import { startServer } from "@syncbell/test-postgres";
import pg from "pg";

/** A Postgres server for measuring: every commit of it is on disk before it is answered. */
export interface BenchPostgres {
  /** The process that all others of the server come from. */
  readonly pid: number;
  /** The URL of a database that holds nothing. */
  newDatabase(): Promise<string>;
  stop(): Promise<void>;
}

export async function benchPostgres(): Promise<BenchPostgres> {
  const server = await startServer({ settings: { shared_buffers: "512MB" } });
  let made = 0;
  return {
    pid: server.pid ?? 0,
    async newDatabase() {
      const name = `bench_${++made}`;
      await onDatabase(server.url, (client) => client.query(`create database ${name}`));
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    stop: () => server.remove(),
  };
}

/** Does something over a connection of its own. */
export async function onDatabase<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
