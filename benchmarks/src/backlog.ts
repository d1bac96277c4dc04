// Does a backlog of a million, nine tenths of it owed to ten dead destinations, slow the live ones down?
//   node src/backlog.ts [rounds] [deliveries in all] [live destinations]
// On SQLite and on Postgres in turn.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Backlog, openBacklog, openPostgresBacklog } from "./open-backlog.ts";
import { benchPostgres } from "./postgres.ts";
import { residentMiB } from "./processes.ts";
import { type Receiver, receiver } from "./receiver.ts";
import { type BenchDestination, runDispatcher } from "./run-dispatcher.ts";
import { median } from "./statistics.ts";

const DEAD = 10;
/** How many messages the live destinations are timed over. */
const MEASURED = 20_000;
const rounds = Number(process.argv[2] ?? 3);
const total = Number(process.argv[3] ?? 1_000_000);
const live = Number(process.argv[4] ?? 40);

interface Figures {
  readonly perSecond: number;
  readonly startMs: number;
  readonly peakMiB: number;
  /** Requests that the dead destinations were sent until the live ones had theirs. */
  readonly dead: number;
}

type Store = "SQLite" | "Postgres";

const postgres = await benchPostgres();
const rates = new Map<string, Figures[]>();
const stores: readonly Store[] = ["SQLite", "Postgres"];
for (let round = 0; round < rounds; round++) {
  for (const store of stores) {
    keep(`${store}, nothing else owed`, await measure(store, 0, MEASURED));
    keep(
      `${store}, ${total} pending`,
      await measure(store, total * 0.9, Math.max(MEASURED, total * 0.1)),
    );
  }
}
await postgres.stop();
const row = (figures: readonly Figures[]): object => ({
  "delivered/s": Math.round(median(figures.map(({ perSecond }) => perSecond))),
  "start ms": Math.round(median(figures.map(({ startMs }) => startMs))),
  "peak MiB": Math.round(median(figures.map(({ peakMiB }) => peakMiB))),
  "attempts at dead": Math.round(median(figures.map(({ dead }) => dead))),
});
console.table(Object.fromEntries([...rates].map(([name, figures]) => [name, row(figures)])));
for (const store of stores) {
  const empty = rates.get(`${store}, nothing else owed`) ?? [];
  const full = rates.get(`${store}, ${total} pending`) ?? [];
  const ratios = full.map(({ perSecond }, n) => perSecond / (empty[n]?.perSecond ?? Number.NaN));
  console.log(`${store}: rate, ratio: median ${median(ratios).toFixed(2)} of ${rounds} rounds`);
}

function keep(name: string, figures: Figures): void {
  rates.set(name, [...(rates.get(name) ?? []), figures]);
}

async function measure(store: Store, owedToDead: number, owedToLive: number): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "syncbell-backlog-"));
  const answering = await receiver("answers");
  const dead = await Promise.all([receiver("never answers"), receiver("answers 500")]);
  const at = (id: string, { url }: Receiver): BenchDestination => ({
    id,
    channel: "http",
    config: { url },
  });
  const lives = Array.from({ length: live }, (_, n) => at(`live-${n}`, answering));
  const deads = Array.from({ length: DEAD }, (_, n) => at(`dead-${n}`, dead[n % 2] ?? answering));
  const database = store === "Postgres" ? await postgres.newDatabase() : undefined;
  const backlogs: readonly Backlog[] = [
    // What is owed to the dead is older, and stands before the rest in any queue.
    { destinations: deads.map(({ id }) => id), deliveries: owedToDead },
    { destinations: lives.map(({ id }) => id), deliveries: owedToLive },
  ];
  if (database === undefined) await openBacklog(folder, backlogs);
  else await openPostgresBacklog(database, backlogs);
  const startedAt = performance.now();
  const dispatcher = await runDispatcher([...lives, ...deads], {
    folder,
    ...(database === undefined ? {} : { database }),
  });
  const startMs = performance.now() - startedAt;
  let peakMiB = 0;
  const watch = setInterval(() => {
    peakMiB = Math.max(peakMiB, residentMiB(dispatcher.pid));
  }, 100);
  try {
    await answering.until(MEASURED);
    const times = answering.arrivals.map(({ at: time }) => time).slice(0, MEASURED);
    // The first tenth is left out: destinations prove themselves in it.
    const [first = 0, last = 0] = [times[MEASURED / 10], times.at(-1)];
    return {
      perSecond: ((MEASURED * 0.9) / (last - first)) * 1000,
      startMs,
      peakMiB,
      dead: dead.reduce((sum, one) => sum + one.requests(), 0),
    };
  } finally {
    clearInterval(watch);
    await dispatcher.stop();
    for (const one of [answering, ...dead]) await one.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
