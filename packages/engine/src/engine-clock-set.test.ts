import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { bell } from "./testing/bell-channel.ts";
import { bytesOf, postSync } from "./testing/events.ts";
import { startReceiver } from "./testing/receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { until } from "./testing/until.ts";

const HOUR = 60 * 60_000;
const SIX_HOURS = 6 * HOUR;
/** The worker looks again at least as often. */
const NEXT_LOOK = 5_000;

/** An engine whose receiver holds its answers until it is told to give them. */
async function holding() {
  const held: ServerResponse[] = [];
  let open = false;
  const receiver = await startReceiver((response) => {
    if (open) response.end();
    else held.push(response);
  });
  const channel = bell({ limits: { concurrency: 1, dropsRepeats: true } });
  const running = await startRunning({ destinations: [bellAt(receiver.url, "ops", channel)] });
  const release = (): void => {
    open = true;
    for (const response of held) response.end();
  };
  const keys = (): unknown[] => receiver.requests.map(({ headers }) => headers["x-key"]);
  return { ...running, keys, release };
}

/** An engine whose receiver refuses the first request, and one delivery that waits for its second. */
async function waiting() {
  const receiver = await startReceiver((response, index) =>
    response.writeHead(index < 1 ? 503 : 200).end(),
  );
  const running = await startRunning({ destinations: [bellAt(receiver.url)] });
  const [id = ""] = await running.post();
  await running.attempted(id, 1);
  return { ...running, id, receiver };
}

describe("when the clock is set on by six hours", () => {
  test("what is under way arrives, with one key and one attempt on record", async () => {
    const { post, clock, reached, release, keys } = await holding();
    const [id = ""] = await post();
    await until(() => keys().length === 1);
    await clock.leap(SIX_HOURS);
    await clock.advance(NEXT_LOOK);
    release();
    const { attempts } = await reached(id, "delivered");
    expect(attempts).toMatchObject([{ number: 1, outcome: "delivered" }]);
    expect(new Set(keys())).toEqual(new Set([id]));
  });

  test("what waits for its next attempt is due at once, and is sent once", async () => {
    const { clock, reached, id, receiver } = await waiting();
    await clock.leap(SIX_HOURS);
    await clock.advance(NEXT_LOOK);
    expect((await reached(id, "delivered")).attempts).toHaveLength(2);
    await clock.skip(HOUR);
    expect(receiver.requests).toHaveLength(2);
  });
});

describe("when the clock is set back by six hours", () => {
  test("what is under way arrives and is recorded, once", async () => {
    const { post, clock, reached, release, keys } = await holding();
    const [id = ""] = await post();
    await until(() => keys().length === 1);
    await clock.leap(-SIX_HOURS);
    await clock.advance(NEXT_LOOK);
    release();
    const { attempts } = await reached(id, "delivered");
    expect(attempts).toMatchObject([{ number: 1, durationMs: 0, outcome: "delivered" }]);
    await clock.skip(2 * SIX_HOURS);
    expect(keys()).toEqual([id]);
  });

  test("what waits for its next attempt is sent once, when the clock has caught up at the latest", async () => {
    const { post, clock, reached, id, receiver } = await waiting();
    await clock.leap(-SIX_HOURS);
    const [fresh = ""] = await post();
    await reached(fresh, "delivered");
    await clock.skip(SIX_HOURS);
    await clock.advance(NEXT_LOOK);
    expect((await reached(id, "delivered")).attempts).toHaveLength(2);
    await clock.skip(SIX_HOURS);
    expect(receiver.requests).toHaveLength(3);
  });

  test("what waits for a place is sent once, when the clock has caught up at the latest", async () => {
    const { post, clock, reached, release, keys } = await holding();
    const [first = ""] = await post();
    await until(() => keys().length === 1);
    const [second = ""] = await post();
    await clock.leap(-SIX_HOURS);
    release();
    await reached(first, "delivered");
    await clock.skip(SIX_HOURS);
    await clock.advance(NEXT_LOOK);
    await reached(second, "delivered");
    await clock.skip(SIX_HOURS);
    expect(keys()).toEqual([first, second]);
  });
});

test.each([SIX_HOURS, -SIX_HOURS])(
  "an event is known also where the clock was set by %i ms",
  async (ms) => {
    const { engine, clock } = await startRunning({});
    const posted = { bytes: bytesOf(postSync()), key: "once" };
    const first = await engine.accept(posted);
    await clock.leap(ms);
    expect(await engine.accept(posted)).toEqual({ ...first, kind: "duplicate" });
  },
);
