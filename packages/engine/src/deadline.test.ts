import { expect, test } from "vitest";
import { type Deadline, deadlineFrom } from "./deadline.ts";
import { ManualClock } from "./testing/manual-clock.ts";

const never = new AbortController().signal;

/** Whether a deadline's grace has passed by now. */
function watch(deadline: Deadline): () => boolean {
  let over = false;
  void deadline.passed.then(() => (over = true));
  return () => over;
}

test("an attempt has 15 seconds, and its channel one more to come back", async () => {
  const clock = new ManualClock();
  const deadline = deadlineFrom(clock, never);
  const hasPassed = watch(deadline);
  await clock.advance(14_999);
  expect(deadline.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(deadline.signal.aborted).toBe(true);
  await clock.advance(999);
  expect(hasPassed()).toBe(false);
  await clock.advance(1);
  expect(hasPassed()).toBe(true);
});

test("stopping brings it forward, and the grace counts from there", async () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  const deadline = deadlineFrom(clock, stop.signal);
  const hasPassed = watch(deadline);
  await clock.advance(14_500);
  stop.abort();
  expect(deadline.signal.aborted).toBe(true);
  await clock.advance(1_000);
  expect(hasPassed()).toBe(true);
});

test("what begins after the stop is over before it begins", () => {
  expect(deadlineFrom(new ManualClock(), AbortSignal.abort()).signal.aborted).toBe(true);
});

test("nothing is left of it when it is cleared, wherever it stands", async () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  for (const ms of [0, 14_999, 15_000, 15_500, 16_000]) {
    const deadline = deadlineFrom(clock, stop.signal);
    await clock.advance(ms);
    if (ms === 15_500) stop.abort();
    deadline.clear();
    expect(clock.waiting).toBe(0);
  }
});
