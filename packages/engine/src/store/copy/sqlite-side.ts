import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Database } from "better-sqlite3";
import {
  type SqliteDatabase,
  hasTable,
  openDatabase,
  refuseUnfinished,
} from "../sqlite/database.ts";
import { UNFINISHED_COPY } from "../unfinished-copy.ts";
import { foreignRows } from "./refused.ts";
import { type CopiedRow, type RowKey, keyValues, sizeOf } from "./rows.ts";
import type {
  BatchLimit,
  DestinationSide,
  Fingerprint,
  KeptCopy,
  Side,
  SourceSide,
} from "./sides.ts";
import { anyStatement, countStatement, fingerprintStatement, listOf } from "./statements.ts";
import type { CopiedTable } from "./tables.ts";

/** Opens the file that is copied. Rejects where there is none, it is no store, or another process has it. */
export async function openSqliteSource(path: string): Promise<SourceSide> {
  if (!existsSync(path)) throw new Error("there is no such file");
  const file = await openDatabase(path, (database) => {
    if (!hasTable(database, "kysely_migration")) throw new Error("it holds no store of Syncbell");
    refuseUnfinished(database);
  });
  const { database } = file;
  return {
    ...sideOn(file),
    connection: undefined,
    read: async (table, after, limit) => read(database, table, after, limit),
  };
}

/** Opens the file that is copied into, made where it is missing. */
export async function openSqliteDestination(path: string): Promise<DestinationSide> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = await openDatabase(path, () => undefined);
  const { database } = file;
  return {
    ...sideOn(file),
    kept: async () =>
      hasTable(database, UNFINISHED_COPY)
        ? database
            .prepare<[], KeptCopy>(`select source, fingerprints, position from ${UNFINISHED_COPY}`)
            .get()
        : undefined,
    holds: async (table) => database.prepare(anyStatement(table)).get() !== undefined,
    begin: async ({ source, fingerprints, position }) =>
      database
        .transaction(() => {
          database.exec(
            `create table ${UNFINISHED_COPY}
               (source text not null, fingerprints text not null, position text not null) strict`,
          );
          database
            .prepare(`insert into ${UNFINISHED_COPY} values (?, ?, ?)`)
            .run(source, fingerprints, position);
        })
        .immediate(),
    write: async (table, rows, positionOf) => write(database, table, rows, positionOf(0)),
    finish: async () => void database.exec(`drop table ${UNFINISHED_COPY}`),
  };
}

function sideOn({ database, close }: SqliteDatabase): Side {
  return {
    count: async (table) => Number(database.prepare(countStatement(table)).pluck().get()),
    fingerprint: async (table) => {
      const found = database.prepare<[], Fingerprint>(fingerprintStatement(table)).get();
      if (!found) throw new Error(`${table.name} can't be read`);
      return found;
    },
    close: async () => close(),
  };
}

function read(
  database: Database,
  table: CopiedTable,
  after: RowKey | undefined,
  limit: BatchLimit,
): readonly CopiedRow[] {
  const key = listOf(table.key);
  const given = table.key.map(() => "?").join(", ");
  const past = after === undefined ? "" : `and (${key}) > (${given})`;
  const statement = database
    .prepare<unknown[], CopiedRow>(
      `select ${listOf(table.columns)} from ${table.name} where ${table.where} ${past} order by ${key}`,
    )
    .safeIntegers()
    .raw();
  const rows: CopiedRow[] = [];
  let bytes = 0;
  for (const row of statement.iterate(...(after ? keyValues(table, after) : []))) {
    rows.push(row);
    bytes += sizeOf(row);
    if (rows.length >= limit.rows || bytes >= limit.bytes) break;
  }
  return rows;
}

function write(
  database: Database,
  { name, columns }: CopiedTable,
  rows: readonly CopiedRow[],
  position: string,
): void {
  const given = columns.map(() => "?").join(", ");
  const insert = database.prepare(
    `insert into ${name} (${listOf(columns)}) values (${given}) on conflict do nothing`,
  );
  const keep = database.prepare(`update ${UNFINISHED_COPY} set position = ?`);
  database
    .transaction(() => {
      for (const row of rows) if (insert.run(...row).changes === 0) throw foreignRows(name);
      keep.run(position);
    })
    .immediate();
}
