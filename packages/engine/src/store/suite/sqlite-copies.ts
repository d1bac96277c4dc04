import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../testing/folder.ts";
import { openSqlite } from "../sqlite/sqlite.ts";
import type { Store } from "../store.ts";

/**
 * Makes SQLite files for tests, each the copy of one that is made and filled once: that takes a tenth
 * of the time. Answers what makes the path of one more.
 */
export function sqliteCopies(
  fill: (store: Store) => Promise<unknown> = () => Promise.resolve(),
): () => Promise<string> {
  let original: Buffer | undefined;
  return async () => {
    const path = join(temporaryFolder(), "syncbell.db");
    if (original) writeFileSync(path, original);
    else {
      const store = await openSqlite(path);
      await fill(store);
      await store.close();
      original = readFileSync(path);
    }
    return path;
  };
}
