import { expect, test } from "vitest";
import { destinationsAt } from "./testing/destinations-at.ts";
import { postSync } from "./testing/events.ts";
import { newDatabase, rowsOf } from "./testing/postgres-database.ts";
import { startReceiver } from "./testing/receiver.ts";
import { startSeveral } from "./testing/several-dispatchers.ts";
import { startProxy } from "./testing/tcp-proxy.ts";
import { until } from "./testing/until.ts";

/** The longest that a producer waits for a refusal while nothing comes from the database, in milliseconds. */
const BOUND_MS = 30_000;

/** Resolves when the process that hears of others has a connection that was made after `since`. */
async function hearsAgain(database: string, since: string): Promise<void> {
  const listening = `select 1 from pg_stat_activity
    where application_name = 'syncbell news' and datname = current_database()
      and query like 'listen%' and backend_start > '${since}'`;
  await until(async () => (await rowsOf(database, listening)).length === 1);
}

test(
  "connections that are silent hold nobody up for long, and are replaced when there are others",
  async () => {
    const database = await newDatabase();
    const proxy = await startProxy(database);
    const receiver = await startReceiver();
    const config = destinationsAt(receiver.url, { ops: "" });
    const [one, another] = await startSeveral(2, config, proxy.url);
    await one!.delivered(postSync({ sync: "sync-1" }));
    const [{ now }] = await rowsOf(database, "select now()::text");
    proxy.set("silent");
    const ended = another!.end("SIGTERM");
    const ready = one!.call("GET", "/readyz");
    const posted = await Promise.all(
      ["sync-2", "sync-3"].map((sync) => one!.post(postSync({ sync }))),
    );
    for (const { status, headers } of posted) {
      expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
    }
    expect(await ready).toMatchObject({ status: 503 });
    expect(await ended).toMatchObject({ code: 0 });
    proxy.set("open");
    // The old connections are as silent as before.
    await one!.delivered(postSync({ sync: "sync-2" }));
    await hearsAgain(database, now);
    expect(await one!.call("GET", "/readyz")).toMatchObject({ status: 200 });
  },
  2 * BOUND_MS,
);

test(
  "one that falls silent in the middle of a transaction does not hold up the others",
  async () => {
    const database = await newDatabase();
    const proxy = await startProxy(database);
    const receiver = await startReceiver();
    const config = destinationsAt(receiver.url, { ops: "" });
    const [other] = await startSeveral(1, config, database);
    const [one] = await startSeveral(1, config, proxy.url);
    await other!.delivered(postSync({ sync: "sync-1" }));
    // It has locked the pipeline by then, and the name of the event.
    proxy.silentAt("insert into events");
    const lost = one!.post(postSync({ sync: "sync-2" }));
    const locks = `select 1 from pg_stat_activity
      where datname = current_database() and state = 'idle in transaction'`;
    await until(async () => (await rowsOf(database, locks)).length === 1);
    await other!.delivered(postSync({ sync: "sync-3" }));
    await other!.delivered(postSync({ sync: "sync-2" }));
    expect(await lost).toMatchObject({ status: 503 });
  },
  2 * BOUND_MS,
);
