import { onTestFinished } from "vitest";
import { openSqlite } from "./sqlite.ts";
import { storeSuite } from "../store-suite.ts";
import { sqliteCopies } from "../suite/sqlite-copies.ts";

const newPath = sqliteCopies();

storeSuite("SQLite", async () => {
  const store = await openSqlite(await newPath());
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
});
