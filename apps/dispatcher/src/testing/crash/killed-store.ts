import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * The store as a kill has left it: a copy is read, since whoever opens the files themselves would do
 * a part of the next start's work.
 */
export class KilledStore {
  readonly #file: DatabaseSync;

  /** `folder` is where the copy is made. */
  constructor(database: string, folder: string) {
    mkdirSync(folder, { recursive: true });
    const copy = join(folder, "killed.db");
    for (const end of ["", "-wal"]) {
      if (existsSync(database + end)) copyFileSync(database + end, copy + end);
    }
    this.#file = new DatabaseSync(copy);
  }

  /** The deliveries that were under way. */
  sending(): readonly string[] {
    const rows = this.#file.prepare("select id from deliveries where state = 'sending'").all();
    return rows.map(({ id }) => String(id));
  }

  /** Of the events with these ids, those that are not there. */
  missing(ids: readonly string[]): readonly string[] {
    const known = this.#file.prepare("select 1 from events where id = ?");
    return ids.filter((id) => !known.get(id));
  }

  close(): void {
    this.#file.close();
  }
}
