// Does a destination that never answers delay one that does? The same load is run on a fresh dispatcher
// with a live destination alone, and with black holes beside it, in turn; times are from POST to arrival.
import { receiver } from "./receiver.ts";
import { runDispatcher } from "./run-dispatcher.ts";
import { median, quantile } from "./statistics.ts";

const ROUNDS = 5;
const EVENTS = 300;
const EVENTS_PER_SECOND = 60;
const HOLES = Number(process.argv[2] ?? 20);

interface Figures {
  readonly p50: number;
  readonly p99: number;
}

async function measure(holes: number): Promise<Figures> {
  const live = await receiver("answers");
  const hole = await receiver("never answers");
  const dispatcher = await runDispatcher([
    { id: "live", url: live.url },
    ...Array.from({ length: holes }, (_, index) => ({ id: `hole-${index}`, url: hole.url })),
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
    await live.until(EVENTS);
    const times = live.arrivals.map(({ name, at }) => at - (sentAt.get(name) ?? Number.NaN));
    return { p50: median(times), p99: quantile(times, 0.99) };
  } finally {
    await dispatcher.stop();
    await Promise.all([live.close(), hole.close()]);
  }
}

const alone: Figures[] = [];
const beside: Figures[] = [];
for (let round = 0; round < ROUNDS; round++) {
  alone.push(await measure(0));
  beside.push(await measure(HOLES));
}
const of = (figures: readonly Figures[], pick: keyof Figures): number =>
  median(figures.map((figure) => figure[pick]));
const ratio = (pick: keyof Figures): number =>
  median(beside.map((figure, round) => figure[pick] / (alone[round]?.[pick] ?? Number.NaN)));
console.table({
  "live alone": { "p50 ms": of(alone, "p50").toFixed(1), "p99 ms": of(alone, "p99").toFixed(1) },
  [`beside ${HOLES} black holes`]: {
    "p50 ms": of(beside, "p50").toFixed(1),
    "p99 ms": of(beside, "p99").toFixed(1),
  },
  "ratio, median of rounds": {
    "p50 ms": ratio("p50").toFixed(2),
    "p99 ms": ratio("p99").toFixed(2),
  },
});
