import { randomInt } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LOOPBACK, writeConfig } from "./testing/config-file.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { produce } from "./testing/persistent-producer.ts";
import { type Received, startReceiver } from "./testing/receiver.ts";
import { seededRandom } from "./testing/seeded-random.ts";
import { deliveryStates, rowsIn } from "./testing/store-file.ts";
import { type Serving, serve } from "./testing/syncbell-process.ts";
import { until } from "./testing/until.ts";

const EVENTS = 200;
const KILLS = 4;
const DESTINATIONS = ["one", "two"];
/** How many attempts an HTTP destination may have under way, and so how many a kill can cut off. */
const CONCURRENCY = 16;

/** Set it to the seed of a failure, to see the same kills again. */
const SEED = Number(process.env["CRASH_SEED"] ?? randomInt(2 ** 31));

test(`a dispatcher that is killed again and again loses nothing that it took (seed ${SEED})`, async () => {
  const random = seededRandom(SEED);
  const receiver = await startReceiver((response) => {
    setTimeout(() => response.end("ok"), random() * 20);
  });
  const cwd = temporaryFolder();
  const destinations = DESTINATIONS.map(
    (id) => `  - { id: ${id}, channel: http, config: { url: "${receiver.url}/${id}" } }\n`,
  );
  writeConfig(cwd, `${LOOPBACK}destinations:\n${destinations.join("")}`);
  const start = (): Promise<Serving> => serve({ cwd });

  // Each kill comes somewhere within its share of the events, while the next ones are being posted.
  const share = EVENTS / (KILLS + 1);
  const killAt = Array.from({ length: KILLS }, (_, n) => Math.ceil((n + random()) * share) + 1);
  let serving = await start();
  let kills = 0;
  let restarted = Promise.resolve();
  const restart = async (): Promise<void> => {
    const { code } = await serving.end("SIGKILL");
    expect(code).toBeNull();
    serving = await start();
  };
  const { taken, repeated } = await produce(
    EVENTS,
    () => serving,
    (count) => {
      if (kills >= KILLS || count < (killAt[kills] ?? EVENTS)) return;
      kills++;
      restarted = restarted.then(restart);
    },
  );
  await restarted;
  expect(kills).toBe(KILLS);
  expect(repeated).toBeGreaterThanOrEqual(KILLS);

  const database = join(cwd, "data", "syncbell.db");
  await until(() => Object.keys(deliveryStates(database)).every((state) => state === "delivered"));
  expect(await serving.end("SIGTERM")).toMatchObject({ code: 0 });
  const owed = [...taken.keys()].toSorted();
  expect(owed).toHaveLength(EVENTS);
  for (const id of DESTINATIONS) {
    expect([...new Set(receiver.at(`/${id}`).map(syncOf))].toSorted()).toEqual(owed);
  }
  expect(deliveryStates(database)).toEqual({ delivered: EVENTS * DESTINATIONS.length });
  expect(rowsIn(database)).toMatchObject({ events: EVENTS, event_names: EVENTS });

  const keys = new Map<string, Set<unknown>>();
  for (const request of receiver.requests) {
    const message = `${request.path} ${syncOf(request)}`;
    keys.set(message, (keys.get(message) ?? new Set()).add(request.headers["webhook-id"]));
  }
  for (const [message, ids] of keys) expect([message, ids.size]).toEqual([message, 1]);
  const repeats = receiver.requests.length - keys.size;
  expect(repeats).toBeLessThanOrEqual(CONCURRENCY * DESTINATIONS.length * KILLS);
}, 180_000);

function syncOf({ body }: Received): string {
  return JSON.parse(body.toString()).sync.id;
}
