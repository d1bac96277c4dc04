import { expect, test } from "vitest";
import { ManualClock } from "./manual-clock.ts";

test("runs what falls due in order, each at its own moment, and no more", async () => {
  const clock = new ManualClock(1000);
  const seen: (readonly [string, number])[] = [];
  const note = (name: string) => () => void seen.push([name, clock.now()]);
  clock.after(300, note("late"));
  clock.after(100, note("early"));
  clock.after(100, note("early too"));
  clock.after(301, note("not yet"));
  await clock.advance(300);
  expect(seen).toEqual([
    ["early", 1100],
    ["early too", 1100],
    ["late", 1300],
  ]);
  expect(clock.now()).toBe(1300);
});

test("runs what is set on the way, and leaves out what is called off", async () => {
  const clock = new ManualClock(0);
  const seen: number[] = [];
  const tick = (): void => {
    seen.push(clock.now());
    clock.after(10, tick);
  };
  tick();
  clock.after(5, () => seen.push(-1))();
  await clock.advance(30);
  expect(seen).toEqual([0, 10, 20, 30]);
});

test("lets promises settle before the next timer runs", async () => {
  const clock = new ManualClock(0);
  const seen: string[] = [];
  clock.after(1, () => void Promise.resolve().then(() => seen.push("what followed the first")));
  clock.after(2, () => void seen.push("second"));
  await clock.advance(2);
  expect(seen).toEqual(["what followed the first", "second"]);
});

test("can skip a time: what fell due on the way runs in order, late", async () => {
  const clock = new ManualClock(0);
  const seen: (readonly [string, number])[] = [];
  clock.after(20, () => void seen.push(["second", clock.now()]));
  clock.after(10, () => void seen.push(["first", clock.now()]));
  clock.after(101, () => void seen.push(["not yet", clock.now()]));
  await clock.skip(100);
  expect(seen).toEqual([
    ["first", 100],
    ["second", 100],
  ]);
});

test.each([6 * 60 * 60_000, -6 * 60 * 60_000])(
  "can leap by %i ms: the time of day changes, and timers wait as long as before",
  async (ms) => {
    const clock = new ManualClock(1_000);
    const seen: number[] = [];
    clock.after(20, () => void seen.push(clock.now()));
    await clock.advance(5);
    await clock.leap(ms);
    expect([clock.now(), seen]).toEqual([1_005 + ms, []]);
    await clock.advance(14);
    expect(seen).toEqual([]);
    await clock.advance(1);
    expect(seen).toEqual([1_020 + ms]);
  },
);
