import type { Schedule } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { type RunningEngine, startRunning } from "./testing/running-engine.ts";
import { overdueRuns, postRun } from "./testing/runs.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Runs at half past each hour. The clock begins at ten, and a run takes ten minutes. */
const HOURLY: Schedule = { kind: "interval", hours: 1, start_time: "2024-11-01T00:30:00Z" };

const at = (hour: number, minute = 0): number => Date.UTC(2024, 10, 11, hour, minute);

/** Lets the time come to a moment, in steps of ten minutes. */
async function comeTo({ clock, pass }: RunningEngine, moment: number): Promise<void> {
  await pass(moment - clock.now(), 10 * MINUTE);
}

describe("a run becomes overdue", () => {
  test("when it is later than the last ones took, and a quarter of an hour", async () => {
    const running = await startRunning({});
    await postRun(running, { schedule: HOURLY });
    await comeTo(running, at(10, 54));
    expect(await overdueRuns(running)).toEqual([]);
    await comeTo(running, at(10, 56));
    expect(await overdueRuns(running)).toEqual(["p 2024-11-11T10:40:00.000Z"]);
  });

  test.each(["failed", "cancelled", "skipped", "half done"])(
    "not where one has come that ended as %s",
    async (status) => {
      const running = await startRunning({});
      await postRun(running, { schedule: HOURLY });
      await comeTo(running, at(10, 50));
      await postRun(running, { status, schedule: HOURLY });
      await comeTo(running, at(11, 54));
      expect(await overdueRuns(running)).toEqual([]);
      await comeTo(running, at(11, 56));
      expect(await overdueRuns(running)).toEqual(["p 2024-11-11T11:40:00.000Z"]);
    },
  );

  test("by the schedule that the last run had, where it was changed in between", async () => {
    const running = await startRunning({});
    await postRun(running, { schedule: HOURLY });
    await comeTo(running, at(10, 35));
    const changed: Schedule = { kind: "cron", hour: "*/4", timezone: "UTC" };
    await postRun(running, { schedule: changed });
    await comeTo(running, at(12, 33));
    expect(await overdueRuns(running)).toEqual([]);
    await comeTo(running, at(12, 35));
    expect(await overdueRuns(running)).toEqual(["p 2024-11-11T12:10:00.000Z"]);
  });

  test("after another tenant's, of the same task, has come", async () => {
    const running = await startRunning({});
    for (const tenant of ["a", "b"]) await postRun(running, { tenant, schedule: HOURLY });
    await comeTo(running, at(10, 40));
    await postRun(running, { tenant: "a", schedule: HOURLY });
    await comeTo(running, at(11, 30));
    const [notice, ...others] = await running.engine.kept.events(
      { status: "overdue" },
      { limit: 10 },
    );
    expect([notice?.tenantId, others]).toEqual(["b", []]);
  });

  test("by our clock where the producer's is days ahead", async () => {
    const running = await startRunning({});
    await postRun(running, { stopped: at(10) + 72 * HOUR, schedule: HOURLY });
    await comeTo(running, at(11));
    expect(await overdueRuns(running)).toEqual(["p 2024-11-11T10:40:00.000Z"]);
  });

  test("by the next run's clock, where one was days ahead before and is right again", async () => {
    const running = await startRunning({});
    await postRun(running, { stopped: at(10) + 72 * HOUR, schedule: HOURLY });
    await comeTo(running, at(10, 45));
    await postRun(running, { schedule: HOURLY });
    await comeTo(running, at(12));
    expect(await overdueRuns(running)).toEqual(["p 2024-11-11T11:40:00.000Z"]);
  });

  test("where it is the last of its schedule, which ends as it begins", async () => {
    const running = await startRunning({});
    const schedule = { ...HOURLY, end_time: "2024-11-11T11:30:00+01:00" };
    await postRun(running, { schedule });
    await comeTo(running, at(10, 54));
    expect(await overdueRuns(running)).toEqual([]);
    await comeTo(running, at(11));
    expect(await overdueRuns(running)).toEqual(["p 2024-11-11T10:40:00.000Z"]);
    await postRun(running, { schedule });
    await comeTo(running, at(20));
    expect(await overdueRuns(running)).toHaveLength(1);
  });

  test("no sooner after a failure that ended at once: the longest of the last five runs counts", async () => {
    const running = await startRunning({});
    await postRun(running, { seconds: 25 * 60, schedule: HOURLY });
    await comeTo(running, at(10, 31));
    for (let run = 0; run < 4; run++) {
      await postRun(running, { status: "failed", seconds: 1, schedule: HOURLY });
      await comeTo(running, at(11 + run, 31));
    }
    expect(await overdueRuns(running)).toEqual([]);
    await comeTo(running, at(15, 11));
    expect(await overdueRuns(running)).toEqual(["p 2024-11-11T14:55:00.000Z"]);
  });

  test("by when it was heard of, where it says nothing of its times", async () => {
    const running = await startRunning({});
    await postRun(running, { isTimeless: true, schedule: HOURLY });
    await comeTo(running, at(11));
    expect(await overdueRuns(running)).toEqual(["p 2024-11-11T10:30:00.000Z"]);
  });

  test.each([
    ["two hours", at(7, 50)],
    ["three weeks", at(10) - 21 * 24 * HOUR],
  ])(
    "as the next one that begins, where the last is told of after %s and others should have come",
    async (_, stopped) => {
      const running = await startRunning({});
      await postRun(running, { stopped, schedule: HOURLY });
      await comeTo(running, at(10, 54));
      expect(await overdueRuns(running)).toEqual([]);
      await comeTo(running, at(10, 56));
      expect(await overdueRuns(running)).toEqual(["p 2024-11-11T10:40:00.000Z"]);
    },
  );

  test("as the one that may still be running, where the last is told of late", async () => {
    const running = await startRunning({});
    await running.clock.skip(39 * MINUTE);
    await postRun(running, { stopped: at(10), schedule: HOURLY });
    await comeTo(running, at(10, 56));
    expect(await overdueRuns(running)).toEqual(["p 2024-11-11T10:40:00.000Z"]);
  });
});

describe("no run is overdue", () => {
  test.each<readonly [string, object]>([
    ["whose schedule is paused", { schedule: HOURLY, isPaused: true }],
    ["that has no schedule any more", {}],
    ["after the end of its schedule", { schedule: { ...HOURLY, end_time: "2024-11-11T11:29Z" } }],
    ["by a schedule of a kind that is not known", { schedule: { kind: "lunar" } }],
    ["by a schedule that can't be read", { schedule: { kind: "cron", expression: "often" } }],
  ])("%s, though one was expected before", async (_, fields) => {
    const running = await startRunning({});
    await postRun(running, { schedule: HOURLY });
    await comeTo(running, at(10, 40));
    await postRun(running, fields);
    await running.clock.skip(48 * HOUR);
    expect(await overdueRuns(running)).toEqual([]);
  });

  test("until a run says that its schedule goes on", async () => {
    const running = await startRunning({});
    await postRun(running, { schedule: HOURLY, isPaused: true });
    await comeTo(running, at(13));
    await postRun(running, { schedule: HOURLY, isPaused: false });
    await comeTo(running, at(14));
    expect(await overdueRuns(running)).toEqual(["p 2024-11-11T13:40:00.000Z"]);
  });
});

describe("a run that seems to stop just before it should begin", () => {
  test.each([
    ["a second", at(10, 30) - 1000, 1],
    ["a minute", at(10, 29), 5],
    ["a second, after ten minutes", at(10, 30) - 1000, 600],
  ])("is that run: by %s", async (_, stopped, seconds) => {
    const running = await startRunning({});
    await postRun(running, { schedule: HOURLY });
    await comeTo(running, at(10, 31));
    await postRun(running, { stopped, seconds, schedule: HOURLY });
    await comeTo(running, at(11, 54));
    expect(await overdueRuns(running)).toEqual([]);
    await comeTo(running, at(11, 56));
    expect(await overdueRuns(running)).toEqual(["p 2024-11-11T11:40:00.000Z"]);
  });

  test.each([
    ["by more than a minute", at(10, 29) - 1000, 5],
    ["where it lasted from the start before", at(10, 30) - 1000, 55 * 60],
  ])("is another %s", async (_, stopped, seconds) => {
    const running = await startRunning({});
    await comeTo(running, at(10, 30));
    await postRun(running, { stopped, seconds, schedule: HOURLY });
    await comeTo(running, at(12));
    const due = new Date(at(10, 30) + seconds * 1000).toISOString();
    expect(await overdueRuns(running)).toEqual([`p ${due}`]);
  });
});

describe("runs that come out of order", () => {
  test("leave what is expected as the one said that stopped last", async () => {
    const running = await startRunning({});
    await postRun(running, { schedule: HOURLY });
    await comeTo(running, at(10, 45));
    await postRun(running, { schedule: HOURLY });
    const paused = { schedule: HOURLY, isPaused: true };
    await postRun(running, { stopped: at(10, 20), ...paused });
    await comeTo(running, at(12));
    expect(await overdueRuns(running)).toEqual(["p 2024-11-11T11:40:00.000Z"]);
  });

  test("are not told as overdue where the later one came first", async () => {
    const running = await startRunning({});
    await postRun(running, { schedule: HOURLY });
    await comeTo(running, at(10, 50));
    await postRun(running, { schedule: HOURLY, stopped: at(10, 45) });
    await postRun(running, { schedule: HOURLY, stopped: at(10, 40) });
    await comeTo(running, at(11, 50));
    expect(await overdueRuns(running)).toEqual([]);
  });
});
