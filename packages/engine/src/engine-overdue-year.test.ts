import type { Schedule } from "@syncbell/core";
import { expect, test } from "vitest";
import { bell } from "./testing/bell-channel.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { rule } from "./testing/rules.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { overdueNotices, postRun } from "./testing/runs.ts";
import { quarters } from "./testing/wall-clock.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2025, 0, 1);
const TO = Date.UTC(2026, 0, 1);
/** How long it may take until it is noticed that a time has passed. */
const ROUND = 5_000;

interface Pipeline {
  readonly task: string;
  readonly schedule: Schedule;
  /** When its runs begin, in this year and a little beyond. */
  readonly starts: readonly number[];
}

/** The first quarter of an hour of each day that is not before half past two: also on a day without that. */
function nights(): readonly number[] {
  const starts = new Map<string, number>();
  for (const { at, day, minute } of quarters("Europe/Berlin", FROM, TO + 3 * DAY)) {
    if (minute >= 150 && !starts.has(day)) starts.set(day, at);
  }
  return [...starts.values()];
}

/** A quarter past each hour on four days about each change of clocks, one of them the day of the change. */
function hours(): readonly number[] {
  const days = /^(?:03|11)\/0[1289]/;
  return [...quarters("America/New_York", FROM, TO + 100 * DAY)]
    .filter(({ day, minute }) => days.test(day) && minute % 60 === 15)
    .map(({ at }) => at);
}

const PIPELINES: readonly Pipeline[] = [
  {
    task: "night",
    schedule: { kind: "cron", expression: "30 2 * * *", timezone: "Europe/Berlin" },
    starts: nights(),
  },
  {
    task: "hour",
    schedule: {
      kind: "cron",
      month: "3,11",
      day: "1-2,8-9",
      hour: "*",
      minute: 15,
      timezone: "America/New_York",
    },
    starts: hours(),
  },
  {
    task: "step",
    schedule: { kind: "interval", hours: 18, start_time: "2025-01-01T01:00:00Z" },
    starts: Array.from({ length: 490 }, (_, index) => FROM + HOUR + index * 18 * HOUR),
  },
];

/** Numbers from 0 up to 1, the same for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Runs that do not come: at the change in spring, at both in autumn, and in the hour that comes twice. */
const LEFT_OUT: readonly string[] = [
  "2025-03-09T07:15:00.000Z",
  "2025-03-30T01:00:00.000Z",
  "2025-10-26T00:30:00.000Z",
  "2025-11-02T06:15:00.000Z",
];

interface Run {
  readonly task: string;
  readonly schedule: Schedule;
  readonly minutes: number;
  readonly stopped: number;
}

/** How long a run is waited for that begins as the start with this index. */
function graceOf(starts: readonly number[], index: number): number {
  const length = (starts[index + 1] ?? NaN) - (starts[index] ?? NaN);
  return Math.max(15 * MINUTE, length / 10);
}

/** The runs that come: of ten one does not, one in time though late, one too late, and the others at once. */
function runsOf({ task, schedule, starts }: Pipeline, next: () => number): readonly Run[] {
  return starts.flatMap((start, index) => {
    if (start >= TO) return [];
    const minutes = 1 + Math.floor(next() * 9);
    const grace = graceOf(starts, index) / MINUTE;
    const kind = index === 0 ? 9 : Math.floor(next() * 10);
    if (kind === 0 || LEFT_OUT.includes(new Date(start).toISOString())) return [];
    const late = kind === 1 ? next() * (grace - 9) : kind === 2 ? grace + 1 + next() * 20 : 0;
    // Half a minute, so that no run comes at the very moment at which it becomes overdue.
    const stopped = start + (minutes + Math.floor(late)) * MINUTE + MINUTE / 2;
    return { task, schedule, minutes, stopped };
  });
}

interface Overdue {
  readonly task: string;
  readonly expected: string;
  /** From when on it is. */
  readonly at: number;
}

/** What is overdue: after each run the next, where that has not come by the end of its grace. */
function overdueOf({ task, starts }: Pipeline, runs: readonly Run[]): readonly Overdue[] {
  return runs.flatMap(({ stopped }, index) => {
    const next = starts.findIndex((start) => start > stopped);
    const before = runs.slice(Math.max(0, index - 4), index + 1);
    const expected = (starts[next] ?? NaN) + Math.max(...before.map((run) => run.minutes)) * MINUTE;
    const at = expected + graceOf(starts, next);
    const comes = runs[index + 1]?.stopped ?? Infinity;
    return at < comes && at < TO ? { task, expected: new Date(expected).toISOString(), at } : [];
  });
}

test(
  "in a year a notice comes for each run that does not come or comes too late, and for no other",
  { timeout: 120_000 },
  async () => {
    const clock = new ManualClock(FROM);
    const heard: string[] = [];
    const send = ({ line }: { readonly line: string }) => {
      heard.push(line);
      return { kind: "delivered" };
    };
    const running = await startRunning({
      clock,
      retentionMs: 400 * DAY,
      destinations: [
        { ...bellAt("", "ops", bell({ send })), when: rule({ event_type: "sync.overdue" }) },
      ],
    });
    const next = random(7);
    const known = PIPELINES.map((pipeline) => ({ pipeline, runs: runsOf(pipeline, next) }));
    const overdue = known
      .flatMap(({ pipeline, runs }) => overdueOf(pipeline, runs))
      .toSorted((a, b) => a.at - b.at);
    const steps: { readonly at: number; readonly run?: Run }[] = [
      ...known.flatMap(({ runs }) => runs.map((run) => ({ at: run.stopped, run }))),
      ...overdue.flatMap(({ at }) => [{ at: at - 1 }, { at: at + ROUND }]),
      { at: TO },
    ];
    for (const step of steps.toSorted((a, b) => a.at - b.at)) {
      await clock.skip(step.at - clock.now());
      if (step.run) await postRun(running, { ...step.run, seconds: step.run.minutes * 60 });
    }
    const notices = await overdueNotices(running);
    expect(notices.map(({ said }) => [said.task.id, said.expected_at])).toEqual(
      overdue.map(({ task, expected }) => [task, expected]),
    );
    for (const [index, { receivedAt }] of notices.entries()) {
      const { at = 0 } = overdue[index] ?? {};
      expect(receivedAt).toBeGreaterThanOrEqual(at);
      expect(receivedAt).toBeLessThanOrEqual(at + ROUND);
    }
    await running.quiet();
    expect(heard).toHaveLength(overdue.length);
    for (const { task, starts } of PIPELINES) {
      expect(overdue.filter((one) => one.task === task).length).toBeGreaterThan(20);
      expect(overdue.filter((one) => one.task === task).length).toBeLessThan(starts.length / 3);
    }
  },
);

test("the year has a run at each change of clocks, and a day of 23 hours and one of 25", () => {
  const [night, hour] = PIPELINES.map(({ starts }) =>
    starts.map((at) => new Date(at).toISOString()),
  );
  const within = (from: string, to: string): number =>
    (hour ?? []).filter((start) => start >= from && start < to).length;
  expect([...(night ?? []), ...(hour ?? [])]).toEqual(expect.arrayContaining([...LEFT_OUT]));
  expect(night).not.toContain("2025-10-26T01:30:00.000Z");
  expect(within("2025-03-09T05", "2025-03-10T04")).toBe(23);
  expect(within("2025-11-02T04", "2025-11-03T05")).toBe(25);
});
