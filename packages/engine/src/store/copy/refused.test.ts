import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { describe, expect, onTestFinished, test } from "vitest";
import { bareDatabase } from "../../testing/bare-database.ts";
import { temporaryFolder } from "../../testing/folder.ts";
import {
  dumpOf,
  filled,
  newPostgres,
  newSqlite,
  openAsStore,
  runPast,
  using,
} from "../../testing/stores-to-copy.ts";
import { until } from "../../testing/until.ts";
import { up as start } from "../sqlite/migrations/0001-start.ts";
import { newEvent } from "../suite/new-events.ts";
import { copyStore } from "./copy-store.ts";
import { connectDestination, connectSource } from "./postgres-connection.ts";
import type { StoreToCopy } from "./sides.ts";

const at = (path: string): StoreToCopy => ({ kind: "sqlite", database: path, name: path });

/** Has a store that was made by a program of a later time. */
async function madeByNewer(store: StoreToCopy): Promise<StoreToCopy> {
  await using(store, async () => undefined);
  const statement = "insert into kysely_migration values ('9999-later', '2099-01-01')";
  await runPast(store, statement);
  if (store.kind === "postgres") {
    onTestFinished(() => runPast(store, "delete from kysely_migration where name = '9999-later'"));
  }
  return store;
}

describe("a source is refused", () => {
  test("that is not there, and it is not made", async () => {
    const folder = temporaryFolder();
    const to = newSqlite();
    for (const path of [join(folder, "none.db"), join(folder, "none", "none.db")]) {
      await expect(copyStore({ from: at(path), to })).rejects.toThrow(
        `the database ${path} can't be opened: there is no such file`,
      );
    }
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync(to.database)).toBe(false);
  });

  test("that is no store, and it stays as it is", async () => {
    const path = join(temporaryFolder(), "empty.db");
    writeFileSync(path, "");
    const said = "can't be opened: it holds no store of Syncbell";
    await expect(copyStore({ from: at(path), to: newSqlite() })).rejects.toThrow(said);
    const words = join(temporaryFolder(), "words.db");
    writeFileSync(words, "these are words, and there are more of them than a header has bytes\n");
    await expect(copyStore({ from: at(words), to: newSqlite() })).rejects.toThrow(
      `the database ${words} can't be opened: file is not a database`,
    );
    const database = await bareDatabase();
    const from: StoreToCopy = { kind: "postgres", database, name: "postgres://bare" };
    await expect(copyStore({ from, to: newSqlite() })).rejects.toThrow(said);
    expect(await dumpOf(from)).toEqual({});
  });

  test.each([
    ["SQLite", async () => newSqlite()],
    ["Postgres", newPostgres],
  ])("that a newer version made, on %s", async (_, make) => {
    const from = await madeByNewer(await make());
    await expect(copyStore({ from, to: newSqlite() })).rejects.toThrow(
      /can't be opened: the store was made by a newer version of Syncbell/,
    );
  });

  test("that is the destination, by whatever name", async () => {
    const from = await filled(newSqlite());
    const other = join(temporaryFolder(), "link.db");
    symlinkSync(from.database, other);
    for (const path of [from.database, other]) {
      await expect(copyStore({ from, to: at(path) })).rejects.toThrow(
        `${from.name} can't be copied into itself`,
      );
    }
    const server = await newPostgres();
    const url = new URL(server.database);
    url.hostname = "localhost";
    await expect(
      copyStore({ from: server, to: { ...server, database: url.href } }),
    ).rejects.toThrow(
      `the database ${server.name} can't be opened: it is the database that is copied`,
    );
  });
});

describe("a destination is refused", () => {
  test.each([
    ["SQLite", async () => newSqlite()],
    ["Postgres", newPostgres],
  ])("that holds anything, on %s, and it stays as it is", async (_, make) => {
    const [from, to] = [await filled(newSqlite()), await make()];
    await using(to, (store) => store.nameDestinations([{ id: "ops", fingerprint: "one" }], 1));
    const before = await dumpOf(to);
    await expect(copyStore({ from, to })).rejects.toThrow(
      `${to.name} is not empty: it has destinations already; copy into a database that is new`,
    );
    expect(await dumpOf(to)).toEqual(before);
    await using(to, (store) => store.accept([newEvent()]));
  });

  test("that was copied into already", async () => {
    const [from, to] = [await filled(newSqlite()), newSqlite()];
    await copyStore({ from, to });
    await expect(copyStore({ from, to })).rejects.toThrow(`${to.name} is not empty`);
  });

  test("that a newer version made", async () => {
    const [from, to] = [await filled(newSqlite()), await madeByNewer(await newPostgres())];
    await expect(copyStore({ from, to })).rejects.toThrow("made by a newer version");
  });

  test("that can't be made", async () => {
    const from = await filled(newSqlite());
    const path = join(temporaryFolder(), "folder.db");
    mkdirSync(path);
    await expect(copyStore({ from, to: at(path) })).rejects.toThrow(
      `the database ${path} can't be opened: unable to open database file`,
    );
  });
});

test("a source that an older version made is brought up to date, and copied", async () => {
  const from = newSqlite();
  const database = new Database(from.database);
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  const getMigrations = () => Promise.resolve({ "0001-start": { up: start } });
  await new Migrator({ db, provider: { getMigrations } }).migrateToLatest();
  database.exec("insert into destinations values ('ops', 1, null)");
  database.close();
  const to = await newPostgres();
  expect((await copyStore({ from, to })).problems).toEqual([]);
  await using(to, async (store) => {
    expect(await store.destinations()).toMatchObject([{ id: "ops", state: "active" }]);
  });
});

test("a new database is made ready, of either kind", async () => {
  const from = await filled(newSqlite());
  const database = await bareDatabase();
  const middle: StoreToCopy = { kind: "postgres", database, name: "postgres://bare" };
  const to = at(join(temporaryFolder(), "made", "here", "syncbell.db"));
  expect((await copyStore({ from, to: middle })).problems).toEqual([]);
  expect((await copyStore({ from: middle, to })).problems).toEqual([]);
  expect(await dumpOf(to)).toEqual(await dumpOf(from));
  expect(statSync(dirname(to.database)).mode & 0o077).toBe(0);
});

describe("while a dispatcher has a store open, it is neither copied nor copied into", () => {
  test("on SQLite", async () => {
    const [one, other] = [await filled(newSqlite()), newSqlite()];
    await using(one, async () => {
      const said = `another syncbell has ${one.database} open`;
      await expect(copyStore({ from: one, to: other })).rejects.toThrow(said);
    });
    await using(other, async () => {
      const said = `another syncbell has ${other.database} open`;
      await expect(copyStore({ from: one, to: other })).rejects.toThrow(said);
    });
  });

  test("on Postgres", async () => {
    const [one, other] = [await filled(newSqlite()), await newPostgres()];
    await using(other, async (store) => {
      let isListening = false;
      store.listen(() => void (isListening = true));
      await until(() => isListening);
      const said = `the database ${other.name} can't be opened: a dispatcher has it open`;
      await expect(copyStore({ from: one, to: other })).rejects.toThrow(said);
      await expect(copyStore({ from: other, to: newSqlite() })).rejects.toThrow(said);
    });
    expect((await copyStore({ from: one, to: other })).problems).toEqual([]);
  });
});

test("while a copy is under way no dispatcher is started, nor another copy", async () => {
  const [from, to] = [await filled(await newPostgres()), await newPostgres()];
  const source = await connectSource(from.database);
  const destination = await connectDestination(to.database, source.process);
  for (const store of [from, to]) {
    await expect(openAsStore(store)).rejects.toThrow("a copy of it or into it is under way");
  }
  const said = `the database ${from.name} can't be opened: another copy of it or into it is under way`;
  await expect(copyStore({ from, to: newSqlite() })).rejects.toThrow(said);
  await source.close();
  await destination.close();
  expect((await copyStore({ from, to })).problems).toEqual([]);
}, 30_000);
