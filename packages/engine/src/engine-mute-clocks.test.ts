import { describe, expect, test } from "vitest";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { decisionsOf, postRun } from "./testing/runs.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const NIGHT = "22:00-07:00";
/** In spring there is no such time, in autumn there are two. */
const HALF_PAST_TWO = "02:15-02:45";

/** When messages came in of runs that ended at these times, at a destination that is muted in Berlin. */
async function heardAt(hours: string, ...runs: readonly string[]): Promise<readonly string[]> {
  const clock = new ManualClock(Date.parse(runs[0] ?? "") - MINUTE);
  const receiver = await startMoody(clock);
  receiver.status = 200;
  const mute = { hours, timezone: "Europe/Berlin", drops: false };
  const running = await startRunning({
    clock,
    destinations: [{ ...bellAt(receiver.url), mute }],
  });
  for (const run of runs) {
    await running.pass(Date.parse(run) - clock.now());
    await postRun(running);
  }
  await running.pass(24 * HOUR);
  return receiver.times.map((time) => new Date(time).toISOString().slice(0, 16));
}

describe("muted hours in the night in which clocks are set", () => {
  test.each<readonly [string, string, readonly string[], readonly string[]]>([
    [
      "on",
      NIGHT,
      ["2025-03-29T22:00Z", "2025-03-30T04:59Z"],
      ["2025-03-30T05:00", "2025-03-30T05:00"],
    ],
    [
      "on",
      NIGHT,
      ["2025-03-29T20:59Z", "2025-03-30T05:00Z"],
      ["2025-03-29T20:59", "2025-03-30T05:00"],
    ],
    [
      "back",
      NIGHT,
      ["2025-10-25T20:00Z", "2025-10-26T05:59Z"],
      ["2025-10-26T06:00", "2025-10-26T06:00"],
    ],
    [
      "back",
      NIGHT,
      ["2025-10-25T19:59Z", "2025-10-26T06:00Z"],
      ["2025-10-25T19:59", "2025-10-26T06:00"],
    ],
    [
      "on",
      HALF_PAST_TWO,
      ["2025-03-30T00:59Z", "2025-03-30T01:00Z"],
      ["2025-03-30T00:59", "2025-03-30T01:00"],
    ],
    ["on", "01:30-02:30", ["2025-03-30T00:30Z"], ["2025-03-30T01:00"]],
    [
      "back",
      HALF_PAST_TWO,
      ["2025-10-26T00:20Z", "2025-10-26T00:50Z", "2025-10-26T01:20Z"],
      ["2025-10-26T00:45", "2025-10-26T00:50", "2025-10-26T01:45"],
    ],
  ])("%s, from %s: of runs at %j one hears at %j", async (_, hours, runs, heard) => {
    expect(await heardAt(hours, ...runs)).toEqual(heard);
  });
});

test.each([
  ["on", "2025-03-29T21:00:00Z", 8],
  ["back", "2025-10-25T20:00:00Z", 10],
])(
  "hours that drop, in the night in which clocks are set %s, last from %s for %i hours",
  async (_, from, hours) => {
    const clock = new ManualClock(Date.parse(from) - HOUR / 2);
    const receiver = await startMoody(clock);
    receiver.status = 200;
    const mute = { hours: NIGHT, timezone: "Europe/Berlin", drops: true };
    const running = await startRunning({
      clock,
      destinations: [{ ...bellAt(receiver.url), mute }],
    });
    const decided: (readonly string[])[] = [];
    for (let hour = 0; hour < 12; hour++) {
      decided.push(await decisionsOf(running, (await postRun(running)).id));
      await running.pass(HOUR);
    }
    expect(decided.flat()).toEqual([
      "deliver",
      ...Array.from({ length: hours }, () => "muted"),
      ...Array.from({ length: 11 - hours }, () => "deliver"),
    ]);
  },
);
