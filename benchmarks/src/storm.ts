// What comes of a thousand failures within three seconds, when the dispatcher is killed in the middle?
//   node src/storm.ts [rounds]
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type RunningDispatcher, runDispatcher } from "./run-dispatcher.ts";
import { type StormFigures, stormFigures } from "./storm-figures.ts";
import { failureOf, stormDestinations } from "./storm-events.ts";
import { slackReceiver } from "./storm-slack.ts";

const PIPELINES = 1000;
const POSTED_IN_MS = 3000;
const KILLED_AT = PIPELINES / 2;
/** Before which failures of the storm another tenant has one. */
const OTHERS_AT = new Set([KILLED_AT / 2, KILLED_AT, (KILLED_AT * 3) / 2]);
/** How long arrivals are watched: a whole minute after the storm, of which the pace is to be seen. */
const WATCHED_MS = 75_000;
/** The wait before a post that got no answer is made again, in milliseconds. */
const AGAIN_MS = 10;

const rounds = Number(process.argv[2] ?? 1);
const figures: StormFigures[] = [];
for (let round = 0; round < rounds; round++) figures.push(await measure());
console.table(figures);

async function measure(): Promise<StormFigures> {
  const slack = await slackReceiver();
  const folder = mkdtempSync(join(tmpdir(), "syncbell-storm-"));
  const destinations = stormDestinations(slack.url);
  let dispatcher: Promise<RunningDispatcher> = runDispatcher(destinations, { folder });
  await dispatcher;
  const takenAt = new Map<string, number>();
  const take = async (name: string, tenant: string): Promise<void> => {
    const body = failureOf(name, tenant);
    while (!takenAt.has(name)) {
      try {
        await (await dispatcher).take(body, name);
        takenAt.set(name, performance.now());
      } catch {
        await pause(AGAIN_MS);
      }
    }
  };
  const posts: Promise<void>[] = [];
  const startedAt = performance.now();
  let killedAt = Number.NaN;
  let servedAt = Number.NaN;
  for (let n = 0; n < PIPELINES; n++) {
    const wait = startedAt + (n * POSTED_IN_MS) / PIPELINES - performance.now();
    if (wait > 0) await pause(wait);
    if (OTHERS_AT.has(n)) posts.push(take(`other-${n}`, "other"));
    posts.push(take(`storm-${n}`, "storm"));
    if (n !== KILLED_AT) continue;
    const killed = await dispatcher;
    killedAt = performance.now();
    dispatcher = killed.kill().then(() => runDispatcher(destinations, { folder }));
    void dispatcher.then(() => (servedAt = performance.now()));
  }
  await Promise.all(posts);
  const postedAt = performance.now();
  await pause(startedAt + WATCHED_MS - postedAt);
  await (await dispatcher).stop();
  await slack.close();
  const times = { startedAt, killedAt, servedAt, postedAt };
  return stormFigures(times, takenAt, slack.arrivals);
}
