import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { isMigrated } from "../migrate.ts";
import { Connections, clean } from "../postgres/connections.ts";
import { hasTable, lockForCopy, refuseUnfinished } from "../postgres/copy-lock.ts";
import { migratePostgres } from "../postgres/migrate.ts";
import { MIGRATIONS } from "../postgres/migrations.ts";
import { type Session, sessionOn } from "../postgres/session.ts";

const CONNECT_MS = 5_000;
/** How long a statement may take, in milliseconds: one goes over all of a table. */
const STATEMENT_MS = 10 * 60_000;

/** One connection, which has the database to itself, as far as dispatchers and copies go. */
export interface CopyConnection extends Session {
  /** The process of the server that it has. */
  readonly process: number;
  transaction(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Takes the database that is copied. Rejects where it is no store, or somebody has it open. */
export function connectSource(url: string): Promise<CopyConnection> {
  return connect(url, undefined, async (session) => {
    if (!(await hasTable(session, "kysely_migration"))) {
      throw new Error("it holds no store of Syncbell");
    }
    await refuseUnfinished(session);
  });
}

/** Takes the database that is copied into: another one than the process `source` of its server has. */
export function connectDestination(
  url: string,
  source: number | undefined,
): Promise<CopyConnection> {
  return connect(url, source, () => Promise.resolve());
}

async function connect(
  url: string,
  other: number | undefined,
  check: (session: Session) => Promise<void>,
): Promise<CopyConnection> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS,
    keepAlive: true,
    application_name: "syncbell copy",
    types,
  });
  // What is under way is rejected by itself.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const session = sessionOn((query) =>
      client.query({ ...query, values: query.values?.map(clean) ?? [] }),
    );
    const [own] = await session.rows<{ pid: bigint }>("select pg_backend_pid() as pid");
    await lockForCopy(session, other);
    await check(session);
    await bringUpToDate(url);
    return {
      ...session,
      process: Number(own?.pid),
      transaction: (work) => transact(client, work),
      close: () => client.end(),
    };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** What is up to date already is not touched. */
async function bringUpToDate(url: string): Promise<void> {
  const pool = new Connections({ url, connections: 1 });
  try {
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: pool.forKysely() }) });
    if (!(await isMigrated(db, MIGRATIONS))) await migratePostgres(url);
  } finally {
    await pool.close();
  }
}

async function transact(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query("begin");
  try {
    await work();
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

/** Whole numbers are handed on as they are, also those that no number holds exactly. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, BigInt);
types.setTypeParser(pg.types.builtins.INT4, BigInt);
