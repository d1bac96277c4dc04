import { setTimeout as pause } from "node:timers/promises";
import type { PostgresPool } from "kysely";
import pg from "pg";
import { StoreUnavailable } from "../store.ts";

/** How long it is waited for a connection, in milliseconds. */
export const CONNECT_MS = 5_000;
/** How long a statement may take: the server ends it, in milliseconds. */
const STATEMENT_MS = 10_000;
/**
 * How long an answer may take that the server does not give in spite of that, in milliseconds: less than
 * the lease of a delivery, which is to be renewed and recorded over another connection.
 */
const ANSWER_MS = 12_000;
/** How long it is waited for a sign of life, in milliseconds: who asks for one does not wait long. */
const PING_MS = 3_000;
/** How long others wait for what a transaction has locked when nothing is heard of it, in milliseconds. */
const IDLE_IN_TRANSACTION_MS = 5_000;

export interface ConnectionsOptions {
  readonly url: string;
  /** How many there may be at once. */
  readonly connections: number;
}

/** A connection, until it is given back. */
export interface Connection {
  /** Whether it may be of no more use: nothing needs to be undone on it. */
  readonly isLost: boolean;
  query(query: pg.QueryConfig): Promise<pg.QueryResult>;
  /** Gives it back to be used again, unless it is of no more use. */
  giveBack(isOfUse?: boolean): void;
}

/** Whether a server takes anything: one that is a replica, or was made one, does not. */
const READ_ONLY = "select current_setting('transaction_read_only') as value";

/** Connections to a database, which are made when they are needed and used again while they are sound. */
export class Connections {
  readonly #options: ConnectionsOptions;
  #pool: pg.Pool;
  #ping: Promise<unknown> | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#pool = poolOf(options);
  }

  /** Lends a connection. Rejects where there is none within some seconds. */
  async take(): Promise<Connection> {
    const pool = this.#pool;
    const client = await pool.connect();
    let isLost = false;
    let isReadOnly = false;
    return {
      get isLost() {
        return isLost;
      },
      query: async ({ values = [], ...query }) => {
        try {
          return await client.query({ ...query, values: values.map(clean) });
        } catch (error) {
          isLost ||= isOfTheConnection(error);
          isReadOnly ||= isRefusalToWrite(error);
          if (isSilence(error)) this.#replace(pool);
          throw error;
        }
      },
      giveBack: (isOfUse = true) => client.release(isLost || isReadOnly || !isOfUse),
    };
  }

  /** Rejects where there is no sign of life soon. However often it is asked for, one statement is sent. */
  async ping(): Promise<void> {
    this.#ping ??= this.#probe().finally(() => (this.#ping = undefined));
    const over = new AbortController();
    const late = pause(PING_MS, undefined, { signal: over.signal }).then(() => {
      throw new StoreUnavailable("the database does not answer");
    });
    try {
      await Promise.race([this.#ping, late]);
    } finally {
      over.abort();
      late.catch(() => undefined);
    }
  }

  /** The same connections, for Kysely. */
  forKysely(): PostgresPool {
    return {
      options: {},
      connect: async () => {
        const connection = await this.take();
        return {
          // Of the ways to call it, that with a cursor is not used.
          query: (async (text: string, values: readonly unknown[]) =>
            connection.query({ text, values: [...values] })) as never,
          release: () => connection.giveBack(),
        };
      },
      end: () => this.close(),
    };
  }

  /** Closes all of them; may be called again. */
  close(): Promise<void> {
    return (this.#closed ??= this.#pool.end());
  }

  async #probe(): Promise<void> {
    const connection = await this.take();
    let isOfUse = false;
    try {
      const { rows } = await connection.query({ text: READ_ONLY });
      isOfUse = rows[0]?.["value"] === "off";
    } finally {
      connection.giveBack(isOfUse);
    }
    if (!isOfUse) throw new StoreUnavailable("the database takes nothing: it is read-only");
  }

  /** Where one connection is silent, the others lead to the same server, and may be so too. */
  #replace(pool: pg.Pool): void {
    if (pool !== this.#pool || pool.ending) return;
    this.#pool = poolOf(this.#options);
    void pool.end();
  }
}

function poolOf({ url, connections }: ConnectionsOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    application_name: "syncbell",
    types,
  });
  outliveLosses(pool);
  return pool;
}

/** A text of Postgres can't hold the character of number 0. */
export function clean(value: unknown): unknown {
  if (typeof value === "string") return value.includes("\0") ? value.replaceAll("\0", "␀") : value;
  return Array.isArray(value) ? value.map(clean) : value;
}

/** Lets the process outlive the loss of a connection. */
export function outliveLosses(pool: pg.Pool): void {
  // One that is lost while nobody uses it is replaced when one is needed.
  pool.on("error", () => undefined);
  // One that is lost while somebody does makes the statement fail, and that is enough.
  pool.on("connect", (client) => void client.on("error", () => undefined));
}

/** What a statement is refused with leaves the connection as it was; all else may not. */
function isOfTheConnection(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || error.severity !== "ERROR";
}

/** What a server says that is no primary any more: the URL may lead to another one by now. */
function isRefusalToWrite(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === "25006";
}

/** What the driver says when a statement was sent and nothing came back. */
function isSilence(error: unknown): boolean {
  return error instanceof Error && error.message === "Query read timeout";
}

/** Whole numbers of 8 bytes are times and counts, which a number holds exactly. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);
