import { expect, test } from "vitest";
import { systemClock } from "./clock.ts";
import { parseDuration } from "./duration.ts";
import { idMaker } from "./ids.ts";
import { ManualClock } from "./testing/manual-clock.ts";

test("the system's clock tells the time and calls when it is told to", async () => {
  const before = Date.now();
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  await new Promise<void>((resolve) => void systemClock.after(1, resolve));
  await new Promise<void>((resolve) => void systemClock.after(-5, resolve));
  systemClock.after(1, () => expect.unreachable())();
});

test("a wait longer than a timer can be is no wait of nothing", async () => {
  let called = false;
  const cancel = systemClock.after(2 ** 40, () => (called = true));
  await new Promise<void>((resolve) => void systemClock.after(20, resolve));
  cancel();
  expect(called).toBe(false);
});

test.each([
  ["30s", 30_000],
  ["10m", 600_000],
  ["6h", 21_600_000],
  ["5d", 432_000_000],
  ["0s", 0],
  ["", undefined],
  ["5", undefined],
  ["5 m", undefined],
  ["-5m", undefined],
  ["1.5h", undefined],
  ["5M", undefined],
  ["5w", undefined],
  ["1h30m", undefined],
  ["5m\n", undefined],
  ["٥m", undefined],
  ["9999999999d", undefined],
])("the duration %j is %s ms", (text, ms) => expect(parseDuration(text)).toBe(ms));

test("ids sort by the time they were made, also where the clock stands still or goes back", () => {
  const clock = new ManualClock(1_700_000_000_000);
  const makeId = idMaker(clock);
  const ids = Array.from({ length: 500 }, () => makeId("evt"));
  expect(new Set(ids).size).toBe(500);
  expect(ids.toSorted()).toEqual(ids);
  expect(makeId("dlv")).toMatch(/^dlv_[0-9A-HJKMNP-TV-Z]{26}$/);
  let now = 1_700_000_000_000;
  const back = idMaker({ now: () => now, after: () => () => undefined });
  const before = back("evt");
  now -= 60_000;
  expect(back("evt") > before).toBe(true);
});
