import Database from "better-sqlite3";
import pg from "pg";

type Row = Readonly<Record<string, unknown>>;

/** All rows of all tables, as texts in an order of their own, by table. */
export type Dump = Readonly<Record<string, readonly string[]>>;

/** Everything that a SQLite store holds, past the program; no store may have it open. */
export function dumpSqlite(path: string): Dump {
  const database = new Database(path, { readonly: true });
  try {
    const tables = database
      .prepare("select name from sqlite_schema where type = 'table'")
      .pluck()
      .all() as readonly string[];
    return Object.fromEntries(
      ours(tables).map((table) => {
        const rows = database.prepare(`select * from ${table}`).safeIntegers().all();
        return [table, rows.map((row) => textOf(row as Row)).toSorted()];
      }),
    );
  } finally {
    database.close();
  }
}

/** Everything that a Postgres store holds, past the program. */
export async function dumpPostgres(url: string): Promise<Dump> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public'",
    );
    const dump: Record<string, readonly string[]> = {};
    for (const table of ours(found.rows.map(({ name }) => name))) {
      const { rows } = await client.query<Row>(`select * from ${table}`);
      dump[table] = rows.map(textOf).toSorted();
    }
    return dump;
  } finally {
    await client.end();
  }
}

/** How many rows there are, by table. */
export function countsOf(dump: Dump): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(dump).map(([table, rows]) => [table, rows.length]));
}

function ours(tables: readonly string[]): readonly string[] {
  return tables.filter((name) => !/^(?:kysely|sqlite)_/.test(name)).toSorted();
}

/** The same for both databases: a whole number is its digits, bytes are in hex. */
function textOf(row: Row): string {
  const fields = Object.entries(row).map(([name, value]) => {
    if (Buffer.isBuffer(value)) return [name, value.toString("hex")];
    return [name, typeof value === "bigint" || typeof value === "number" ? String(value) : value];
  });
  return JSON.stringify(fields.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}
