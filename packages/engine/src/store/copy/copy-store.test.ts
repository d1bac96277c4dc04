import { expect, test } from "vitest";
import {
  SMALL,
  dumpOf,
  filled,
  newPostgres,
  newSqlite,
  using,
} from "../../testing/stores-to-copy.ts";
import { type Dump, countsOf } from "../../testing/table-dump.ts";
import type { ClaimedDelivery } from "../delivery-records.ts";
import { START, claim, claimOne } from "../suite/new-events.ts";
import { record, recordOf } from "../suite/new-records.ts";
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

const sqlite = (): Promise<StoreToCopy> => Promise.resolve(newSqlite());

test.each([
  ["SQLite to Postgres and back", 1, [sqlite, newPostgres, sqlite]],
  ["SQLite to Postgres and back", 2, [sqlite, newPostgres, sqlite]],
  ["SQLite to Postgres and back", 3, [sqlite, newPostgres, sqlite]],
  ["Postgres to SQLite and back", 4, [newPostgres, sqlite, newPostgres]],
  ["SQLite to SQLite", 5, [sqlite, sqlite]],
  ["Postgres to Postgres", 6, [newPostgres, newPostgres]],
] as const)("a copy from %s has every row, byte by byte (%i)", async (_, seed, route) => {
  const [first, ...others] = route;
  let from = await filled(await first(), seed);
  for (const make of others) {
    const to = await make();
    const dump = await copied(from, to);
    expect(Object.entries(dump).filter(([, rows]) => rows.length === 0)).toEqual([]);
    from = to;
  }
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

test("what is being sent is due again when its lease is over, and no record of before counts", async () => {
  const [from, to] = [newSqlite(), await newPostgres()];
  let sent: ClaimedDelivery | undefined;
  await using(from, async (store) => void (sent = await claimOne(store)));
  await copyStore({ from, to });
  await using(to, async (store) => {
    const lease = { now: START + 30_000, leaseUntil: START + 50_000 };
    expect(await store.releaseExpired(START + 19_999)).toBe(0);
    expect(await claim(store, "ops", lease)).toEqual([]);
    expect(await store.releaseExpired(START + 20_000)).toBe(1);
    const [again] = await claim(store, "ops", lease);
    if (!sent || !again) throw new Error("nothing was claimed");
    expect(again).toMatchObject({ id: sent.id, event: sent.event });
    expect(await record(store, recordOf(sent))).toEqual([false]);
    expect(await record(store, recordOf(again))).toEqual([true]);
  });
});
