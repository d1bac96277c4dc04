import type { Schedule } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { startReceiver } from "./testing/receiver.ts";
import { rule } from "./testing/rules.ts";
import { type RunningEngine, bellAt, restarted, startRunning } from "./testing/running-engine.ts";
import { overdueRuns, postRun } from "./testing/runs.ts";
import { watchedStore } from "./testing/watched-store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Runs at half past each hour: after the run at ten the next is overdue at five to eleven. */
const HOURLY: Schedule = { kind: "interval", hours: 1, start_time: "2024-11-01T00:30:00Z" };

const at = (hour: number, minute = 0): number => Date.UTC(2024, 10, 11, hour, minute);

async function comeTo({ clock, pass }: RunningEngine, moment: number): Promise<void> {
  await pass(moment - clock.now());
}

/** A dispatcher that starts again at three, after five hours; each of these should have run four times. */
async function backAtThree(tasks: readonly string[], url = ""): Promise<RunningEngine> {
  const options = {
    destinations: [{ ...bellAt(url), when: rule({ event_type: "sync.overdue" }) }],
  };
  const first = await startRunning(options);
  for (const task of tasks) await postRun(first, { task, schedule: HOURLY });
  await first.engine.drain(0);
  await first.clock.skip(5 * HOUR);
  return restarted(first, options);
}

const overdue = (task: string): string => `${task} 2024-11-11T10:40:00.000Z`;

describe("after a start, nothing is told overdue in the first ten minutes", () => {
  test("and then what is so still is, once", async () => {
    const receiver = await startReceiver();
    const running = await backAtThree(["a", "b", "c"], receiver.url);
    await comeTo(running, at(15, 9));
    await running.clock.advance(59_000);
    expect(await overdueRuns(running)).toEqual([]);
    await comeTo(running, at(15, 11));
    expect((await overdueRuns(running)).toSorted()).toEqual(["a", "b", "c"].map(overdue));
    await comeTo(running, at(18));
    expect(receiver.requests).toHaveLength(3);
  });

  test("but what comes in that time is not, though it is told of late", async () => {
    const running = await backAtThree(["a", "b", "c"]);
    await postRun(running, { task: "a", schedule: HOURLY, stopped: at(14, 40) });
    await comeTo(running, at(15, 8));
    await postRun(running, { task: "b", schedule: HOURLY, stopped: at(11, 40) });
    await comeTo(running, at(15, 20));
    expect(await overdueRuns(running)).toEqual([overdue("c")]);
    await comeTo(running, at(16));
    expect((await overdueRuns(running)).slice(1).toSorted()).toEqual([
      "a 2024-11-11T15:40:00.000Z",
      "b 2024-11-11T15:40:00.000Z",
    ]);
  });

  test("also where the clock is set back by an hour meanwhile", async () => {
    const running = await backAtThree(["a"]);
    await comeTo(running, at(15, 5));
    await running.clock.leap(-HOUR);
    await running.clock.advance(MINUTE);
    expect(await overdueRuns(running)).toEqual([overdue("a")]);
  });
});

describe("while the store is away, and for ten minutes after", () => {
  test("nothing is told overdue, and then what is so still", async () => {
    const { store, down } = await watchedStore();
    const running = await startRunning({ store });
    for (const task of ["a", "b"]) await postRun(running, { task, schedule: HOURLY });
    await comeTo(running, at(10, 50));
    down.add("accept").add("expire");
    await comeTo(running, at(11, 30));
    down.clear();
    await comeTo(running, at(11, 35));
    await postRun(running, { task: "a", schedule: HOURLY, stopped: at(10, 40) });
    await comeTo(running, at(11, 39));
    expect(await overdueRuns(running)).toEqual([]);
    await comeTo(running, at(11, 41));
    expect(await overdueRuns(running)).toEqual([overdue("b")]);
  });

  test("a notice that it did not take is told", async () => {
    const { store, down } = await watchedStore();
    const running = await startRunning({ store });
    await postRun(running, { task: "a", schedule: HOURLY });
    down.add("tellOverdue");
    await comeTo(running, at(10, 56));
    down.clear();
    await comeTo(running, at(11, 4));
    expect(await overdueRuns(running)).toEqual([]);
    await comeTo(running, at(11, 6));
    expect(await overdueRuns(running)).toEqual([overdue("a")]);
  });

  test("not where something else of the upkeep fails each time", async () => {
    const { store } = await watchedStore(() => ({
      runningReplays: () => Promise.reject(new Error("a row can't be read")),
    }));
    const running = await startRunning({ store });
    await postRun(running, { task: "a", schedule: HOURLY });
    await comeTo(running, at(10, 56));
    expect(await overdueRuns(running)).toEqual([overdue("a")]);
  });
});
