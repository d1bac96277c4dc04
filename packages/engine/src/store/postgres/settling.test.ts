import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { emptyDatabase } from "../../testing/postgres-databases.ts";
import { until } from "../../testing/until.ts";
import { FAR, START, claim } from "../suite/new-events.ts";
import { deliveryOf } from "../suite/new-pipelines.ts";
import { newAttempt, record, recordOf } from "../suite/new-records.ts";
import { UNTIL, claimedAt, dueAtOf, waiting } from "../suite/new-waiting.ts";
import { openPostgres } from "./postgres.ts";

test("a recovery waits for a failure that another dispatcher begins to send as it is settled", async () => {
  const url = await emptyDatabase();
  const { store, recovery, sent } = await waiting(() => openPostgres(url), START + 15_000);
  onTestFinished(() => store.close());
  await store.releaseExpired(START + 15_000);
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  onTestFinished(() => other.end());
  await other.query("begin");
  const taken = await other.query<{ fence: string }>(
    `update deliveries set state = 'sending', fence = fence + 1, lease_until = $1
      where id = $2 and state = 'pending' returning fence`,
    [FAR, sent.id],
  );
  const claimed = claim(store, "ops", { now: UNTIL, leaseUntil: FAR });
  await until(async () => {
    const held = await other.query("select 1 from pg_locks where not granted");
    return (held.rowCount ?? 0) > 0;
  });
  await other.query("commit");
  expect(await claimed).toEqual([]);
  expect((await store.delivery(deliveryOf(recovery)))?.state).toBe("pending");
  const again = { ...sent, fence: Number(taken.rows[0]?.fence) };
  await record(store, recordOf(again, { attempt: newAttempt({ startedAt: UNTIL }) }));
  const due = (await dueAtOf(store, recovery)) ?? 0;
  expect(await claimedAt(store, due)).toEqual([[recovery.id, undefined]]);
});
