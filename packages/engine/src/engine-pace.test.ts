import { expect, test } from "vitest";
import { ManualClock } from "./testing/manual-clock.ts";
import { type MoodyReceiver, startMoody } from "./testing/moody-receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";

const FIVE_A_SECOND = { perSecond: 5, burst: 2 };

async function startGood(clock: ManualClock): Promise<MoodyReceiver> {
  const receiver = await startMoody(clock);
  receiver.status = 200;
  return receiver;
}

/** That in no window there are more requests than the burst and what five a second give. */
function expectPaced({ times }: MoodyReceiver): void {
  const excess = times.flatMap((from, first) =>
    times
      .slice(first)
      .map(
        (to, index) =>
          index + 1 - FIVE_A_SECOND.burst - ((to - from) * FIVE_A_SECOND.perSecond) / 1000,
      ),
  );
  expect(Math.max(...excess)).toBeLessThanOrEqual(0);
}

test("a destination with a pace is sent to at that pace, by hand too, and nobody else waits for it", async () => {
  const clock = new ManualClock();
  const slow = await startGood(clock);
  const fast = await startGood(clock);
  const { post, pass, engine } = await startRunning({
    clock,
    destinations: [{ ...bellAt(slow.url, "slow"), pace: FIVE_A_SECOND }, bellAt(fast.url, "fast")],
  });
  const start = clock.now();
  const owed: string[] = [];
  for (let event = 0; event < 40; event++) owed.push(...(await post()).slice(0, 1));
  await pass(2_000, 50);
  expect(fast.times).toHaveLength(40);
  expect(fast.times.at(-1)).toBe(start);
  expect(slow.times).toHaveLength(12);

  for (const id of owed.slice(0, 6)) await engine.retry(id);
  await pass(1_200, 50);
  expect(slow.requests.slice(12).map(({ headers }) => headers["x-number"])).toEqual(
    Array.from({ length: 6 }, () => "2"),
  );
  await pass(10_000, 50);
  expect(slow.times).toHaveLength(46);
  expect(((slow.times.at(-1) ?? 0) - start) / 1000).toBe((46 - FIVE_A_SECOND.burst) / 5);
  expectPaced(slow);
});

test("attempts that fail take from it as well", async () => {
  const clock = new ManualClock();
  const receiver = await startMoody(clock);
  receiver.status = 400;
  const { post, pass } = await startRunning({
    clock,
    destinations: [{ ...bellAt(receiver.url), pace: FIVE_A_SECOND }],
  });
  for (let event = 0; event < 12; event++) await post();
  await pass(2_000, 50);
  expect(receiver.times).toHaveLength(12);
  expectPaced(receiver);
});

test("after a long rest there is a burst again, and no more", async () => {
  const clock = new ManualClock();
  const receiver = await startGood(clock);
  const { post, pass, quiet } = await startRunning({
    clock,
    destinations: [{ ...bellAt(receiver.url), pace: FIVE_A_SECOND }],
  });
  for (let event = 0; event < 3; event++) await post();
  await pass(60_000, 200);
  for (let event = 0; event < 5; event++) await post();
  await quiet();
  expect(receiver.times).toHaveLength(5);
  await pass(600, 50);
  expect(receiver.times).toHaveLength(8);
  expectPaced(receiver);
});

test("a clock that is set back by hours stops nobody", async () => {
  const clock = new ManualClock();
  const receiver = await startGood(clock);
  const { post, pass } = await startRunning({
    clock,
    destinations: [{ ...bellAt(receiver.url), pace: FIVE_A_SECOND }],
  });
  for (let event = 0; event < 3; event++) await post();
  await pass(1_000, 50);
  await clock.leap(-6 * 60 * 60_000);
  for (let event = 0; event < 3; event++) await post();
  await pass(1_000, 50);
  expect(receiver.times).toHaveLength(6);
});
