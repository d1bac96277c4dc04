import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fillStore } from "../../testing/filled-store.ts";
import { temporaryFolder } from "../../testing/folder.ts";
import { emptyDatabase } from "../../testing/postgres-databases.ts";
import { type Dump, countsOf, dumpPostgres, dumpSqlite } from "../../testing/table-dump.ts";
import { openPostgres } from "../postgres/postgres.ts";
import { openSqlite } from "../sqlite.ts";
import { type CopyProgress, copyStore } from "./copy-store.ts";
import type { StoreToCopy } from "./sides.ts";

const sqlite = (): StoreToCopy => {
  const database = join(temporaryFolder(), "syncbell.db");
  return { kind: "sqlite", database, name: database };
};

const postgres = async (): Promise<StoreToCopy> => ({
  kind: "postgres",
  database: await emptyDatabase(),
  name: "postgres",
});

/** A store that holds something in every table. */
async function filled(store: StoreToCopy, seed: number): Promise<StoreToCopy> {
  const open = store.kind === "sqlite" ? openSqlite : openPostgres;
  const opened = await open(store.database);
  await fillStore(opened, seed);
  await opened.close();
  return store;
}

async function dumpOf({ kind, database }: StoreToCopy): Promise<Dump> {
  return kind === "sqlite" ? dumpSqlite(database) : dumpPostgres(database);
}

/** So small that every table takes several batches. */
const SMALL = { rows: 3, bytes: 2_000 };

/** Copies; what is copied is the same as the source, row by row and byte by byte. */
async function copied(from: StoreToCopy, to: StoreToCopy): Promise<Dump> {
  const before = await dumpOf(from);
  const { tables, problems } = await copyStore({ from, to, limit: SMALL });
  expect(problems).toEqual([]);
  const dump = await dumpOf(to);
  expect(dump).toEqual(before);
  expect(await dumpOf(from)).toEqual(before);
  const counts = countsOf(dump);
  expect(Object.fromEntries(tables.map((one) => [one.table, one.source]))).toEqual(counts);
  expect(Object.fromEntries(tables.map((one) => [one.table, one.destination]))).toEqual(counts);
  return dump;
}

describe("a copy has every row of every table, byte by byte", () => {
  test.each([1, 2, 3])("from SQLite to Postgres and back, seed %i", async (seed) => {
    const from = await filled(sqlite(), seed);
    const middle = await postgres();
    const dump = await copied(from, middle);
    expect(Object.entries(dump).filter(([, rows]) => rows.length === 0)).toEqual([]);
    await copied(middle, sqlite());
  });

  test("from Postgres to SQLite and back", async () => {
    const from = await filled(await postgres(), 4);
    const middle = sqlite();
    await copied(from, middle);
    await copied(middle, await postgres());
  });

  test("from SQLite to SQLite", async () => {
    await copied(await filled(sqlite(), 5), sqlite());
  });

  test("from Postgres to Postgres", async () => {
    await copied(await filled(await postgres(), 6), await postgres());
  });
});

test("it is told how far each table is, up to its end", async () => {
  const from = await filled(sqlite(), 7);
  const said: CopyProgress[] = [];
  const onProgress = (progress: CopyProgress): void => void said.push(progress);
  const { tables } = await copyStore({ from, to: sqlite(), limit: SMALL, onProgress });
  for (const { table, source } of tables) {
    const steps = said.filter((one) => one.table === table);
    expect(steps.map(({ total }) => total)).toEqual(steps.map(() => source));
    const copiedRows = steps.map((one) => one.copied);
    expect(copiedRows).toEqual(copiedRows.toSorted((a, b) => a - b));
    expect(copiedRows.at(-1)).toBe(source);
  }
});
