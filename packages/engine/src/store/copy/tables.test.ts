import Database from "better-sqlite3";
import pg from "pg";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../testing/folder.ts";
import { emptyDatabase } from "../../testing/postgres-databases.ts";
import { openSqlite } from "../sqlite/sqlite.ts";
import { COPIED_TABLES } from "./tables.ts";

/** The columns of each table, and its key. */
type Shape = Readonly<Record<string, { columns: readonly string[]; key: readonly string[] }>>;

const carried: Shape = Object.fromEntries(
  COPIED_TABLES.map(({ name, columns, key }) => [
    name,
    { columns: columns.map((column) => column.name).toSorted(), key: key.map((one) => one.name) },
  ]),
);

test("a copy carries every table and column of a new SQLite store, by its key", async () => {
  const path = join(temporaryFolder(), "syncbell.db");
  await (await openSqlite(path)).close();
  const database = new Database(path, { readonly: true });
  onTestFinished(() => void database.close());
  const things = database
    .prepare<[], { type: string; name: string }>(
      `select type, name from sqlite_schema
        where type <> 'index' and name not like 'kysely%' and name not like 'sqlite%'`,
    )
    .all();
  // A view or a trigger would have to be thought of.
  expect(things.filter(({ type }) => type !== "table")).toEqual([]);
  const shape = things.map(({ name }) => {
    const columns = database
      .prepare<[string], { name: string; pk: number }>("select name, pk from pragma_table_xinfo(?)")
      .all(name);
    const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
    return [
      name,
      { columns: columns.map((one) => one.name).toSorted(), key: key.map((one) => one.name) },
    ] as const;
  });
  expect(Object.fromEntries(shape)).toEqual(carried);
});

test("a copy carries every table and column of a new Postgres store, by its key", async () => {
  const client = new pg.Client({ connectionString: await emptyDatabase() });
  await client.connect();
  onTestFinished(() => client.end());
  const { rows: things } = await client.query<{ kind: string; name: string; columns: string[] }>(
    `select relkind as kind, relname as name,
            array(select attname::text from pg_attribute
                   where attrelid = pg_class.oid and attnum > 0 and not attisdropped
                   order by attname collate "C") as columns
       from pg_class
      where relnamespace = 'public'::regnamespace and relkind <> 'i' and relname not like 'kysely%'`,
  );
  // A sequence would have to be set, a view to be thought of.
  expect(things.filter(({ kind }) => kind !== "r")).toEqual([]);
  const { rows: triggers } = await client.query("select tgname from pg_trigger");
  expect(triggers).toEqual([]);
  const { rows: keys } = await client.query<{ name: string; key: string[] }>(
    `select conrelid::regclass::text as name,
            array(select attname::text from unnest(conkey) with ordinality as part (number, nth)
                    join pg_attribute on attrelid = conrelid and attnum = number
                   order by nth) as key
       from pg_constraint where contype = 'p'`,
  );
  const shape = things.map(({ name, columns }) => [
    name,
    { columns, key: keys.find((one) => one.name === name)?.key },
  ]);
  expect(Object.fromEntries(shape)).toEqual(carried);
});
