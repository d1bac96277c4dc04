import type { Schedule } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { startReceiver } from "./testing/receiver.ts";
import { rule } from "./testing/rules.ts";
import { type RunningEngine, bellAt, restarted, startRunning } from "./testing/running-engine.ts";
import { decisionsOf, linesOf, overdueNotices, overdueRuns, postRun } from "./testing/runs.ts";
import { watchedStore } from "./testing/watched-store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Runs at half past each hour: after the run at ten the next is overdue at five to eleven. */
const HOURLY: Schedule = { kind: "interval", hours: 1, start_time: "2024-11-01T00:30:00Z" };
const FIRST = "p 2024-11-11T10:40:00.000Z";
const LATE_RUNS = { when: rule({ event_type: "sync.overdue" }) };

const at = (hour: number, minute = 0): number => Date.UTC(2024, 10, 11, hour, minute);

async function comeTo({ clock, pass }: RunningEngine, moment: number): Promise<void> {
  await pass(moment - clock.now(), 10 * MINUTE);
}

describe("an overdue run is told once", () => {
  test("for the first of several that did not come, though the clock goes over all of them at once", async () => {
    const receiver = await startReceiver();
    const destinations = [{ ...bellAt(receiver.url), ...LATE_RUNS }];
    const running = await startRunning({ destinations });
    await postRun(running, { schedule: HOURLY });
    await running.clock.skip(8 * HOUR);
    await comeTo(running, at(22));
    expect(await overdueRuns(running)).toEqual([FIRST]);
    expect(receiver.requests).toHaveLength(1);
  });

  test("and the next one again, after a run has come", async () => {
    const running = await startRunning({});
    await postRun(running, { schedule: HOURLY });
    await comeTo(running, at(13));
    await postRun(running, { schedule: HOURLY });
    await comeTo(running, at(15));
    expect(await overdueRuns(running)).toEqual([FIRST, "p 2024-11-11T13:40:00.000Z"]);
  });

  test("where an older run comes, or the last one once more, after the notice", async () => {
    const running = await startRunning({});
    await postRun(running, { schedule: HOURLY, sync: "last" });
    await comeTo(running, at(11));
    await postRun(running, { schedule: HOURLY, stopped: at(9, 45) });
    await postRun(running, { schedule: HOURLY, stopped: at(10), sync: "last", message: "again" });
    await comeTo(running, at(20));
    expect(await overdueRuns(running)).toEqual([FIRST]);
  });

  test("over a restart after the notice", async () => {
    const receiver = await startReceiver();
    const options = { destinations: [{ ...bellAt(receiver.url), ...LATE_RUNS }] };
    const first = await startRunning(options);
    await postRun(first, { schedule: HOURLY });
    await comeTo(first, at(11));
    const second = await restarted(first, options);
    await comeTo(second, at(15));
    expect(await overdueRuns(second)).toEqual([FIRST]);
    expect(receiver.requests).toHaveLength(1);
  });

  test.each([
    ["that is over before the run is overdue", 0],
    ["that lasts until after that", 3 * HOUR],
  ])("over a restart %s", async (_, ms) => {
    const receiver = await startReceiver();
    const options = { destinations: [{ ...bellAt(receiver.url), ...LATE_RUNS }] };
    const first = await startRunning(options);
    await postRun(first, { schedule: HOURLY });
    await comeTo(first, at(10, 50));
    await first.engine.drain(0);
    await first.clock.skip(ms);
    const second = await restarted(first, options);
    await second.quiet();
    await comeTo(second, at(15));
    expect(await overdueRuns(second)).toEqual([FIRST]);
    expect(receiver.requests).toHaveLength(1);
  });

  test("not at all, where it comes while the notice is being written", async () => {
    const meanwhile: (() => Promise<unknown>)[] = [];
    const { store, calls } = await watchedStore((inner) => ({
      async tellOverdue(...given) {
        await meanwhile.pop()?.();
        return inner.tellOverdue(...given);
      },
    }));
    const running = await startRunning({ store });
    await postRun(running, { schedule: HOURLY });
    meanwhile.push(() => postRun(running, { schedule: HOURLY }));
    await comeTo(running, at(11));
    expect([await overdueRuns(running), calls("tellOverdue")]).toEqual([[], 1]);
    expect(running.log.map(({ message }) => message)).not.toContain("sync.overdue");
  });

  test("for each of hundreds of pipelines that are overdue at the same time", async () => {
    const running = await startRunning({});
    const tasks = Array.from({ length: 250 }, (_, index) => `p${index}`);
    await Promise.all(tasks.map((task) => postRun(running, { task, schedule: HOURLY })));
    await comeTo(running, at(10, 56));
    await running.clock.advance(1000);
    const told = (await overdueNotices(running)).map(({ said }) => said.task.id);
    expect(told.toSorted()).toEqual(tasks.toSorted());
  });
});

describe("the notice of an overdue run", () => {
  test("says what was expected, and what is known of the last run", async () => {
    const running = await startRunning({});
    await postRun(running, { status: "failed", sync: "s", schedule: HOURLY });
    await comeTo(running, at(11));
    const [notice] = await overdueNotices(running);
    expect(notice?.said).toEqual({
      event_type: "sync.overdue",
      status: "overdue",
      tenant: { id: "t", name: "Tenant t" },
      task: { id: "p", name: "Task p" },
      task_type: "pipeline",
      expected_at: "2024-11-11T10:40:00.000Z",
      grace_seconds: 900,
      last: { sync_id: "s", status: "failed", stopped_at: "2024-11-11T10:00:00.000Z" },
    });
  });

  test("reaches those whose rule names it, in whose reach its tenant is", async () => {
    const receiver = await startReceiver();
    const running = await startRunning({
      destinations: [
        { ...bellAt(receiver.url, "a-rule"), ...LATE_RUNS },
        bellAt(receiver.url, "b-everything"),
        { ...bellAt(receiver.url, "c-other-rule"), when: rule({ status: "overdue" }) },
        { ...bellAt(receiver.url, "d-its-tenant"), ...LATE_RUNS, tenant: "t" },
        { ...bellAt(receiver.url, "e-other-tenant"), ...LATE_RUNS, tenant: "u" },
      ],
    });
    await postRun(running, { schedule: HOURLY });
    await running.quiet();
    const before = receiver.requests.length;
    await comeTo(running, at(11));
    const [notice] = await overdueNotices(running);
    expect(await decisionsOf(running, notice?.id ?? "")).toEqual([
      "deliver",
      "filtered",
      "filtered",
      "deliver",
    ]);
    expect(linesOf(receiver).slice(before)).toHaveLength(2);
  });

  test("goes out in the moment in which it is raised, and not to one that is disabled", async () => {
    const receiver = await startReceiver((response) => void response.writeHead(410).end());
    const working = await startReceiver();
    const running = await startRunning({
      destinations: [
        { ...bellAt(receiver.url, "gone"), ...LATE_RUNS },
        { ...bellAt(working.url), ...LATE_RUNS },
      ],
    });
    const [gone] = running.engine.destinations.all();
    if (gone) await running.engine.destinations.test(gone);
    await running.quiet();
    await postRun(running, { schedule: HOURLY });
    await running.clock.advance(55 * MINUTE);
    await running.quiet();
    const [notice] = await overdueNotices(running);
    expect(notice?.receivedAt).toBe(running.clock.now());
    expect(await decisionsOf(running, notice?.id ?? "")).toEqual(["disabled", "deliver"]);
    expect(working.requests).toHaveLength(1);
  });

  test("is kept, and in the log, where nobody wants to hear of it", async () => {
    const receiver = await startReceiver();
    const running = await startRunning({ destinations: [bellAt(receiver.url)] });
    await postRun(running, { schedule: HOURLY });
    await comeTo(running, at(11));
    const [notice] = await overdueNotices(running);
    expect(await decisionsOf(running, notice?.id ?? "")).toEqual(["filtered"]);
    expect((await running.engine.kept.event(notice?.id ?? ""))?.deliveries).toEqual([]);
    expect(receiver.requests).toHaveLength(1);
    expect(running.log).toContainEqual({
      level: "warn",
      message: "sync.overdue",
      fields: { event: notice?.id, tenant: "t", task: "p" },
    });
  });

  test("passes by notify and repeat, which are of runs; the run that then comes is no recovery", async () => {
    const receiver = await startReceiver();
    const running = await startRunning({
      destinations: [
        {
          ...bellAt(receiver.url),
          when: rule({ event_type: ["sync.overdue", "post_sync"] }),
          notify: ["broke", "recovered"],
          repeat: { every: 2 },
        },
      ],
    });
    await postRun(running, { schedule: HOURLY });
    await comeTo(running, at(11));
    expect(linesOf(receiver)).toEqual([expect.stringMatching(/^Event: sync.overdue/)]);
    const { id } = await postRun(running, { schedule: HOURLY });
    expect(await decisionsOf(running, id)).toEqual(["filtered"]);
    expect((await running.engine.kept.event(id))?.incident?.transition).toBe("healthy");
  });

  test("does not end an incident: the failure after it goes on with the count", async () => {
    const running = await startRunning({});
    await postRun(running, { status: "failed", schedule: HOURLY });
    await comeTo(running, at(11));
    const { id } = await postRun(running, { status: "failed", schedule: HOURLY });
    expect((await running.engine.kept.event(id))?.incident).toMatchObject({
      transition: "failing",
      failures: 2,
    });
  });
});
