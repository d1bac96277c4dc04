import type pg from "pg";
import { StoreUnavailable } from "../store.ts";
import type { Connection, Connections } from "./connections.ts";

/** How often a transaction is run again that met another one head-on. */
const MOST_RUNS = 5;

/** The codes of Postgres that say: these two transactions can't both go on; begin again. */
const COLLISION = /^(?:40P01|40001)$/;
/**
 * The codes that say: not now. The connection is lost or refused, the server starts, stops or is in
 * recovery, has no room or no memory, is read-only, or was too slow; or we were, within a transaction, or it
 * collided with others each time.
 */
const UNAVAILABLE =
  /^(?:08...|40P01|40001|53...|57P0.|57014|58...|25006|25P03|55P03|XX...|E[A-Z_]+)$/;

type Row = Readonly<Record<string, unknown>>;

/** What statements are sent through; in a transaction, all of them through one connection. */
export interface Session {
  /** Sends a statement; it is prepared once for each connection. Answers its rows. */
  rows<T extends object = Row>(text: string, values?: readonly unknown[]): Promise<readonly T[]>;
  /** Sends a statement; answers how many rows it changed. */
  changes(text: string, values?: readonly unknown[]): Promise<number>;
}

/** A session over any connection that is free, and transactions, each over one. */
export interface Sessions extends Session {
  /**
   * Runs `work` in one transaction, again from its start where it collided with another one; what it
   * rejects with undoes all.
   */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
}

/** Sends statements over connections. */
export function sessionsOn(connections: Connections): Sessions {
  return {
    ...sessionOn((query) => sendAlone(connections, query)),
    transaction: (work) => available(() => transact(connections, work)),
  };
}

type Send = (query: pg.QueryConfig) => Promise<pg.QueryResult>;

/** What sends statements by `send`, through one connection or any. */
export function sessionOn(send: Send): Session {
  const run = (text: string, values: readonly unknown[]) =>
    available(() => send({ name: nameOf(text), text, values: [...values] }));
  return {
    // What a statement answers is as it is written: nothing checks it.
    rows: async <T extends object>(text: string, values: readonly unknown[] = []) =>
      (await run(text, values)).rows as readonly T[],
    changes: async (text, values = []) => (await run(text, values)).rowCount ?? 0,
  };
}

/** What is sent without a transaction is done when it is answered. */
async function sendAlone(connections: Connections, query: pg.QueryConfig): Promise<pg.QueryResult> {
  const connection = await connections.take();
  try {
    return await lastWord(connection, query);
  } finally {
    connection.giveBack();
  }
}

/** Sends what makes things last. Where no answer comes, it may have done so. */
async function lastWord(connection: Connection, query: pg.QueryConfig): Promise<pg.QueryResult> {
  try {
    return await connection.query(query);
  } catch (error) {
    const mayBeDone = connection.isLost && isUnavailable(error);
    throw mayBeDone ? unavailable(error, { mayBeDone }) : error;
  }
}

async function transact<T>(
  connections: Connections,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  for (let run = 1; ; run++) {
    const connection = await connections.take();
    try {
      await connection.query(BEGIN);
      const done = await work(sessionOn((query) => connection.query(query)));
      await lastWord(connection, COMMIT);
      return done;
    } catch (error) {
      // Without its connection a transaction is undone by the server, which may be silent just now.
      if (!connection.isLost) await rollBack(connection);
      if (!COLLISION.test(codeOf(error)) || run === MOST_RUNS) throw error;
    } finally {
      connection.giveBack();
    }
  }
}

const BEGIN = { text: "begin" };
const COMMIT = { text: "commit" };
const ROLLBACK = { text: "rollback" };

/** What becomes of it is known by the connection: one that is lost is not used again. */
async function rollBack(connection: Connection): Promise<void> {
  await connection.query(ROLLBACK).catch(() => undefined);
}

/** Makes what says "not now" a {@link StoreUnavailable}. */
export async function available<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof StoreUnavailable || !isUnavailable(error)) throw error;
    throw unavailable(error, { mayBeDone: false });
  }
}

function unavailable(
  cause: unknown,
  { mayBeDone }: Pick<StoreUnavailable, "mayBeDone">,
): StoreUnavailable {
  const message = codeOf(cause) || "the database does not answer";
  return new StoreUnavailable(message, { cause, mayBeDone });
}

function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== "") return UNAVAILABLE.test(code);
  // What the driver finds by itself has no code: it lost the connection, or waited in vain.
  return error instanceof Error && /timeout|terminated|not queryable|ended/i.test(error.message);
}

/** The code of an error of Postgres or of the system, also of one that was the cause; else nothing. */
export function codeOf(error: unknown): string {
  const { code, cause } = Object(error) as { readonly code?: unknown; readonly cause?: unknown };
  if (typeof code === "string") return code;
  return cause === undefined ? "" : codeOf(cause);
}

const names = new Map<string, string>();

/** The name under which a statement is prepared: short, and the same for the same text. */
function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `syncbell_${names.size + 1}`;
  names.set(text, name);
  return name;
}
