import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import type { Destination } from "./destination.ts";
import { startMortal } from "./testing/mortal-engine.ts";
import { type Receiver, startReceiver } from "./testing/receiver.ts";
import { rule } from "./testing/rules.ts";
import { type RunningEngine, bellAt, startRunning } from "./testing/running-engine.ts";
import { decisionsOf, linesOf, postRun, reasonFor } from "./testing/runs.ts";
import { until } from "./testing/until.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const CHANGES = { when: rule({ status: "failed" }), notify: ["broke", "recovered"] } as const;

/** A receiver that answers what it is told to, or, at `undefined`, when the test does. */
interface Steered extends Receiver {
  status: number | undefined;
  readonly open: ServerResponse[];
}

async function startSteered(): Promise<Steered> {
  const open: ServerResponse[] = [];
  const steer: { status: number | undefined } = { status: 200 };
  const receiver = await startReceiver((response) => {
    if (steer.status === undefined) open.push(response);
    else response.writeHead(steer.status).end();
  });
  return Object.assign(steer, receiver, { open });
}

interface Started extends RunningEngine {
  readonly receiver: Steered;
}

async function start(more: Partial<Destination> = CHANGES): Promise<Started> {
  const receiver = await startSteered();
  const destinations = [{ ...bellAt(receiver.url), ...more }];
  return { ...(await startRunning({ destinations })), receiver };
}

/** How the runs ended that were told, message by message. */
const statusesOf = (receiver: Receiver): readonly string[] =>
  linesOf(receiver).map((line) => /^Status: ([^|]+) \|/.exec(line)?.[1] ?? line);

const BOTH = "failed, then succeeded";

describe("a recovery that comes while the failure waits is told with it, in one message", () => {
  test.each<readonly [string, Partial<Destination>, (running: Started) => Promise<unknown>]>([
    ["for a pause", {}, ({ engine }) => engine.destinations.setState("ops", "paused")],
    [
      "for muted hours",
      { mute: { hours: "10:00-10:30", timezone: "UTC", drops: false } },
      () => Promise.resolve(),
    ],
    [
      "to be tried again",
      {},
      ({ receiver }) => {
        receiver.status = 503;
        return Promise.resolve();
      },
    ],
  ])("%s", async (_, more, hold) => {
    const running = await start({ ...CHANGES, ...more });
    const { engine, receiver, pass } = running;
    await hold(running);
    const failure = await postRun(running, { status: "failed" });
    await pass(2 * MINUTE, SECOND);
    const before = receiver.requests.length;
    receiver.status = 200;
    const recovery = await postRun(running);
    expect(await decisionsOf(running, failure.id)).toEqual(["superseded"]);
    await engine.destinations.setState("ops", "active");
    await pass(HOUR);
    expect(statusesOf(receiver).slice(before)).toEqual([BOTH]);
    expect(await reasonFor(running, failure.id)).toContain(recovery.id);
    expect(await running.delivery(failure.deliveries["ops"] ?? "")).toMatchObject({
      state: "cancelled",
      reason: expect.stringContaining(recovery.id) as string,
    });
    expect(await decisionsOf(running, recovery.id)).toEqual(["deliver"]);
  });

  test("of several failures that wait: all of them, and the last is the one that is told", async () => {
    const running = await start({ notify: ["broke", "failing", "recovered"] });
    await running.engine.destinations.setState("ops", "paused");
    const failures = [];
    for (const stopped of [1, 2, 3]) {
      const ended = running.clock.now() - HOUR + stopped * MINUTE;
      failures.push(await postRun(running, { status: `failed`, stopped: ended }));
    }
    await postRun(running);
    await running.engine.destinations.setState("ops", "active");
    await running.pass(MINUTE);
    expect(statusesOf(running.receiver)).toEqual([BOTH]);
    // Ten minutes before the third stopped.
    expect(linesOf(running.receiver)[0]).toContain("Started: 2024-11-11 08:53:00");
    for (const { id } of failures) {
      expect(await decisionsOf(running, id)).toEqual(["superseded"]);
    }
  });

  test("each time, where a pipeline breaks and recovers twice", async () => {
    const running = await start();
    await running.engine.destinations.setState("ops", "paused");
    for (const status of ["failed", "succeeded", "failed", "succeeded"]) {
      await postRun(running, { status });
      await running.pass(MINUTE);
    }
    await running.engine.destinations.setState("ops", "active");
    await running.pass(MINUTE);
    expect(statusesOf(running.receiver)).toEqual([BOTH, BOTH]);
  });

  test("and by itself to whom it was told already", async () => {
    const receiver = await startSteered();
    const slow = await startSteered();
    const running = await startRunning({
      destinations: [
        { ...bellAt(receiver.url), ...CHANGES },
        { ...bellAt(slow.url, "slow"), ...CHANGES },
      ],
    });
    await running.engine.destinations.setState("slow", "paused");
    const { id } = await postRun(running, { status: "failed" });
    await running.pass(MINUTE);
    await postRun(running);
    await running.engine.destinations.setState("slow", "active");
    await running.pass(MINUTE);
    expect([statusesOf(receiver), statusesOf(slow)]).toEqual([["failed", "succeeded"], [BOTH]]);
    expect(await decisionsOf(running, id)).toEqual(["deliver", "superseded"]);
  });
});

describe("a recovery that comes while the failure is being sent", () => {
  /** An engine whose failure is at the receiver, which does not answer yet, and whose recovery has come. */
  async function between(): Promise<Started & { readonly recovery: string }> {
    const running = await start();
    running.receiver.status = undefined;
    await postRun(running, { status: "failed" });
    await until(() => running.receiver.open.length === 1);
    const { id, deliveries } = await postRun(running);
    const { createdAt, dueAt } = await running.delivery(deliveries["ops"] ?? "");
    expect(dueAt - createdAt).toBe(20 * SECOND);
    await running.clock.advance(3 * SECOND);
    expect(running.receiver.requests).toHaveLength(1);
    expect(await decisionsOf(running, id)).toEqual(["deliver"]);
    expect(await reasonFor(running, id)).toContain("it is being told of the failure");
    running.receiver.status = 200;
    return { ...running, recovery: id };
  }

  test.each<readonly [string, number, readonly string[], string]>([
    ["follows it at once, where it arrives", 200, ["failed", "succeeded"], "deliver"],
    ["is told with it, where it does not arrive for now", 503, ["failed", BOTH], "deliver"],
    ["is not told either, where it never will arrive", 400, ["failed"], "filtered"],
  ])("%s", async (_, status, told, decision) => {
    const running = await between();
    running.receiver.open[0]?.writeHead(status).end();
    await running.quiet();
    await running.clock.advance(0);
    await running.quiet();
    expect(statusesOf(running.receiver)).toEqual(told);
    await running.pass(HOUR);
    expect(statusesOf(running.receiver)).toEqual(told);
    expect(await decisionsOf(running, running.recovery)).toEqual([decision]);
  });

  test("is told with it, where that hangs: within twenty seconds", async () => {
    const running = await between();
    await running.clock.advance(17 * SECOND);
    await running.quiet();
    expect(statusesOf(running.receiver)).toEqual(["failed", BOTH]);
  });

  test("follows it, where the process is killed meanwhile and sends it again", async () => {
    const receiver = await startSteered();
    const options = { destinations: [{ ...bellAt(receiver.url), ...CHANGES }] };
    receiver.status = undefined;
    const first = await startMortal(options);
    await postRun(first, { status: "failed" });
    await until(() => receiver.open.length === 1);
    await postRun(first);
    await first.kill();
    receiver.status = 200;
    const second = await startMortal({ ...options, clock: first.clock, place: first.place });
    await second.quiet();
    await second.pass(HOUR, 10 * SECOND);
    // Where others share the store, the lease ends first, and by then the recovery waits no longer.
    const again = second.store.isShared ? [BOTH] : ["failed", "succeeded"];
    expect(statusesOf(receiver)).toEqual(["failed", ...again]);
  });
});

test("a failure is not told again by time while the one before is being sent", async () => {
  const running = await start({ notify: ["broke"], repeat: { afterMs: SECOND } });
  running.receiver.status = undefined;
  await postRun(running, { status: "failed" });
  await until(() => running.receiver.open.length === 1);
  await running.clock.advance(2 * SECOND);
  const { id } = await postRun(running, { status: "failed" });
  expect(await decisionsOf(running, id)).toEqual(["filtered"]);
  running.receiver.open[0]?.end();
  await running.quiet();
  await running.clock.advance(2 * SECOND);
  const { id: later } = await postRun(running, { status: "failed" });
  expect(await decisionsOf(running, later)).toEqual(["deliver"]);
});
