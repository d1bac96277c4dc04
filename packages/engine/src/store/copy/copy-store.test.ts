import { describe, expect, test } from "vitest";
import { SMALL, dumpOf, filled, newPostgres, newSqlite } from "../../testing/stores-to-copy.ts";
import { type Dump, countsOf } from "../../testing/table-dump.ts";
import { type CopyProgress, copyStore } from "./copy-store.ts";
import type { StoreToCopy } from "./sides.ts";

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
    const from = await filled(newSqlite(), seed);
    const middle = await newPostgres();
    const dump = await copied(from, middle);
    expect(Object.entries(dump).filter(([, rows]) => rows.length === 0)).toEqual([]);
    await copied(middle, newSqlite());
  });

  test("from Postgres to SQLite and back", async () => {
    const from = await filled(await newPostgres(), 4);
    const middle = newSqlite();
    await copied(from, middle);
    await copied(middle, await newPostgres());
  });

  test("from SQLite to SQLite", async () => {
    await copied(await filled(newSqlite(), 5), newSqlite());
  });

  test("from Postgres to Postgres", async () => {
    await copied(await filled(await newPostgres(), 6), await newPostgres());
  });
});

test("it is told how far each table is, up to its end", async () => {
  const from = await filled(newSqlite(), 7);
  const said: CopyProgress[] = [];
  const onProgress = (progress: CopyProgress): void => void said.push(progress);
  const { tables } = await copyStore({ from, to: newSqlite(), limit: SMALL, onProgress });
  for (const { table, source } of tables) {
    const steps = said.filter((one) => one.table === table);
    expect(steps.map(({ total }) => total)).toEqual(steps.map(() => source));
    const copiedRows = steps.map((one) => one.copied);
    expect(copiedRows).toEqual(copiedRows.toSorted((a, b) => a - b));
    expect(copiedRows.at(-1)).toBe(source);
  }
});
