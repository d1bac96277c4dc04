import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../testing/folder.ts";
import { openSqlite } from "./sqlite.ts";
import type { Store } from "../store.ts";
import { CLOSES, acceptParts, newPart } from "../suite/new-digests.ts";
import { newEvent } from "../suite/new-events.ts";
import { deliveryIn, endAll } from "../suite/new-records.ts";

const TABLES = ["events", "decisions", "deliveries", "attempts"] as const;
const OF_DIGESTS = ["events", "decisions", "deliveries", "digests", "digest_lines"] as const;

/** Opens a store, and counts the rows of its tables. */
async function countedStore(
  tables: readonly string[],
): Promise<{ readonly store: Store; readonly rows: () => readonly number[] }> {
  const path = join(temporaryFolder(), "syncbell.db");
  const store = await openSqlite(path);
  onTestFinished(() => store.close());
  const database = new Database(path, { readonly: true });
  onTestFinished(() => void database.close());
  const count = (table: string): number =>
    database.prepare<[], number>(`select count(*) from ${table}`).pluck().get() ?? NaN;
  return { store, rows: () => tables.map(count) };
}

test("what is forgotten leaves no row behind, and what is kept loses none", async () => {
  const { store, rows } = await countedStore(TABLES);
  const verdict = { decision: "deliver", reason: "no rule", unevaluable: false } as const;
  const decisions = ["ops", "b"].map((destinationId) => ({ destinationId, ...verdict }));
  await store.accept([newEvent({ decisions, deliveries: ["ops", "b"] }), newEvent({ decisions })]);
  await endAll(store, "ops", "delivered");
  await endAll(store, "b", "failed");
  const owed = newEvent({ decisions, deliveries: ["ops", "b"] });
  await store.accept([owed]);
  await endAll(store, "b", "delivered");
  for (const state of ["expired", "cancelled"] as const) await deliveryIn(store, state);
  expect(rows()).toEqual([5, 6, 7, 4]);
  expect(await store.forgetEvents("evt_~", "", 100)).toBeDefined();
  expect(rows()).toEqual([1, 2, 2, 1]);
  await endAll(store, "ops", "delivered");
  await store.forgetEvents("evt_~", "", 100);
  expect(rows()).toEqual([0, 0, 0, 0]);
});

test("a digest that is forgotten leaves no row behind, and others lose none", async () => {
  const { store, rows } = await countedStore(OF_DIGESTS);
  await acceptParts(store, [newPart(), newPart({ task: "b" }), newPart({ destinationId: "b" })]);
  await endAll(store, "ops", "delivered");
  await acceptParts(store, [newPart()], CLOSES);
  expect(rows()).toEqual([4, 4, 3, 3, 4]);
  await store.forgetEvents("evt_~", "", 100);
  expect(rows()).toEqual([2, 2, 2, 2, 2]);
  for (const id of ["ops", "b"]) await endAll(store, id, "failed");
  await store.forgetEvents("evt_~", "", 100);
  expect(rows()).toEqual([0, 0, 0, 0, 0]);
});
