// Do three bad destinations among fifty delay the other 47?  node src/fifty.ts [rounds]
import { type Arrival, receiver } from "./receiver.ts";
import { type BenchDestination, runDispatcher } from "./run-dispatcher.ts";
import { median, quantile } from "./statistics.ts";

const LIVE = 47;
const EVENTS = 120;
const EVENTS_PER_SECOND = 5;
const rounds = Number(process.argv[2] ?? 5);

interface Figures {
  readonly p50: number;
  readonly p99: number;
}

const alone: Figures[] = [];
const beside: Figures[] = [];
for (let round = 0; round < rounds; round++) {
  alone.push(await measure([]));
  const bad = await Promise.all([
    receiver("never answers"),
    receiver("answers 429"),
    receiver("answers 500"),
  ]);
  beside.push(
    await measure(
      bad.map(({ url }, index) => ({ id: `bad-${index}`, channel: "http", config: { url } })),
    ),
  );
  for (const one of bad) await one.close();
}
const of = (figures: readonly Figures[], pick: keyof Figures): string =>
  median(figures.map((figure) => figure[pick])).toFixed(1);
const ratio = (pick: keyof Figures): string =>
  median(beside.map((figure, n) => figure[pick] / (alone[n]?.[pick] ?? Number.NaN))).toFixed(2);
console.table({
  "47 live alone": { "p50 ms": of(alone, "p50"), "p99 ms": of(alone, "p99") },
  "beside a black hole, a 429, a 500": { "p50 ms": of(beside, "p50"), "p99 ms": of(beside, "p99") },
  [`ratio, median of ${rounds} rounds`]: { "p50 ms": ratio("p50"), "p99 ms": ratio("p99") },
});

/** The times from POST to arrival, over all messages to all live destinations. */
async function measure(others: readonly BenchDestination[]): Promise<Figures> {
  const live = await receiver("answers");
  const dispatcher = await runDispatcher([
    ...Array.from({ length: LIVE }, (_, n) => ({
      id: `live-${n}`,
      channel: "http",
      config: { url: live.url },
    })),
    ...others,
  ]);
  try {
    const sentAt = new Map<string, number>();
    const startedAt = performance.now();
    for (let index = 0; index < EVENTS; index++) {
      const wait = startedAt + (index * 1000) / EVENTS_PER_SECOND - performance.now();
      if (wait > 0) await new Promise((resolve) => void setTimeout(resolve, wait));
      const name = `run-${index}`;
      sentAt.set(name, performance.now());
      await dispatcher.post(name);
    }
    await live.until(EVENTS * LIVE);
    // The first events meet destinations that have not proved themselves, in both runs.
    const measured = live.arrivals.filter(({ name }) => Number(name.slice("run-".length)) >= 10);
    const times = measured.map(({ name, at }: Arrival) => at - (sentAt.get(name) ?? Number.NaN));
    return { p50: median(times), p99: quantile(times, 0.99) };
  } finally {
    await dispatcher.stop();
    await live.close();
  }
}
