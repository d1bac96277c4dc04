import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openPostgres, openSqlite } from "@syncbell/engine";
import { onDatabase } from "./postgres.ts";

const EVENT = new URL(
  "../../apps/dispatcher/fixtures/pipeline.post_sync.succeeded.json",
  import.meta.url,
);
/** How many deliveries one event has in such a store. */
const DELIVERIES_PER_EVENT = 100;

/** So many pending deliveries, due already, shared out among destinations. */
export interface Backlog {
  readonly destinations: readonly string[];
  readonly deliveries: number;
}

/** Where a dispatcher that is started in a folder has its store. */
export function storeIn(folder: string): string {
  return join(folder, "data", "syncbell.db");
}

/** Makes a store in a folder that owes all of this, the first the longest. */
export async function openBacklog(folder: string, backlogs: readonly Backlog[]): Promise<void> {
  mkdirSync(join(folder, "data"), { recursive: true });
  const path = storeIn(folder);
  const store = await openSqlite(path);
  await store.close();
  const database = new DatabaseSync(path);
  database.exec("pragma synchronous = off; begin");
  const body = readFileSync(EVENT);
  const event = database.prepare(
    `insert into events (id, event_type, status, tenant_id, task_id, received_at, body)
     values (?, 'post_sync', 'succeeded', 'tenant-1', 'task-1', ?, ?)`,
  );
  const delivery = database.prepare(
    `insert into deliveries (id, event_id, destination_id, tenant_id, state, created_at, due_at,
       step, attempts, fence)
     values (?, ?, ?, 'tenant-1', 'pending', ?, ?, 0, 0, 0)`,
  );
  const start = Date.now() - 3_600_000;
  let made = 0;
  for (const { destinations, deliveries } of backlogs) {
    for (let n = 0; n < deliveries; n++, made++) {
      const eventId = `evt_${String(Math.floor(made / DELIVERIES_PER_EVENT)).padStart(26, "0")}`;
      const at = start + Math.floor(made / 1000);
      if (made % DELIVERIES_PER_EVENT === 0) event.run(eventId, at, body);
      const id = `dlv_${String(made).padStart(26, "0")}`;
      delivery.run(id, eventId, destinations[n % destinations.length] ?? "", at, at);
    }
  }
  database.exec("commit");
  database.close();
}

/** Makes the same in a Postgres database. */
export async function openPostgresBacklog(
  url: string,
  backlogs: readonly Backlog[],
): Promise<void> {
  await (await openPostgres(url)).close();
  const start = Date.now() - 3_600_000;
  await onDatabase(url, async (client) => {
    let made = 0;
    for (const { destinations, deliveries } of backlogs) {
      if (deliveries === 0) continue;
      await client.query(
        `insert into events (id, event_type, status, tenant_id, task_id, received_at, body)
         select 'evt_' || lpad((nth / ${DELIVERIES_PER_EVENT})::text, 26, '0'), 'post_sync',
                'succeeded', 'tenant-1', 'task-1', $1::bigint + nth / 1000, $2
           from generate_series($3::int, $4::int, ${DELIVERIES_PER_EVENT}) as nth
         on conflict do nothing`,
        [start, readFileSync(EVENT), made, made + deliveries - 1],
      );
      await client.query(
        `insert into deliveries (id, event_id, destination_id, tenant_id, state, created_at, due_at)
         select 'dlv_' || lpad(nth::text, 26, '0'),
                'evt_' || lpad((nth / ${DELIVERIES_PER_EVENT})::text, 26, '0'),
                ($2::text[])[1 + (nth - $3::int) % $5::int], 'tenant-1', 'pending',
                $1::bigint + nth / 1000, $1::bigint + nth / 1000
           from generate_series($3::int, $4::int) as nth`,
        [start, destinations, made, made + deliveries - 1, destinations.length],
      );
      made += deliveries;
    }
    // As the server itself has done by the time that so much has come.
    await client.query("vacuum analyze");
  });
}
