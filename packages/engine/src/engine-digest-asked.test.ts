import { describe, expect, test } from "vitest";
import type { Destination } from "./destination.ts";
import { digestsOf, telling } from "./testing/digest-bell.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { type MoodyReceiver, startMoody } from "./testing/moody-receiver.ts";
import { keysOf } from "./testing/receiver.ts";
import { type RunningEngine, bellAt, startRunning } from "./testing/running-engine.ts";
import { linesOf, postRun } from "./testing/runs.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Started extends RunningEngine {
  readonly receiver: MoodyReceiver;
}

/** An engine with a destination whose digests are of ten minutes, at a receiver that takes them. */
async function start(more: Partial<Destination> = {}): Promise<Started> {
  const clock = new ManualClock();
  const receiver = await startMoody(clock);
  receiver.status = 200;
  const destinations = [
    { ...bellAt(receiver.url, "ops", telling()), digest: { windowMs: 10 * MINUTE }, ...more },
  ];
  return { ...(await startRunning({ clock, destinations })), receiver };
}

describe("a digest that somebody asks for", () => {
  test("before its time is sent as it is, and closed: what comes then opens another", async () => {
    const running = await start();
    const { engine, receiver, quiet } = running;
    const { deliveries } = await postRun(running, { task: "a" });
    await engine.retry(deliveries["ops"] ?? "");
    await quiet();
    expect(digestsOf(receiver).map(({ events }) => events)).toEqual([1]);
    const next = await postRun(running, { task: "b" });
    expect(next.deliveries).not.toEqual(deliveries);
    await running.pass(HOUR);
    expect(digestsOf(receiver).map(({ events }) => events)).toEqual([1, 1]);
  });

  test("to be cancelled is never sent, and what comes then opens another", async () => {
    const running = await start();
    const { deliveries } = await postRun(running, { task: "a" });
    await running.engine.cancel(deliveries["ops"] ?? "");
    await postRun(running, { task: "b" });
    await running.pass(HOUR);
    const told = digestsOf(running.receiver).map(({ lines }) => lines.map((line) => line.task_id));
    expect(told).toEqual([["b"]]);
  });

  test("to be replayed after it failed for good is the same, whole; an event of it comes by itself", async () => {
    const running = await start();
    const { receiver } = running;
    receiver.status = 400;
    await postRun(running, { task: "a" });
    const { id, deliveries } = await postRun(running, { task: "b" });
    await running.pass(11 * MINUTE);
    expect((await running.delivery(deliveries["ops"] ?? "")).state).toBe("failed");
    receiver.status = 200;
    await running.engine.replays.destination("ops", { since: 0 });
    await running.pass(1000, 25);
    const [failed, again, ...others] = receiver.requests;
    expect([again?.body, others]).toEqual([failed?.body, []]);
    expect(digestsOf(receiver)[1]).toMatchObject({ events: 2 });
    expect(new Set(keysOf(receiver)).size).toBe(2);

    const event = await running.engine.kept.event(id);
    if (event) await running.engine.replays.event(event);
    await running.quiet();
    expect(linesOf(receiver).slice(2)).toEqual([expect.stringMatching(/Pipeline: Task b/)]);
  });
});

test("a digest is worth delivering for as long as its destination says, from its closing on", async () => {
  const running = await start({ expireMs: 5 * MINUTE });
  await running.engine.destinations.setState("ops", "paused");
  const { deliveries } = await postRun(running);
  const id = deliveries["ops"] ?? "";
  await running.pass(15 * MINUTE - 1);
  expect((await running.delivery(id)).state).toBe("pending");
  await running.pass(MINUTE);
  expect((await running.delivery(id)).state).toBe("expired");
});
