import { join } from "node:path";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "../testing/folder.ts";
import { openSqlite } from "./sqlite.ts";
import { storeSuite } from "./store-suite.ts";

storeSuite("SQLite", async () => {
  const store = await openSqlite(join(temporaryFolder(), "syncbell.db"));
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
});
