import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type PostgresServer, startServer } from "@syncbell/test-postgres";
import pg from "pg";
import { eventNumberIn } from "./destinations.ts";
import type { CrashGround, Killed, Left } from "./ground.ts";

/** How long a server that was crashed stays away at most, in milliseconds. */
const AWAY_MS = 500;
/** How long it is waited before a server is asked again whether it is back, in milliseconds. */
const AGAIN_MS = 20;

const CRASHES = ["SIGKILL", "SIGQUIT", "one of its processes"] as const;

/** A server that is there to be crashed, with dispatchers on it. */
export interface PostgresGround extends CrashGround {
  /** Ends the server, and leaves its data. */
  readonly end: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** So many dispatchers on one database, in a server of their own that forgets nothing in a crash. */
export async function postgresGround(folder: string, dispatchers: number): Promise<PostgresGround> {
  const server = await startServer();
  const database = new Database(server);
  await database.rows("create database crashed", [], "postgres");
  const folders = Array.from({ length: dispatchers }, (_, n) => join(folder, `dispatcher-${n}`));
  for (const one of folders) mkdirSync(one);
  let crashes = 0;
  return {
    folders,
    place: server.folder,
    life: (n) => ({ env: envOf(database.url, String(n)), sender: String(n) }),
    mayRefuse: true,
    look: (killed) => look(database, killed),
    read: (query) => database.rows(query),
    broken: () => Promise.resolve([]),
    async crashServer(random) {
      await database.crash(CRASHES[crashes++ % CRASHES.length] ?? "SIGKILL", random);
    },
    end: () => server.end("SIGINT"),
    remove: () => server.remove(),
  };
}

function envOf(url: string, sender: string): Readonly<Record<string, string>> {
  return {
    SYNCBELL_DATABASE_URL: url,
    SYNCBELL_SECRET_KEY: Buffer.alloc(32, 7).toString("base64"),
    NODE_OPTIONS: `--import=${new URL("./sent-by.ts", import.meta.url).href}`,
    SENT_BY: sender,
  };
}

/** What was under way at the one that was killed: what is so by the store, and was heard of from it. */
async function look(database: Database, { sender, arrivals, taken }: Killed): Promise<Left> {
  const sending = await database.rows<{ id: string; destination_id: string; body: Buffer }>(
    `select deliveries.id, destination_id, body
       from deliveries join events on events.id = event_id where state = 'sending'`,
  );
  const missing = await database.rows<{ id: string }>(
    `select id from unnest($1::text[]) as taken (id)
      where not exists (select 1 from events where events.id = taken.id)`,
    [taken],
  );
  const heard = new Set(
    arrivals
      .filter((one) => one.sender === sender)
      .map(({ destination, event }) => `${event} ${destination}`),
  );
  const cutOff = sending.filter(({ destination_id, body }) =>
    heard.has(`${eventNumberIn(body.toString())} ${destination_id}`),
  );
  return { cutOff: cutOff.map(({ id }) => id), missing: missing.map(({ id }) => id) };
}

/** The database that the dispatchers share, looked at over connections that are made for it. */
class Database {
  readonly url: string;
  readonly #server: PostgresServer;

  constructor(server: PostgresServer) {
    this.#server = server;
    this.url = this.#urlOf("crashed");
  }

  /** The rows that a query answers; what is in them is for the query to know. */
  async rows<T extends object>(
    query: string,
    values: readonly unknown[] = [],
    name = "crashed",
  ): Promise<readonly T[]> {
    const client = new pg.Client({ connectionString: this.#urlOf(name), types });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query(query, [...values])).rows as readonly T[];
    } finally {
      await client.end();
    }
  }

  /** Crashes the server, and waits until it is back. */
  async crash(what: (typeof CRASHES)[number], random: () => number): Promise<void> {
    if (what === "one of its processes") return this.#killProcess();
    await this.#server.end(what);
    await pause(random() * AWAY_MS);
    await this.#server.start();
  }

  /** A server of which a process fails ends all connections, and starts anew by itself. */
  async #killProcess(): Promise<void> {
    const since = "select pg_postmaster_start_time(), pid from pg_stat_activity";
    const rows = await this.rows<{ pid: number }>(`${since} where application_name = 'syncbell'`);
    const pid = rows[0]?.pid;
    if (pid === undefined) throw new Error("no dispatcher is connected");
    process.kill(pid, "SIGKILL");
    const isBack = async (): Promise<boolean> => {
      const left = await this.rows(`${since} where pid = ${pid}`);
      return left.length === 0;
    };
    while (!(await isBack().catch(() => false))) await pause(AGAIN_MS);
  }

  #urlOf(name: string): string {
    const url = new URL(this.#server.url);
    url.pathname = `/${name}`;
    return url.href;
  }
}

/** Counts are numbers. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);
