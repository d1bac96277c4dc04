import { describe, expect, test } from "vitest";
import type { Destination } from "./destination.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { type MoodyReceiver, startMoody } from "./testing/moody-receiver.ts";
import { rule } from "./testing/rules.ts";
import { type RunningEngine, bellAt, startRunning } from "./testing/running-engine.ts";
import { decisionsOf, linesOf, postRun, reasonFor } from "./testing/runs.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Started extends RunningEngine {
  readonly receiver: MoodyReceiver;
}

/** An engine with a destination at a receiver that takes what it gets. */
async function start(more: Partial<Destination>): Promise<Started> {
  const clock = new ManualClock();
  const receiver = await startMoody(clock);
  receiver.status = 200;
  const destinations = [{ ...bellAt(receiver.url), ...more }];
  return { ...(await startRunning({ clock, destinations })), receiver };
}

const CHANGES = { notify: ["broke", "recovered"] } as const;
const BOTH = "failed, then succeeded";

const statusesOf = ({ receiver }: Started): readonly string[] =>
  linesOf(receiver).map((line) => /^Status: ([^|]+) \|/.exec(line)?.[1] ?? line);

/** Posts a run a minute after the last one; answers its event. */
async function run(running: Started, status: string): Promise<string> {
  await running.pass(MINUTE);
  const { id } = await postRun(running, { status });
  await running.quiet();
  return id;
}

describe("a recovery is not told where no failure of it was", () => {
  test.each<readonly [string, number, (running: Started, id: string) => Promise<unknown>]>([
    ["as it was rejected", 400, ({ quiet }) => quiet()],
    ["as somebody cancelled it", 503, ({ engine }, id) => engine.cancel(id)],
    ["as it expired", 503, ({ pass }) => pass(2 * HOUR)],
  ])("%s", async (_, status, end) => {
    const running = await start({ ...CHANGES, expireMs: HOUR });
    running.receiver.status = status;
    const { deliveries } = await postRun(running, { status: "failed" });
    await running.quiet();
    await end(running, deliveries["ops"] ?? "");
    running.receiver.status = 200;
    const before = running.receiver.requests.length;
    const recovery = await run(running, "succeeded");
    await running.pass(HOUR);
    expect(running.receiver.requests).toHaveLength(before);
    expect(await decisionsOf(running, recovery)).toEqual(["filtered"]);
    expect(await reasonFor(running, recovery)).toContain("it was not told of a failure");
  });

  test("by a destination that asks for recoveries alone", async () => {
    const running = await start({ notify: ["recovered"] });
    for (const status of ["failed", "succeeded"]) await run(running, status);
    expect(running.receiver.requests).toEqual([]);
  });

  test("but is where somebody had the failure sent once more, and it arrived", async () => {
    const running = await start(CHANGES);
    running.receiver.status = 400;
    const { deliveries } = await postRun(running, { status: "failed" });
    await running.quiet();
    running.receiver.status = 200;
    await running.engine.retry(deliveries["ops"] ?? "");
    await running.quiet();
    await run(running, "succeeded");
    expect(statusesOf(running)).toEqual(["failed", "failed", "succeeded"]);
  });
});

describe("with repeat", () => {
  test("a recovery is told where a later failure arrived, though the first did not", async () => {
    const running = await start({ ...CHANGES, repeat: { every: 2 } });
    running.receiver.status = 400;
    await run(running, "failed");
    running.receiver.status = 200;
    for (const status of ["failed", "failed", "succeeded"]) await run(running, status);
    expect(statusesOf(running)).toEqual(["failed", "failed", "succeeded"]);
  });

  test.each([["recovered"], ["broke", "failing", "recovered"]] as const)(
    "by number, the first and every third failure are told, whatever notify says of them: %s",
    async (...notify) => {
      const running = await start({ notify, repeat: { every: 3 } });
      for (let failure = 0; failure < 5; failure++) await run(running, "failed");
      await run(running, "succeeded");
      expect(statusesOf(running)).toEqual(["failed", "failed", "succeeded"]);
    },
  );

  test("all failures that wait are told as one with the recovery", async () => {
    const running = await start({ ...CHANGES, repeat: { every: 2 } });
    await running.engine.destinations.setState("ops", "paused");
    const ids: string[] = [];
    for (const status of ["failed", "failed", "failed", "failed", "succeeded"]) {
      ids.push(await run(running, status));
    }
    await running.engine.destinations.setState("ops", "active");
    await running.pass(MINUTE);
    expect(statusesOf(running)).toEqual([BOTH]);
    const decided = await Promise.all(ids.map((id) => decisionsOf(running, id)));
    expect(decided.flat()).toEqual([
      "superseded",
      "superseded",
      "filtered",
      "superseded",
      "deliver",
    ]);
  });

  test("by time, a failure is not told again while one waits, and is after it arrived", async () => {
    const running = await start({ ...CHANGES, repeat: { afterMs: 10 * MINUTE } });
    await running.engine.destinations.setState("ops", "paused");
    await run(running, "failed");
    await running.pass(HOUR);
    const waits = await run(running, "failed");
    expect(await reasonFor(running, waits)).toBe(
      "still failing; a message of it has not arrived yet",
    );
    await running.engine.destinations.setState("ops", "active");
    await running.quiet();
    const tooSoon = await run(running, "failed");
    expect(await reasonFor(running, tooSoon)).toBe(
      "still failing; the last message of it is not old enough",
    );
    await running.pass(9 * MINUTE - 1);
    await postRun(running, { status: "failed" });
    await running.quiet();
    expect(statusesOf(running)).toEqual(["failed"]);
    await running.pass(1, 1);
    await postRun(running, { status: "failed" });
    await running.quiet();
    expect(statusesOf(running)).toEqual(["failed", "failed"]);
  });
});

describe("what was told as one", () => {
  /** An engine where a recovery took the place of a failure that waited, and was delivered. */
  async function told() {
    const running = await start(CHANGES);
    await running.engine.destinations.setState("ops", "paused");
    const failure = await postRun(running, { status: "failed" });
    await running.pass(MINUTE);
    const recovery = await postRun(running);
    await running.engine.destinations.setState("ops", "active");
    await running.quiet();
    expect(statusesOf(running)).toEqual([BOTH]);
    return { ...running, failure, recovery };
  }

  test("is told as one once more by a replay of what was delivered", async () => {
    const running = await told();
    await running.pass(MINUTE);
    await running.engine.replays.destination("ops", { since: 0, states: ["delivered"] });
    await running.pass(1000, 25);
    expect(statusesOf(running)).toEqual([BOTH, BOTH]);
  });

  test("is not made up for by a replay of what did not arrive", async () => {
    const running = await told();
    await running.pass(MINUTE);
    const replay = await running.engine.replays.destination("ops", { since: 0 });
    await running.pass(1000, 25);
    expect(await running.engine.kept.replay(replay.id)).toMatchObject({ state: "done", total: 0 });
    expect(statusesOf(running)).toEqual([BOTH]);
  });

  test("has a failure that goes out by itself where somebody has its event sent again, or retries it", async () => {
    const running = await told();
    const event = await running.engine.kept.event(running.failure.id);
    if (!event) throw new Error("it is kept");
    expect(await running.engine.replays.event(event)).toHaveLength(1);
    await running.quiet();
    await running.engine.retry(running.failure.deliveries["ops"] ?? "");
    await running.quiet();
    expect(statusesOf(running)).toEqual([BOTH, "failed", "failed"]);
  });
});

test("a destination without notify hears of each run by itself, though all waited", async () => {
  const running = await start({ when: rule({ status: ["failed", "succeeded"] }) });
  await running.engine.destinations.setState("ops", "paused");
  for (const status of ["failed", "succeeded"]) await run(running, status);
  await running.engine.destinations.setState("ops", "active");
  await running.pass(MINUTE);
  expect(statusesOf(running).toSorted()).toEqual(["failed", "succeeded"]);
});
