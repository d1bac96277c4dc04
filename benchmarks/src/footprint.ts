// What one event and its deliveries leave in a Postgres database, and what they make it write.
//   node src/footprint.ts [events] [destinations]
import type pg from "pg";
import { benchPostgres, onDatabase } from "./postgres.ts";
import { postAll } from "./post-all.ts";
import { cpuSeconds } from "./processes.ts";
import { receiver } from "./receiver.ts";
import { runDispatcher } from "./run-dispatcher.ts";

const events = Number(process.argv[2] ?? 20_000);
const destinations = Number(process.argv[3] ?? 1);

const server = await benchPostgres();
const database = await server.newDatabase();
const live = await receiver("answers");
const named = Array.from({ length: destinations }, (_, nth) => ({
  id: `live-${nth}`,
  channel: "http",
  config: { url: live.url },
}));
const dispatcher = await runDispatcher(named, { database });
const before = await onDatabase(database, written);
const cpuBefore = cpuSeconds(server.pid);
await postAll([dispatcher], events, "run");
await live.until(events * destinations);
const cpu = cpuSeconds(server.pid) - cpuBefore;
await dispatcher.stop();
await onDatabase(database, async (client) => {
  const after = await written(client);
  await client.query("vacuum analyze");
  const { rows } = await client.query<{ name: string; table: string; indexes: string }>(
    `select relname as name, pg_table_size(relid) as table, pg_indexes_size(relid) as indexes
       from pg_stat_user_tables where n_live_tup > 100 order by pg_total_relation_size(relid) desc`,
  );
  console.log(`${events} events with ${destinations} deliveries each; bytes for each event:`);
  console.table(
    Object.fromEntries(
      rows.map(({ name, table, indexes }) => [
        name,
        {
          table: Math.round(Number(table) / events),
          indexes: Math.round(Number(indexes) / events),
        },
      ]),
    ),
  );
  console.log({
    "write-ahead log, bytes for each event": Math.round((after.wal - before.wal) / events),
    "commits for each 1,000 events": Math.round(((after.commits - before.commits) / events) * 1000),
    "database CPU s for each 1,000 events": Number(((cpu / events) * 1000).toFixed(2)),
  });
});
await live.close();
await server.stop();

interface Written {
  readonly wal: number;
  readonly commits: number;
}

async function written(client: pg.Client): Promise<Written> {
  await client.query("select pg_stat_force_next_flush()");
  const { rows } = await client.query<{ wal: string; commits: string }>(
    `select pg_current_wal_lsn() - '0/0'::pg_lsn as wal, xact_commit as commits
       from pg_stat_database where datname = current_database()`,
  );
  return { wal: Number(rows[0]?.wal), commits: Number(rows[0]?.commits) };
}
