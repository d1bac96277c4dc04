import type { Database } from "better-sqlite3";

/** What is still to be sent: by itself, or as somebody asked for it. */
const OWED = "(state in ('pending', 'sending') or manual > 0)";

/** Forgets old events: the statements behind `forgetEvents`. */
export class SqliteForget {
  readonly events: (belowId: string, afterId: string, limit: number) => string | undefined;

  constructor(database: Database) {
    const ids = database.prepare<unknown[], { id: string; owed: number }>(
      `select id, (exists (select 1 from deliveries where event_id = events.id and ${OWED})
                   or exists (select 1 from deliveries where untold_id = events.id and ${OWED}))
                    as owed
         from events where id > ? and id < ? order by id limit ?`,
    );
    const digests = "select digest_id from deliveries where event_id = ? and digest_id is not null";
    const statements = [
      `delete from digest_lines where digest_id in (${digests})`,
      `delete from digests where id in (${digests})`,
      "delete from attempts where delivery_id in (select id from deliveries where event_id = ?)",
      "delete from deliveries where event_id = ?",
      "delete from decisions where event_id = ?",
      "delete from events where id = ?",
    ].map((text) => database.prepare<[string]>(text));
    const run = database.transaction((belowId: string, afterId: string, limit: number) => {
      const rows = ids.all(afterId, belowId, limit);
      for (const { id, owed } of rows) {
        if (owed === 0) for (const statement of statements) statement.run(id);
      }
      return rows.at(-1)?.id;
    });
    this.events = (belowId, afterId, limit) => run.immediate(belowId, afterId, limit);
  }
}
