import { describe, expect, test } from "vitest";
import type { Destination } from "./destination.ts";
import { digestsOf, telling } from "./testing/digest-bell.ts";
import { type Receiver, keysOf, startReceiver } from "./testing/receiver.ts";
import { rule } from "./testing/rules.ts";
import { type RunningEngine, bellAt, startRunning } from "./testing/running-engine.ts";
import { decisionsOf, linesOf, postRun } from "./testing/runs.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Started extends RunningEngine {
  readonly receiver: Receiver;
}

async function start(more: Partial<Destination>): Promise<Started> {
  const receiver = await startReceiver();
  const destinations = [{ ...bellAt(receiver.url, "ops", telling()), ...more }];
  return { ...(await startRunning({ destinations })), receiver };
}

const TEN_MINUTES = { digest: { windowMs: 10 * MINUTE } };

describe("the window of a digest", () => {
  test("begins with its first event and is over at its very end", async () => {
    const running = await start(TEN_MINUTES);
    const { clock, quiet, receiver } = running;
    await clock.advance(7 * MINUTE);
    await postRun(running, { task: "a" });
    await clock.advance(10 * MINUTE - 1);
    await postRun(running, { task: "b" });
    await quiet();
    expect(receiver.requests).toEqual([]);
    await clock.advance(1);
    await quiet();
    expect(linesOf(receiver)).toEqual(["All 2 pipelines succeeded for Tenant t in 10 minutes"]);
    expect(digestsOf(receiver)).toMatchObject([
      { since: "2024-11-11T10:07:00.000Z", seconds: 600, events: 2 },
    ]);
  });

  test("does not have in it what comes when it is over: that opens the next", async () => {
    const running = await start(TEN_MINUTES);
    const { clock, quiet, receiver } = running;
    const first = await postRun(running, { task: "a" });
    await clock.advance(10 * MINUTE);
    const second = await postRun(running, { task: "b" });
    await quiet();
    await clock.advance(10 * MINUTE);
    await quiet();
    expect(keysOf(receiver)).toEqual([first.deliveries["ops"], second.deliveries["ops"]]);
    expect(digestsOf(receiver).map(({ events }) => events)).toEqual([1, 1]);
  });

  test("is not put off by events that keep coming, and none is lost or told twice", async () => {
    const running = await start(TEN_MINUTES);
    const { clock, quiet, receiver } = running;
    for (let minute = 0; minute < 35; minute++) {
      await postRun(running, { task: `p${minute % 4}` });
      await clock.advance(MINUTE);
      await quiet();
    }
    expect(digestsOf(receiver).map(({ events }) => events)).toEqual([10, 10, 10]);
    await clock.advance(5 * MINUTE);
    await quiet();
    await clock.skip(DAY);
    await quiet();
    expect(digestsOf(receiver).map(({ events }) => events)).toEqual([10, 10, 10, 5]);
  });

  test("is of each destination by itself", async () => {
    const receiver = await startReceiver();
    const destinations = [
      { ...bellAt(receiver.url, "long"), digest: { windowMs: HOUR } },
      { ...bellAt(receiver.url, "short"), ...TEN_MINUTES },
      bellAt(receiver.url, "none"),
    ];
    const running = await startRunning({ destinations });
    const { deliveries } = await postRun(running);
    await running.pass(2 * HOUR);
    expect(keysOf(receiver)).toEqual(["none", "short", "long"].map((id) => deliveries[id]));
  });
});

describe("what a digest says", () => {
  test("of a day without a failure: that all pipelines succeeded", async () => {
    const running = await start({ digest: { windowMs: DAY } });
    for (let round = 0; round < 3; round++) {
      for (let task = 0; task < 42; task++) await postRun(running, { task: `p${task}` });
      await running.pass(5 * HOUR);
    }
    await running.pass(9 * HOUR);
    expect(linesOf(running.receiver)).toEqual(["All 42 pipelines succeeded for Tenant t in 1 day"]);
    expect(digestsOf(running.receiver)).toMatchObject([
      { events: 126, status: "succeeded", pipelines: { total: 42, succeeded: 42, failed: 0 } },
    ]);
  });

  test("of an event alone: a digest of one", async () => {
    const running = await start({ digest: { windowMs: DAY } });
    await postRun(running);
    await running.pass(DAY);
    expect(linesOf(running.receiver)).toEqual(["1 pipeline succeeded for Tenant t in 1 day"]);
  });

  test("of a storm: as many lines as there are pipelines, with the count of each", async () => {
    const running = await start(TEN_MINUTES);
    for (let run = 0; run < 300; run++) {
      const status = run % 5 === 0 ? "failed" : "succeeded";
      await postRun(running, { task: `p${run % 5}`, status, message: `out of disk ${run}` });
    }
    await running.pass(11 * MINUTE);
    const [digest, ...others] = digestsOf(running.receiver);
    expect(others).toEqual([]);
    expect(digest).toMatchObject({
      status: "failed",
      events: 300,
      pipelines: { total: 5, failed: 1 },
    });
    expect(digest?.lines.map((line) => [line.task_id, line.runs, line.failures])).toEqual([
      ["p0", 60, 60],
      ["p1", 60, 0],
      ["p2", 60, 0],
      ["p3", 60, 0],
      ["p4", 60, 0],
    ]);
    expect(digest?.lines[0]?.message).toBe("out of disk 295");
  });

  test("counts a pipeline that failed and works again as failed, and ends with its last word", async () => {
    const running = await start(TEN_MINUTES);
    for (const status of ["failed", "succeeded"]) {
      await postRun(running, { status });
      await running.pass(MINUTE);
    }
    await postRun(running, { status: "failed", stopped: running.clock.now() - HOUR });
    await running.pass(HOUR);
    const [digest] = digestsOf(running.receiver);
    expect(digest).toMatchObject({ status: "failed", pipelines: { total: 1, failed: 1 } });
    expect(digest?.lines).toMatchObject([{ runs: 3, failures: 2, status: "succeeded" }]);
  });

  test("is what the rule picks, and what a recovery ends of it", async () => {
    const when = rule({ status: "failed" });
    const running = await start({ ...TEN_MINUTES, when, notify: ["broke", "recovered"] });
    const decided: (readonly string[])[] = [];
    for (const status of ["succeeded", "failed", "failed", "succeeded", "succeeded"]) {
      await running.pass(MINUTE);
      decided.push(await decisionsOf(running, (await postRun(running, { status })).id));
    }
    expect(decided.flat()).toEqual(["filtered", "digested", "filtered", "digested", "filtered"]);
    await running.pass(HOUR);
    expect(digestsOf(running.receiver)).toMatchObject([{ events: 2 }]);
  });

  test("of two tenants' tasks with the same id: that there are two pipelines", async () => {
    const running = await start(TEN_MINUTES);
    await postRun(running, { tenant: "a", status: "failed", message: "out of disk" });
    await postRun(running, { tenant: "b", message: "all is well" });
    await running.pass(HOUR);
    expect(linesOf(running.receiver)).toEqual([
      "1 of 2 pipelines failed for 2 tenants in 10 minutes",
    ]);
    expect(digestsOf(running.receiver)[0]?.lines.map(({ message }) => message)).toEqual([
      "out of disk",
      null,
    ]);
  });

  test("is an overdue run as well, for whoever wants to hear of that: a line for each pipeline", async () => {
    const when = rule({ event_type: ["sync.overdue", "post_sync"] });
    const running = await start({ digest: { windowMs: 3 * HOUR }, when });
    const schedule = { kind: "interval", minutes: 30 };
    for (const task of ["a", "b"]) await postRun(running, { task, schedule });
    await running.pass(HOUR, MINUTE);
    await postRun(running, { task: "a", schedule });
    await running.pass(3 * HOUR, MINUTE);
    expect(digestsOf(running.receiver)).toMatchObject([
      { events: 6, notices: 2, pipelines: { total: 2 } },
    ]);
  });
});

test("a recovery is told after a digest had the failure in it, by a digest of its own", async () => {
  const running = await start({ ...TEN_MINUTES, notify: ["broke", "recovered"] });
  await postRun(running, { status: "failed" });
  await running.pass(20 * MINUTE);
  const { id } = await postRun(running);
  expect(await decisionsOf(running, id)).toEqual(["digested"]);
  await running.pass(20 * MINUTE);
  expect(linesOf(running.receiver)).toEqual([
    "1 pipeline failed for Tenant t in 10 minutes",
    "1 pipeline succeeded for Tenant t in 10 minutes",
  ]);
});

test("a failure is not told again by time while the one before is in a digest that was not sent", async () => {
  const repeat = { afterMs: 10 * MINUTE };
  const running = await start({ digest: { windowMs: HOUR }, notify: ["broke"], repeat });
  const decided: (readonly string[])[] = [];
  for (const wait of [0, 30 * MINUTE, 30 * MINUTE, 9 * MINUTE, MINUTE]) {
    await running.pass(wait);
    decided.push(await decisionsOf(running, (await postRun(running, { status: "failed" })).id));
  }
  expect(decided.flat()).toEqual(["digested", "filtered", "filtered", "filtered", "digested"]);
});
