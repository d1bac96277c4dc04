// Does a backlog of a million, nine tenths of it owed to ten dead destinations, slow the live ones down?
//   node src/backlog.ts [rounds] [deliveries in all]
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBacklog } from "./open-backlog.ts";
import { type Receiver, receiver } from "./receiver.ts";
import { type BenchDestination, runDispatcher } from "./run-dispatcher.ts";
import { median } from "./statistics.ts";

const DEAD = 10;
const LIVE = 40;
/** How many messages the live destinations are timed over. */
const MEASURED = 20_000;
const rounds = Number(process.argv[2] ?? 3);
const total = Number(process.argv[3] ?? 1_000_000);

interface Figures {
  readonly perSecond: number;
  readonly startMs: number;
  readonly peakMiB: number;
}

const empty: Figures[] = [];
const full: Figures[] = [];
for (let round = 0; round < rounds; round++) {
  empty.push(await measure(0, MEASURED));
  full.push(await measure(total * 0.9, Math.max(MEASURED, total * 0.1)));
}
const row = (figures: readonly Figures[]): object => ({
  "delivered/s": Math.round(median(figures.map(({ perSecond }) => perSecond))),
  "start ms": Math.round(median(figures.map(({ startMs }) => startMs))),
  "peak MiB": Math.round(median(figures.map(({ peakMiB }) => peakMiB))),
});
const ratios = full.map(({ perSecond }, n) => perSecond / (empty[n]?.perSecond ?? Number.NaN));
console.table({ "nothing else owed": row(empty), [`${total} pending`]: row(full) });
console.log(`rate, ratio: median ${median(ratios).toFixed(2)} of ${rounds} rounds`);

async function measure(owedToDead: number, owedToLive: number): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "syncbell-backlog-"));
  const live = await receiver("answers");
  const dead = await Promise.all([receiver("never answers"), receiver("answers 500")]);
  const at = (id: string, { url }: Receiver): BenchDestination => ({
    id,
    channel: "http",
    config: { url },
  });
  const lives = Array.from({ length: LIVE }, (_, n) => at(`live-${n}`, live));
  const deads = Array.from({ length: DEAD }, (_, n) => at(`dead-${n}`, dead[n % 2] ?? live));
  await openBacklog(folder, [
    // What is owed to the dead is older, and stands before the rest in any queue.
    { destinations: deads.map(({ id }) => id), deliveries: owedToDead },
    { destinations: lives.map(({ id }) => id), deliveries: owedToLive },
  ]);
  const startedAt = performance.now();
  const dispatcher = await runDispatcher([...lives, ...deads], folder);
  const startMs = performance.now() - startedAt;
  let peakMiB = 0;
  const watch = setInterval(() => {
    peakMiB = Math.max(peakMiB, residentMiB(dispatcher.pid));
  }, 100);
  try {
    await live.until(MEASURED);
    const times = live.arrivals.map(({ at: time }) => time).slice(0, MEASURED);
    // The first tenth is left out: destinations prove themselves in it.
    const [first = 0, last = 0] = [times[MEASURED / 10], times.at(-1)];
    return { perSecond: ((MEASURED * 0.9) / (last - first)) * 1000, startMs, peakMiB };
  } finally {
    clearInterval(watch);
    await dispatcher.stop();
    for (const one of [live, ...dead]) await one.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}
