import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { CrashGround } from "./ground.ts";
import { KilledStore } from "./killed-store.ts";

/** One dispatcher in a folder, on the SQLite file that it makes there. */
export function sqliteGround(folder: string): CrashGround {
  const database = join(folder, "data", "syncbell.db");
  const read = (query: string): readonly unknown[] => {
    const file = new DatabaseSync(database, { readOnly: true });
    try {
      return file.prepare(query).all();
    } finally {
      file.close();
    }
  };
  return {
    folders: [folder],
    place: database,
    life: () => ({ env: {}, sender: undefined }),
    mayRefuse: false,
    look({ taken }) {
      const store = new KilledStore(database, join(folder, "killed"));
      const left = { cutOff: store.sending(), missing: store.missing(taken) };
      store.close();
      return Promise.resolve(left);
    },
    read: (query) => Promise.resolve(read(query)),
    broken() {
      const checked = read("pragma integrity_check") as { integrity_check: string }[];
      return Promise.resolve(
        checked.map((row) => row.integrity_check).filter((said) => said !== "ok"),
      );
    },
  };
}
