import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../testing/folder.ts";
import { openSqlite } from "./sqlite.ts";
import { newEvent } from "./suite/new-events.ts";
import { deliveryIn, endAll } from "./suite/new-records.ts";

const TABLES = ["events", "decisions", "deliveries", "attempts"] as const;

test("what is forgotten leaves no row behind, and what is kept loses none", async () => {
  const path = join(temporaryFolder(), "syncbell.db");
  const store = await openSqlite(path);
  onTestFinished(() => store.close());
  const database = new Database(path, { readonly: true });
  onTestFinished(() => void database.close());
  const rows = (): readonly number[] =>
    TABLES.map(
      (table) => database.prepare(`select count(*) from ${table}`).pluck().get() as number,
    );
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
