// How fast, and at what cost, on SQLite and on Postgres with one dispatcher and with two?
//   node src/throughput.ts [rounds] [events]
import { postAll } from "./post-all.ts";
import { type BenchPostgres, benchPostgres } from "./postgres.ts";
import { cpuSeconds, residentMiB } from "./processes.ts";
import { receiver } from "./receiver.ts";
import { type RunningDispatcher, runDispatcher } from "./run-dispatcher.ts";
import { median } from "./statistics.ts";

const rounds = Number(process.argv[2] ?? 5);
const events = Number(process.argv[3] ?? 5_000);

interface Setup {
  readonly name: string;
  readonly destinations: number;
  /** Undefined: one dispatcher on SQLite. */
  readonly dispatchers?: number;
}

interface Figures {
  readonly acceptedPerSecond: number;
  readonly deliveredPerSecond: number;
  /** Of all dispatchers together, per 1,000 deliveries. */
  readonly dispatcherCpu: number;
  readonly databaseCpu: number;
  readonly peakMiB: number;
}

const SETUPS: readonly Setup[] = [1, 5].flatMap((destinations) => [
  { name: `SQLite, ${destinations} each`, destinations },
  { name: `Postgres, 1 dispatcher, ${destinations} each`, destinations, dispatchers: 1 },
  { name: `Postgres, 2 dispatchers, ${destinations} each`, destinations, dispatchers: 2 },
]);

const server = await benchPostgres();
const all = new Map<string, Figures[]>();
for (let round = 0; round < rounds; round++) {
  for (const setup of SETUPS) {
    const figures = await measure(setup, server);
    all.set(setup.name, [...(all.get(setup.name) ?? []), figures]);
  }
}
await server.stop();
const rows = [...all].map(([name, figures]) => {
  const of = (pick: keyof Figures): number => median(figures.map((one) => one[pick]));
  return [
    name,
    {
      "accepted/s": Math.round(of("acceptedPerSecond")),
      "delivered/s": Math.round(of("deliveredPerSecond")),
      "dispatcher CPU s/1,000": of("dispatcherCpu").toFixed(2),
      "database CPU s/1,000": of("databaseCpu").toFixed(2),
      "peak MiB each": Math.round(of("peakMiB")),
    },
  ];
});
console.table(Object.fromEntries(rows));

async function measure(
  { destinations, dispatchers }: Setup,
  postgres: BenchPostgres,
): Promise<Figures> {
  const live = await receiver("answers");
  const named = Array.from({ length: destinations }, (_, n) => ({
    id: `live-${n}`,
    channel: "http",
    config: { url: live.url },
  }));
  const database = dispatchers === undefined ? undefined : await postgres.newDatabase();
  const running: RunningDispatcher[] = [];
  for (let nth = 0; nth < (dispatchers ?? 1); nth++) {
    running.push(await runDispatcher(named, database ? { database } : {}));
  }
  const cpu = (): number => running.reduce((sum, one) => sum + cpuSeconds(one.pid), 0);
  const databaseCpu = (): number => (database ? cpuSeconds(postgres.pid) : 0);
  // Destinations prove themselves, and programs warm up, before it counts.
  await postAll(running, 500, "warm");
  await live.until(500 * destinations);
  const before = { cpu: cpu(), database: databaseCpu(), arrived: live.arrivals.length };
  let peakMiB = 0;
  const watch = setInterval(() => {
    peakMiB = Math.max(peakMiB, ...running.map((one) => residentMiB(one.pid)));
  }, 100);
  try {
    const startedAt = performance.now();
    await postAll(running, events, "run");
    const acceptedAt = performance.now();
    await live.until(before.arrived + events * destinations);
    const deliveredAt = live.arrivals.at(-1)?.at ?? Number.NaN;
    const thousands = (events * destinations) / 1000;
    return {
      acceptedPerSecond: (events / (acceptedAt - startedAt)) * 1000,
      deliveredPerSecond: ((events * destinations) / (deliveredAt - startedAt)) * 1000,
      dispatcherCpu: (cpu() - before.cpu) / thousands,
      databaseCpu: (databaseCpu() - before.database) / thousands,
      peakMiB,
    };
  } finally {
    clearInterval(watch);
    for (const one of running) await one.stop();
    await live.close();
  }
}
