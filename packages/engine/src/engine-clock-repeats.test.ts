import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { bell } from "./testing/bell-channel.ts";
import type { ManualClock } from "./testing/manual-clock.ts";
import { startReceiver } from "./testing/receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { until } from "./testing/until.ts";

const SIX_HOURS = 6 * 60 * 60_000;
const NEXT_LOOK = 5_000;

/** A delivery to a receiver that holds its answer. */
async function busy() {
  const held: ServerResponse[] = [];
  const receiver = await startReceiver((response, index) => {
    if (index === 0) held.push(response);
    else response.end();
  });
  const channel = bell({ limits: { concurrency: 1, dropsRepeats: true } });
  const running = await startRunning({ destinations: [bellAt(receiver.url, "ops", channel)] });
  const [first = ""] = await running.post();
  await until(() => receiver.requests.length === 1);
  const keys = (): unknown[] => receiver.requests.map(({ headers }) => headers["x-key"]);
  return { ...running, first, keys, answer: () => held[0]?.end() };
}

test.each([
  ["set on by six hours", (clock: ManualClock) => clock.leap(SIX_HOURS)],
  ["set on by 21 seconds", (clock: ManualClock) => clock.leap(21_000)],
])("what is under way is not sent again when the clock is %s", async (_, move) => {
  const { clock, reached, first, keys, answer } = await busy();
  await move(clock);
  await clock.advance(NEXT_LOOK);
  // A second request would have come by then.
  await pause(200);
  answer();
  await reached(first, "delivered");
  expect(keys().filter((key) => key === first)).toEqual([first]);
});
