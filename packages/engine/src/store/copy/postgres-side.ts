import { hasTable } from "../postgres/copy-lock.ts";
import { type Insert, insertInto } from "../postgres/insert.ts";
import { UNFINISHED_COPY } from "../unfinished-copy.ts";
import type { ColumnKind } from "./carried.ts";
import { type CopyConnection, connectDestination, connectSource } from "./postgres-connection.ts";
import { foreignRows } from "./refused.ts";
import { type CopiedRow, type RowKey, type Value, keyValues } from "./rows.ts";
import type {
  BatchLimit,
  DestinationSide,
  Fingerprint,
  KeptCopy,
  Side,
  SourceSide,
} from "./sides.ts";
import { anyStatement, countStatement, fingerprintStatement, listOf } from "./statements.ts";
import { COPIED_TABLES, type CopiedTable } from "./tables.ts";

const TYPES = {
  text: "text",
  integer: "bigint",
  real: "double precision",
  bytes: "bytea",
} as const satisfies Record<ColumnKind, string>;

/** Opens the database that is copied. Rejects where it is no store, or somebody has it open. */
export async function openPostgresSource(url: string): Promise<SourceSide> {
  const connection = await connectSource(url);
  return {
    ...sideOn(connection),
    connection: connection.process,
    read: (table, after, limit) => read(connection, table, after, limit),
  };
}

/** Opens the database that is copied into. `source` is the connection of the one that is copied. */
export async function openPostgresDestination(
  url: string,
  source: number | undefined,
): Promise<DestinationSide> {
  const connection = await connectDestination(url, source);
  return {
    ...sideOn(connection),
    kept: async () => {
      if (!(await hasTable(connection, UNFINISHED_COPY))) return undefined;
      const [kept] = await connection.rows<KeptCopy>(
        `select source, fingerprints, position from ${UNFINISHED_COPY}`,
      );
      return kept;
    },
    holds: async (table) => (await connection.rows(anyStatement(table))).length > 0,
    begin: ({ source: name, fingerprints, position }) =>
      connection.transaction(async () => {
        await connection.rows(
          `create table ${UNFINISHED_COPY}
             (source text not null, fingerprints text not null, position text not null)`,
        );
        await connection.rows(`insert into ${UNFINISHED_COPY} values ($1, $2, $3)`, [
          name,
          fingerprints,
          position,
        ]);
      }),
    write: (table, rows, positionOf) => write(connection, table, rows, positionOf),
    async finish() {
      // A server that knows nothing of its tables yet plans claims badly.
      await connection.rows(`analyze ${COPIED_TABLES.map(({ name }) => name).join(", ")}`);
      await connection.rows(`drop table ${UNFINISHED_COPY}`);
    },
  };
}

function sideOn(connection: CopyConnection): Side {
  return {
    async count(table) {
      const [found] = await connection.rows<{ count: bigint }>(countStatement(table));
      return Number(found?.count);
    },
    async fingerprint(table) {
      const [found] = await connection.rows<Fingerprint>(fingerprintStatement(table));
      if (!found) throw new Error(`${table.name} can't be read`);
      return found;
    },
    close: () => connection.close(),
  };
}

/** What is over the limit stays on the server: a page of events may have gigabytes. */
async function read(
  connection: CopyConnection,
  table: CopiedTable,
  after: RowKey | undefined,
  limit: BatchLimit,
): Promise<readonly CopiedRow[]> {
  const { name, columns, key, where } = table;
  const sizes = columns.flatMap((column) =>
    column.kind === "text" || column.kind === "bytes"
      ? [`coalesce(octet_length("${column.name}"), 0)`]
      : ["8"],
  );
  const given = key.map(({ kind }, nth) => `$${nth + 3}::${TYPES[kind]}`).join(", ");
  const past = after === undefined ? "" : `and (${listOf(key)}) > (${given})`;
  const rows = await connection.rows<Readonly<Record<string, Value>>>(
    `select ${listOf(columns)} from (
       select page.*, sum(size_of_row) over (order by ${listOf(key)}) as size_so_far from (
         select ${listOf(columns)}, ${sizes.join(" + ")} as size_of_row
           from ${name} where ${where} ${past} order by ${listOf(key)} limit $1) as page) as measured
      where size_so_far - size_of_row < $2 order by ${listOf(key)}`,
    [limit.rows, limit.bytes, ...(after ? keyValues(table, after) : [])],
  );
  return rows.map((row) => columns.map((column) => row[column.name] ?? null));
}

const inserts: ReadonlyMap<string, Insert<CopiedRow>> = new Map(
  COPIED_TABLES.map(({ name, columns }) => [
    name,
    insertInto<CopiedRow>(
      name,
      columns.map((column) => [column.name, TYPES[column.kind]]),
      (row) => row,
      "on conflict do nothing returning 1",
    ),
  ]),
);

async function write(
  connection: CopyConnection,
  table: CopiedTable,
  rows: readonly CopiedRow[],
  positionOf: (merged: number) => string,
): Promise<void> {
  await connection.transaction(async () => {
    const written = (await inserts.get(table.name)?.run(connection, rows)) ?? [];
    const merged = rows.length - written.length;
    if (merged > 0 && !rows.some((row) => isChangedHere(table, row))) {
      throw foreignRows(table.name);
    }
    await connection.rows(`update ${UNFINISHED_COPY} set position = $1`, [positionOf(merged)]);
  });
}

/** Two keys may be one on Postgres, which keeps a character of number 0 as another one. */
function isChangedHere({ key, columns }: CopiedTable, row: CopiedRow): boolean {
  return key.some((part) => /[\0␀]/.test(String(row[columns.indexOf(part)])));
}
