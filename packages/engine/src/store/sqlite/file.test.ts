import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../testing/folder.ts";
import { openSqlite } from "./sqlite.ts";
import { type Store, StoreUnavailable } from "../store.ts";
import { START, claim, claimOne, newEvent } from "../suite/new-events.ts";

async function open(path: string): Promise<Store> {
  const store = await openSqlite(path);
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
}

const newPath = (): string => join(temporaryFolder(), "syncbell.db");

describe("one file, one process", () => {
  test("a second open is refused in words, and works after the first is closed", async () => {
    const path = newPath();
    const first = await open(path);
    await first.accept([newEvent()]);
    await expect(openSqlite(path)).rejects.toThrow(`another syncbell has ${path} open`);
    await expect(openSqlite(path)).rejects.toThrow("another syncbell");
    expect(await claim(first)).toHaveLength(1);
    await first.close();
    const second = await open(path);
    expect(await second.due()).toHaveLength(1);
  });

  test("what was under way when it was closed is due again at once, with a new fence", async () => {
    const path = newPath();
    const first = await open(path);
    const before = await claimOne(first, { leaseUntil: START + 1e9 });
    await first.close();
    const second = await open(path);
    const [after] = await claim(second);
    expect(after?.id).toBe(before.id);
    expect(after?.fence).toBeGreaterThan(before.fence);
  });

  test("other files in the folder are nobody's business", async () => {
    const folder = temporaryFolder();
    const stores = await Promise.all(["a.db", "b.db"].map((name) => open(join(folder, name))));
    await stores[0]?.accept([newEvent()]);
    expect(await stores[1]?.due()).toEqual([]);
  });
});

describe("a file that can't be used is refused in words, and is not held", () => {
  test("one that is no database", async () => {
    const path = newPath();
    writeFileSync(
      path,
      "this is a text and not a database, long enough to be told apart".repeat(99),
    );
    for (const _ of [1, 2])
      await expect(openSqlite(path)).rejects.toThrow("file is not a database");
  });

  test("a folder in its place", async () => {
    const path = newPath();
    mkdirSync(path);
    for (const _ of [1, 2]) await expect(openSqlite(path)).rejects.toThrow("unable to open");
  });

  test("one whose lock can't be taken for another reason than that it is held", async () => {
    const path = newPath();
    writeFileSync(`${path}-lock`, "this is no database, and so no lock".repeat(99));
    await expect(openSqlite(path)).rejects.toThrow("file is not a database");
  });

  test("one that a newer version of the program made", async () => {
    const path = newPath();
    await (await open(path)).close();
    const database = new Database(path);
    database
      .prepare("insert into kysely_migration (name, timestamp) values (?, ?)")
      .run("9999-from-the-future", new Date(START).toISOString());
    database.close();
    for (const _ of [1, 2]) {
      await expect(openSqlite(path)).rejects.toThrow("made by a newer version of Syncbell");
    }
  });
});

test("the file has a write-ahead log", async () => {
  const path = newPath();
  await open(path);
  const database = new Database(path, { readonly: true });
  expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
  database.close();
});

test("a folder that is missing is made, for its owner alone", async () => {
  const folder = join(temporaryFolder(), "deep", "data");
  await open(join(folder, "syncbell.db"));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test("while another program writes to the file the store is unavailable, and then it is not", async () => {
  const path = newPath();
  const store = await open(path);
  const intruder = new Database(path);
  intruder.exec("begin immediate");
  await expect(store.accept([newEvent()])).rejects.toThrow(StoreUnavailable);
  await expect(store.setChannelState("a", "b", "c")).rejects.toThrow(StoreUnavailable);
  intruder.exec("rollback");
  intruder.close();
  expect((await store.accept([newEvent()]))[0]?.kind).toBe("accepted");
});
