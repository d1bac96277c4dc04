import { describe, expect, test } from "vitest";
import type { Destination } from "./destination.ts";
import { digestsOf, telling } from "./testing/digest-bell.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { type MoodyReceiver, startMoody } from "./testing/moody-receiver.ts";
import { keysOf } from "./testing/receiver.ts";
import { type RunningEngine, bellAt, startRunning } from "./testing/running-engine.ts";
import { decisionsOf, postRun } from "./testing/runs.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Started extends RunningEngine {
  readonly receiver: MoodyReceiver;
}

/** An engine with a destination whose digests are of ten minutes; the clock begins at ten, UTC. */
async function start(more: Partial<Destination> = {}): Promise<Started> {
  const clock = new ManualClock();
  const receiver = await startMoody(clock);
  receiver.status = 200;
  const destinations = [
    { ...bellAt(receiver.url, "ops", telling()), digest: { windowMs: 10 * MINUTE }, ...more },
  ];
  return { ...(await startRunning({ clock, destinations })), receiver };
}

const at = (hour: number, minute = 0): number => Date.UTC(2024, 10, 11, hour, minute);

describe("the digest of a destination", () => {
  test("that is paused waits for it, and those of the windows after it too", async () => {
    const running = await start();
    const { engine, receiver, pass } = running;
    await postRun(running, { task: "a" });
    await engine.destinations.setState("ops", "paused");
    await pass(12 * MINUTE);
    await postRun(running, { task: "b" });
    await pass(HOUR);
    expect(receiver.requests).toEqual([]);
    await engine.destinations.setState("ops", "active");
    await running.quiet();
    expect(digestsOf(receiver).map(({ since, events }) => [since, events])).toEqual([
      ["2024-11-11T10:00:00.000Z", 1],
      ["2024-11-11T10:12:00.000Z", 1],
    ]);
  });

  test("that is resumed within the window comes at its time", async () => {
    const running = await start();
    const { engine, receiver, pass } = running;
    await postRun(running);
    await engine.destinations.setState("ops", "paused");
    await pass(5 * MINUTE);
    await engine.destinations.setState("ops", "active");
    await pass(HOUR);
    expect(receiver.times).toEqual([at(10, 10)]);
  });

  test("that is disabled is not sent; what comes then is in none, and can be made up for", async () => {
    const running = await start();
    const { engine, receiver, pass, quiet, reached } = running;
    receiver.status = 410;
    await postRun(running, { task: "a" });
    await pass(10 * MINUTE);
    await quiet();
    expect(engine.destinations.get("ops")?.state).toBe("disabled");
    const later = await postRun(running, { task: "b" });
    expect(await decisionsOf(running, later.id)).toEqual(["disabled"]);
    expect(later.deliveries).toEqual({});
    await pass(HOUR);
    expect(receiver.requests).toHaveLength(1);

    receiver.status = 200;
    await engine.destinations.setState("ops", "active");
    const open = await postRun(running, { task: "c" });
    await pass(11 * MINUTE);
    await reached(open.deliveries["ops"] ?? "", "delivered");
    expect(
      digestsOf(receiver)
        .at(-1)
        ?.lines.map((line) => line.task_id),
    ).toEqual(["c"]);
    await engine.replays.destination("ops", { since: 0, until: at(11) });
    await pass(MINUTE, 1000);
    const said = receiver.requests.slice(2).map(({ body }) => body);
    expect(said).toHaveLength(2);
    expect(said.filter((body) => body.includes("digest"))).toHaveLength(1);
  });

  test("that is disabled within the window ends with what else it is owed", async () => {
    const running = await start({ fallback: "nobody" });
    const { engine, receiver, pass, delivery, quiet } = running;
    const { deliveries } = await postRun(running);
    const id = deliveries["ops"] ?? "";
    const [standing] = engine.destinations.all();
    receiver.status = 410;
    if (standing) await engine.destinations.test(standing);
    await quiet();
    expect(engine.destinations.get("ops")?.state).toBe("disabled");
    await pass(HOUR);
    expect(await delivery(id)).toMatchObject({
      state: "failed",
      reason: "the destination was disabled",
    });
    receiver.status = 200;
    await engine.destinations.setState("ops", "active");
    const next = await postRun(running);
    expect(next.deliveries["ops"]).not.toBe(id);
  });

  test("that is deleted is cancelled, and the next of the same name begins anew", async () => {
    const running = await start();
    const { engine, receiver, pass, delivery } = running;
    const { deliveries } = await postRun(running, { task: "a" });
    const destinations = engine.destinations.all().map(({ destination }) => destination);
    await engine.configure({ destinations: [], allow: ["127.0.0.0/8"] });
    await pass(MINUTE, 1000);
    expect(await delivery(deliveries["ops"] ?? "")).toMatchObject({ state: "cancelled" });
    await engine.configure({ destinations, allow: ["127.0.0.0/8"] });
    await postRun(running, { task: "b" });
    await pass(HOUR);
    expect(digestsOf(receiver).map(({ lines }) => lines.map((line) => line.task_id))).toEqual([
      ["b"],
    ]);
  });

  test("that fails is tried again, the same each time, while what comes later is in another", async () => {
    const running = await start();
    const { receiver, pass } = running;
    receiver.status = 503;
    const first = await postRun(running, { task: "a" });
    await pass(12 * MINUTE);
    const second = await postRun(running, { task: "b" });
    await pass(2 * HOUR);
    expect(running.engine.destinations.get("ops")?.health.failing).toBe(true);
    receiver.status = 200;
    await pass(12 * HOUR);
    expect(digestsOf(receiver).every(({ events }) => events === 1)).toBe(true);
    const bodies = new Map(
      keysOf(receiver).map((key, index) => [key, receiver.requests[index]?.body]),
    );
    for (const [index, key] of keysOf(receiver).entries()) {
      expect(receiver.requests[index]?.body).toBe(bodies.get(key));
    }
    for (const { deliveries } of [first, second]) {
      expect((await running.delivery(deliveries["ops"] ?? "")).state).toBe("delivered");
    }
  });
});

describe("the digest of a destination that is muted", () => {
  test("when the window ends stays open until the hours do, and says how long it was", async () => {
    const hours = { hours: "10:05-11:00", timezone: "UTC" };
    const running = await start({ mute: { ...hours, drops: false } });
    const { receiver, pass } = running;
    await postRun(running, { task: "a" });
    await pass(45 * MINUTE);
    await postRun(running, { task: "b" });
    await pass(2 * HOUR);
    expect(receiver.times).toEqual([at(11)]);
    expect(digestsOf(receiver)).toMatchObject([{ events: 2, seconds: 3600 }]);
  });

  test("when it opens closes at its time, where the hours are over by then", async () => {
    const hours = { hours: "09:00-10:05", timezone: "UTC" };
    const running = await start({ mute: { ...hours, drops: false } });
    await postRun(running);
    await running.pass(HOUR);
    expect(running.receiver.times).toEqual([at(10, 10)]);
  });

  test("by hours that drop has in it what came before them, and is held until they end", async () => {
    const hours = { hours: "10:05-11:00", timezone: "UTC" };
    const running = await start({ mute: { ...hours, drops: true } });
    await postRun(running, { task: "a" });
    await running.pass(6 * MINUTE);
    const { id } = await postRun(running, { task: "b" });
    expect(await decisionsOf(running, id)).toEqual(["muted"]);
    await running.pass(2 * HOUR);
    expect(running.receiver.times).toEqual([at(11)]);
    expect(digestsOf(running.receiver)).toMatchObject([{ events: 1 }]);
  });
});
