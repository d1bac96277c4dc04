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
  /** Makes its destination one with another subscription. */
  readonly change: (more: Partial<Destination>) => Promise<void>;
}

async function start(more: Partial<Destination>): Promise<Started> {
  const clock = new ManualClock();
  const receiver = await startMoody(clock);
  receiver.status = 200;
  const plain = bellAt(receiver.url, "ops", telling());
  const allow = ["127.0.0.0/8"];
  const running = await startRunning({ clock, allow, destinations: [{ ...plain, ...more }] });
  const change: Started["change"] = (other) =>
    running.engine.configure({ allow, destinations: [{ ...plain, ...other }] });
  return { ...running, receiver, change };
}

const at = (hour: number, minute = 0): number => Date.UTC(2024, 10, 11, hour, minute);

describe("a digest in the config", () => {
  test("that is taken out sends what it has at its time, and what comes then at once", async () => {
    const running = await start({ digest: { windowMs: HOUR } });
    const open = await postRun(running, { task: "a" });
    await running.pass(10 * MINUTE);
    await running.change({});
    const plain = await postRun(running, { task: "b" });
    expect(await decisionsOf(running, plain.id)).toEqual(["deliver"]);
    await running.pass(3 * HOUR);
    expect(running.receiver.times).toEqual([at(10, 10), at(11)]);
    expect(keysOf(running.receiver)).toEqual([plain.deliveries["ops"], open.deliveries["ops"]]);
    expect(digestsOf(running.receiver)).toMatchObject([{ events: 1 }]);
  });

  test("that is added gathers what comes from then on; what was owed before goes out as it was", async () => {
    const running = await start({});
    await running.engine.destinations.setState("ops", "paused");
    const plain = await postRun(running, { task: "a" });
    await running.change({ digest: { windowMs: HOUR } });
    const open = await postRun(running, { task: "b" });
    await running.engine.destinations.setState("ops", "active");
    await running.pass(3 * HOUR);
    expect(running.receiver.times).toEqual([at(10), at(11)]);
    expect(keysOf(running.receiver)).toEqual([plain.deliveries["ops"], open.deliveries["ops"]]);
    expect(digestsOf(running.receiver)).toMatchObject([{ events: 1 }]);
  });

  test("of another length is the next one's: the open one closes at its time, with what comes until then", async () => {
    const running = await start({ digest: { windowMs: HOUR } });
    await postRun(running, { task: "a" });
    await running.change({ digest: { windowMs: 5 * MINUTE } });
    await running.pass(30 * MINUTE);
    await postRun(running, { task: "b" });
    await running.pass(31 * MINUTE);
    await postRun(running, { task: "c" });
    await running.pass(HOUR);
    expect(running.receiver.times).toEqual([at(11), at(11, 6)]);
    expect(digestsOf(running.receiver).map(({ events }) => events)).toEqual([2, 1]);
  });

  test("that is taken out and put back goes on with the one that is open", async () => {
    const running = await start({ digest: { windowMs: HOUR } });
    await postRun(running, { task: "a" });
    await running.change({});
    await running.change({ digest: { windowMs: HOUR } });
    await postRun(running, { task: "b" });
    await running.pass(3 * HOUR);
    expect(digestsOf(running.receiver).map(({ events }) => events)).toEqual([2]);
  });

  test("goes to where its destination is reached then", async () => {
    const running = await start({ digest: { windowMs: HOUR } });
    const other = await startMoody(running.clock);
    other.status = 200;
    await postRun(running);
    await running.change({ config: { url: other.url, token: "t" }, digest: { windowMs: HOUR } });
    await running.pass(2 * HOUR);
    expect([running.receiver.times, other.times]).toEqual([[], [at(11)]]);
  });
});
