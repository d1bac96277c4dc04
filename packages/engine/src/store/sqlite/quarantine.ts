import type { Database } from "better-sqlite3";
import {
  type NewQuarantined,
  QUARANTINE_MOST_BYTES,
  QUARANTINE_MOST_ENTRIES,
} from "../quarantine-records.ts";

/** Keeps a body once, and makes room for it. Answers the id that it has. */
export function quarantine(database: Database, entry: NewQuarantined): string {
  return database.transaction(() => keep(database, entry)).immediate();
}

function keep(database: Database, entry: NewQuarantined): string {
  const { id, key, body, bodyHash, errors, receivedAt } = entry;
  const known = database
    .prepare<unknown[], { id: string }>(
      `update quarantine set times = times + 1, last_received_at = ?, errors = ?
        where body_hash = ? returning id`,
    )
    .get(receivedAt, errors, bodyHash);
  if (known) return known.id;
  database
    .prepare(
      `insert into quarantine
         (id, name, body, body_hash, errors, received_at, last_received_at, times)
       values (?, ?, ?, ?, ?, ?, ?, 1)`,
    )
    .run(id, key ?? null, body, bodyHash, errors, receivedAt, receivedAt);
  makeRoom(database, id);
  return id;
}

/** Drops the oldest, but never the one that was just kept. */
function makeRoom(database: Database, keptId: string): void {
  const held = database.prepare<[], { entries: number; bytes: number }>(
    "select count(*) as entries, coalesce(sum(length(body)), 0) as bytes from quarantine",
  );
  const dropOldest = database.prepare(
    `delete from quarantine where id =
       (select id from quarantine where id <> ? order by last_received_at limit 1)`,
  );
  for (;;) {
    const { entries = 0, bytes = 0 } = held.get() ?? {};
    if (entries <= QUARANTINE_MOST_ENTRIES && bytes <= QUARANTINE_MOST_BYTES) return;
    if (dropOldest.run(keptId).changes === 0) return;
  }
}
