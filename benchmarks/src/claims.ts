// How long is it until it is known what is due, and until that is claimed and recorded, with a million
// pending, nine tenths of it owed to ten of 1,000 destinations? And who gets how much? On both stores.
//   node src/claims.ts [claims] [deliveries in all] [destinations]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Store, openPostgres, openSqlite } from "@syncbell/engine";
import { type Backlog, openBacklog, openPostgresBacklog, storeIn } from "./open-backlog.ts";
import { benchPostgres } from "./postgres.ts";
import { median, quantile } from "./statistics.ts";

const DEAD = 10;
/** How many are claimed at once, over all destinations. */
const PLACES = 256;
const claims = Number(process.argv[2] ?? 50);
const total = Number(process.argv[3] ?? 1_000_000);
const count = Number(process.argv[4] ?? 1_000);

const destinations = Array.from({ length: count }, (_, nth) => `destination-${nth}`);
const most = destinations.slice(0, DEAD);
const folder = mkdtempSync(join(tmpdir(), "syncbell-claims-"));
const postgres = await benchPostgres();
const rows: [string, object][] = [];
for (const owed of [total / 10, total]) {
  const backlogs: readonly Backlog[] = [
    { destinations: most, deliveries: owed * 0.9 },
    { destinations: destinations.slice(DEAD), deliveries: owed * 0.1 },
  ];
  const at = join(folder, String(owed));
  await openBacklog(at, backlogs);
  rows.push([`SQLite, ${owed} pending`, await measure(await openSqlite(storeIn(at)))]);
  const url = await postgres.newDatabase();
  await openPostgresBacklog(url, backlogs);
  rows.push([`Postgres, ${owed} pending`, await measure(await openPostgres(url))]);
}
await postgres.stop();
rmSync(folder, { recursive: true });
console.table(Object.fromEntries(rows));

/** Claims and records so often, each destination in its turn. */
async function measure(store: Store): Promise<object> {
  const times = { due: [] as number[], claim: [] as number[], record: [] as number[] };
  const served = new Map<string, number>();
  let turn = 0;
  for (let nth = 0; nth < claims; nth++) {
    const now = Date.now();
    const due = await timed(times.due, () => store.due());
    const inTurn = [...due.slice(turn), ...due.slice(0, turn)].slice(0, PLACES);
    turn = (turn + PLACES) % due.length;
    const shares = inTurn.map(({ destinationId }) => ({ destinationId, count: 1, manual: false }));
    const request = { now, leaseUntil: now + 15_000, shares, enoughBytes: 64 * 1024 * 1024 };
    const { deliveries } = await timed(times.claim, () => store.claim(request));
    for (const { destinationId: id } of deliveries) served.set(id, (served.get(id) ?? 0) + 1);
    const records = deliveries.map(({ id: deliveryId, destinationId, fence, attempts, step }) => ({
      deliveryId,
      destinationId,
      fence,
      step: step + 1,
      state: "delivered" as const,
      attempt: {
        number: attempts + 1,
        startedAt: now,
        durationMs: 1,
        outcome: "delivered" as const,
        status: 204,
        reason: undefined,
        response: undefined,
        manual: false,
      },
    }));
    await timed(times.record, () => store.record(records, () => undefined));
  }
  await store.close();
  const each = [...served.values()];
  const in2 = (values: readonly number[]): string =>
    `${median(values).toFixed(1)} (${quantile(values, 0.99).toFixed(1)})`;
  return {
    "due ms, p50 (p99)": in2(times.due),
    [`claim ${PLACES} ms`]: in2(times.claim),
    [`record ${PLACES} ms`]: in2(times.record),
    "destinations served": served.size,
    "each, least to most": `${Math.min(...each)} to ${Math.max(...each)}`,
  };
}

async function timed<T>(times: number[], work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  times.push(performance.now() - startedAt);
  return result;
}
