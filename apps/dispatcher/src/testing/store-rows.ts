import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { isPostgres } from "../settings.ts";

const TABLES = ["events", "event_names", "decisions", "deliveries", "attempts"] as const;

/** How many rows the tables of a store hold. */
export type Rows = Readonly<Record<(typeof TABLES)[number], number>>;

export const NO_ROWS: Rows = {
  events: 0,
  event_names: 0,
  decisions: 0,
  deliveries: 0,
  attempts: 0,
};

const COUNTS = TABLES.map((table) => `(select count(*) from ${table}) as ${table}`).join(", ");

/** How many rows the tables of a store hold, read past the dispatcher. */
export async function rowsIn(database: string): Promise<Rows> {
  const row = await (isPostgres(database) ? rowOf : rowInFile)(database, `select ${COUNTS}`);
  return Object.fromEntries(TABLES.map((table) => [table, Number(row[table])])) as Rows;
}

type Row = Readonly<Record<string, unknown>>;

function rowInFile(path: string, query: string): Row {
  const file = new DatabaseSync(path, { readOnly: true });
  try {
    return file.prepare(query).get() ?? {};
  } finally {
    file.close();
  }
}

async function rowOf(url: string, query: string): Promise<Row> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(query)).rows[0] ?? {};
  } finally {
    await client.end();
  }
}
