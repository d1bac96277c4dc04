// How exactly do several dispatchers on one Postgres hold a destination to one pace?
//   node src/pace.ts [seconds] [dispatchers] [messages a second]
import { setTimeout as pause } from "node:timers/promises";
import { benchPostgres } from "./postgres.ts";
import { receiver } from "./receiver.ts";
import { runDispatcher } from "./run-dispatcher.ts";
import { median, quantile } from "./statistics.ts";

const seconds = Number(process.argv[2] ?? 60);
const count = Number(process.argv[3] ?? 3);
const perSecond = Number(process.argv[4] ?? 5);

const server = await benchPostgres();
const database = await server.newDatabase();
const live = await receiver("answers");
const destination = {
  id: "paced",
  channel: "http",
  config: { url: live.url },
  pace: { per_second: perSecond, burst: 1 },
};
const running = [];
for (let nth = 0; nth < count; nth++)
  running.push(await runDispatcher([destination], { database }));
// More than may be sent in that time is owed from the start.
for (let nth = 0; nth < seconds * perSecond * 2; nth++) {
  await running[nth % count]?.post(`run-${nth}`);
}
await live.until(1);
await pause(seconds * 1000);
const times = live.arrivals.map(({ at }) => at);
const [first = 0] = times;
const within = times.filter((at) => at - first < seconds * 1000);
const gaps = within.slice(1).map((at, nth) => at - (within[nth] ?? at));
console.table({
  "a second, asked for": perSecond,
  "a second, sent": (within.length / seconds).toFixed(3),
  "ms between two, median": median(gaps).toFixed(1),
  "ms between two, p1": quantile(gaps, 0.01).toFixed(1),
  "ms between two, p99": quantile(gaps, 0.99).toFixed(1),
});
for (const one of running) await one.stop();
await live.close();
await server.stop();
