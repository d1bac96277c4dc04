import { describe, expect, test } from "vitest";
import type { Destination } from "./destination.ts";
import { bell } from "./testing/bell-channel.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { type MoodyReceiver, startMoody } from "./testing/moody-receiver.ts";
import { keysOf, syncsOf } from "./testing/receiver.ts";
import { type RunningEngine, bellAt, restarted, startRunning } from "./testing/running-engine.ts";
import { decisionsOf, postRun, reasonFor } from "./testing/runs.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Half an hour from ten on, where the clock begins. */
const HOLD = { mute: { hours: "10:00-10:30", timezone: "UTC", drops: false } };
const DROP = { mute: { ...HOLD.mute, drops: true } };

interface Started extends RunningEngine {
  readonly receiver: MoodyReceiver;
  /** Makes its destination one with another subscription. */
  readonly change: (more: Partial<Destination>) => Promise<void>;
}

async function start(more: Partial<Destination>, now?: number): Promise<Started> {
  const clock = new ManualClock(now);
  const receiver = await startMoody(clock);
  receiver.status = 200;
  const plain = bellAt(receiver.url);
  const allow = ["127.0.0.0/8"];
  const running = await startRunning({ clock, allow, destinations: [{ ...plain, ...more }] });
  const change: Started["change"] = (other) =>
    running.engine.configure({ allow, destinations: [{ ...plain, ...other }] });
  return { ...running, receiver, change };
}

const at = (hour: number, minute = 0): number => Date.UTC(2024, 10, 11, hour, minute);

describe("hours that hold", () => {
  test("let out what came in them at their very end, once, in the order in which it came", async () => {
    const oneAtATime = bell({ limits: { concurrency: 1, dropsRepeats: true } });
    const running = await start({ ...HOLD, channel: oneAtATime });
    const { clock, quiet, receiver } = running;
    const owed: string[] = [];
    for (let minute = 0; minute < 20; minute++) {
      const { deliveries } = await postRun(running, { task: `p${minute % 3}` });
      owed.push(deliveries["ops"] ?? "");
      await clock.advance(MINUTE);
    }
    await clock.advance(10 * MINUTE - 1);
    await quiet();
    expect(receiver.requests).toEqual([]);
    await clock.advance(1);
    await quiet();
    expect(keysOf(receiver)).toEqual(owed);
    await running.pass(24 * HOUR);
    expect(receiver.requests).toHaveLength(20);
  });

  test("make a delivery that is due at their end, and say so in the decision", async () => {
    const running = await start(HOLD);
    const { id, deliveries } = await postRun(running);
    expect(await decisionsOf(running, id)).toEqual(["deliver"]);
    expect(await reasonFor(running, id)).toBe(
      "muted, and held until 2024-11-11T10:30Z; no rule: hears of every event",
    );
    expect((await running.delivery(deliveries["ops"] ?? "")).dueAt).toBe(at(10, 30));
  });

  test("leave alone what comes before they begin, and at their end", async () => {
    const running = await start(HOLD, at(9, 59));
    await postRun(running);
    await running.quiet();
    expect(running.receiver.times).toEqual([at(9, 59)]);
    await running.pass(31 * MINUTE, MINUTE);
    await postRun(running);
    await running.quiet();
    expect(running.receiver.times).toEqual([at(9, 59), at(10, 30)]);
  });

  test("hold what was tried before them and failed, too", async () => {
    const running = await start(HOLD, at(9, 59));
    running.receiver.status = 503;
    await postRun(running);
    await running.pass(MINUTE, 20_000);
    running.receiver.status = 200;
    const before = running.receiver.times.length;
    expect(before).toBeGreaterThan(0);
    await running.pass(2 * HOUR, MINUTE);
    expect(running.receiver.times.slice(before)).toEqual([at(10, 30)]);
  });

  test("are no reason not to make the attempt that somebody asks for", async () => {
    const running = await start(HOLD);
    const { deliveries } = await postRun(running);
    await running.engine.retry(deliveries["ops"] ?? "");
    await running.quiet();
    await running.pass(HOUR);
    expect(running.receiver.times).toEqual([at(10)]);
  });

  test("outlive a restart: what they hold goes out at their end", async () => {
    const first = await start(HOLD);
    await postRun(first);
    const destinations = [{ ...bellAt(first.receiver.url), ...HOLD }];
    const second = await restarted(first, { destinations });
    await second.pass(HOUR);
    expect(first.receiver.times).toEqual([at(10, 30)]);
  });
});

describe("what is not worth delivering at the end of the hours", () => {
  test("is expired from the start where that is known", async () => {
    const running = await start({ ...HOLD, expireMs: 30 * MINUTE });
    const { id, deliveries } = await postRun(running);
    expect([await decisionsOf(running, id), deliveries]).toEqual([["expired"], {}]);
    await running.pass(MINUTE);
    expect(await decisionsOf(running, (await postRun(running)).id)).toEqual(["deliver"]);
    await running.pass(HOUR);
    expect(running.receiver.times).toEqual([at(10, 30)]);
  });

  test("expires in them where it was tried before", async () => {
    const running = await start({ ...HOLD, expireMs: 10 * MINUTE }, at(9, 59));
    running.receiver.status = 503;
    const { deliveries } = await postRun(running);
    await running.pass(40_000);
    const before = running.receiver.requests.length;
    await running.pass(2 * HOUR, MINUTE);
    expect((await running.delivery(deliveries["ops"] ?? "")).state).toBe("expired");
    expect(running.receiver.requests).toHaveLength(before);
  });
});

describe("hours that drop", () => {
  test("make no delivery, and say so in the decision", async () => {
    const running = await start(DROP);
    const { id, deliveries } = await postRun(running);
    expect([await decisionsOf(running, id), deliveries]).toEqual([["muted"], {}]);
    expect(await reasonFor(running, id)).toBe(
      "muted until 2024-11-11T10:30Z, and dropped; no rule: hears of every event",
    );
    await running.pass(HOUR);
    expect(running.receiver.requests).toEqual([]);
  });

  test("hold what waited when they began", async () => {
    const running = await start(DROP, at(9, 59));
    await running.engine.destinations.setState("ops", "paused");
    await postRun(running, { sync: "before" });
    await running.pass(2 * MINUTE, MINUTE);
    await running.engine.destinations.setState("ops", "active");
    await postRun(running, { sync: "within" });
    await running.pass(HOUR, MINUTE);
    expect(running.receiver.times).toEqual([at(10, 30)]);
    expect(syncsOf(running.receiver)).toEqual(["before"]);
  });

  test("end a failure that waited when its recovery comes within them: nobody is told what is over", async () => {
    const running = await start({ ...DROP, notify: ["broke", "recovered"] }, at(9, 59));
    await running.engine.destinations.setState("ops", "paused");
    const failure = await postRun(running, { status: "failed" });
    await running.pass(2 * MINUTE, MINUTE);
    await running.engine.destinations.setState("ops", "active");
    const recovery = await postRun(running);
    await running.pass(HOUR, MINUTE);
    expect(running.receiver.requests).toEqual([]);
    expect(await decisionsOf(running, failure.id)).toEqual(["superseded"]);
    expect(await decisionsOf(running, recovery.id)).toEqual(["muted"]);
  });

  test("leave untold a failure, and so its recovery after them", async () => {
    const running = await start({ ...DROP, notify: ["broke", "recovered"] });
    await postRun(running, { status: "failed" });
    await running.pass(HOUR);
    expect(await decisionsOf(running, (await postRun(running)).id)).toEqual(["filtered"]);
    expect(running.receiver.requests).toEqual([]);
  });
});

describe("hours that are changed in the config", () => {
  test("where they are taken out are over: what they held goes out", async () => {
    const running = await start(HOLD);
    const held = await postRun(running, { task: "a" });
    await running.pass(10 * MINUTE, MINUTE);
    await running.change({});
    await running.quiet();
    const free = await postRun(running, { task: "b" });
    await running.pass(HOUR, MINUTE);
    expect(keysOf(running.receiver)).toEqual([held.deliveries["ops"], free.deliveries["ops"]]);
    expect(running.receiver.times).toEqual([at(10, 10), at(10, 10)]);
  });

  test("where they are made longer hold what they held until they end now", async () => {
    const running = await start(HOLD);
    await postRun(running);
    await running.change({ mute: { ...HOLD.mute, hours: "10:00-12:00" } });
    await running.pass(3 * HOUR, MINUTE);
    expect(running.receiver.times).toEqual([at(12)]);
  });

  test("where they are put in hold what is owed already", async () => {
    const running = await start({});
    await running.engine.destinations.setState("ops", "paused");
    await postRun(running);
    await running.change(HOLD);
    await running.engine.destinations.setState("ops", "active");
    await running.pass(HOUR, MINUTE);
    expect(running.receiver.times).toEqual([at(10, 30)]);
  });
});
