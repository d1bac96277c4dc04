import { receiver } from "./receiver.ts";
import { type BenchDestination, runDispatcher } from "./run-dispatcher.ts";
import { median, quantile } from "./statistics.ts";

const ROUNDS = 5;
const EVENTS = 300;
const EVENTS_PER_SECOND = 60;

interface Figures {
  readonly p50: number;
  readonly p99: number;
}

/**
 * Runs the same load on fresh dispatchers in turn: with a live destination alone, and with others beside
 * it; prints the live one's times from POST to arrival, and the ratio of the two round by round.
 */
export async function compare(name: string, others: readonly BenchDestination[]): Promise<void> {
  const alone: Figures[] = [];
  const beside: Figures[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await measure([]));
    beside.push(await measure(others));
  }
  const of = (figures: readonly Figures[], pick: keyof Figures): string =>
    median(figures.map((figure) => figure[pick])).toFixed(1);
  const ratio = (pick: keyof Figures): string =>
    median(
      beside.map((figure, round) => figure[pick] / (alone[round]?.[pick] ?? Number.NaN)),
    ).toFixed(2);
  console.table({
    "live alone": { "p50 ms": of(alone, "p50"), "p99 ms": of(alone, "p99") },
    [`beside ${name}`]: { "p50 ms": of(beside, "p50"), "p99 ms": of(beside, "p99") },
    "ratio, median of rounds": { "p50 ms": ratio("p50"), "p99 ms": ratio("p99") },
  });
}

async function measure(others: readonly BenchDestination[]): Promise<Figures> {
  const live = await receiver("answers");
  const dispatcher = await runDispatcher([
    { id: "live", channel: "http", config: { url: live.url } },
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
    await live.until(EVENTS);
    const times = live.arrivals.map(({ name, at }) => at - (sentAt.get(name) ?? Number.NaN));
    return { p50: median(times), p99: quantile(times, 0.99) };
  } finally {
    await dispatcher.stop();
    await live.close();
  }
}
