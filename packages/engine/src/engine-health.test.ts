import { describe, expect, test } from "vitest";
import { newPlace, openStore } from "./testing/opened-store.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { ownEvents, ownStatuses } from "./testing/own-events.ts";
import { bellAt, restarted, startRunning } from "./testing/running-engine.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe("a destination that fails five times in a row", () => {
  test("is said to be failing once, and once to have recovered", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    const { post, pass, engine, reached } = await startRunning({
      clock,
      destinations: [bellAt(receiver.url)],
    });
    const start = clock.now();
    const [id = ""] = await post();
    await pass(10 * MINUTE);
    expect(receiver.requests).toHaveLength(4);
    expect(await ownStatuses(engine)).toEqual([]);
    expect(engine.destinations.get("ops")?.health).toMatchObject({ failures: 4, failing: false });

    await pass(25 * MINUTE);
    expect(receiver.requests).toHaveLength(5);
    const [failing] = await ownEvents(engine);
    const fifth = start + 12 * MINUTE + 35 * SECOND;
    expect(failing).toMatchObject({ type: "destination.failing", receivedAt: fifth, test: false });
    expect(failing?.said).toEqual({
      event_type: "destination.failing",
      status: "failing",
      destination: {
        id: "ops",
        channel: "bell",
        failures: 5,
        failing_since: new Date(start).toISOString(),
        reason: "answered 503",
      },
    });

    receiver.status = 200;
    await pass(60 * MINUTE);
    await reached(id, "delivered");
    expect(await ownStatuses(engine)).toEqual(["failing", "recovered"]);
    expect((await ownEvents(engine))[1]?.said.destination).toMatchObject({
      failures: 0,
      failing_since: null,
      reason: null,
    });
    await post();
    await pass(60 * MINUTE);
    expect(await ownStatuses(engine)).toEqual(["failing", "recovered"]);
    expect(engine.destinations.get("ops")?.health).toMatchObject({ failures: 0, failing: false });
  });

  test("four times is nothing that anybody hears of", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    const { post, pass, engine, reached } = await startRunning({
      clock,
      destinations: [bellAt(receiver.url)],
    });
    for (let round = 0; round < 3; round++) {
      receiver.status = 503;
      const [id = ""] = await post();
      await pass(10 * MINUTE);
      receiver.status = 200;
      await pass(20 * MINUTE);
      expect((await reached(id, "delivered")).attempts).toHaveLength(5);
    }
    expect(await ownStatuses(engine)).toEqual([]);
    expect(engine.destinations.get("ops")?.health.failures).toBe(0);
  });

  test("is probed by one message at a time, less and less often, whatever it is owed", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    const { post, pass, engine } = await startRunning({
      clock,
      destinations: [bellAt(receiver.url)],
    });
    for (let event = 0; event < 60; event++) await post();
    await pass(10 * MINUTE);
    expect(await ownStatuses(engine)).toEqual(["failing"]);
    const probes = receiver.times.slice(-9);
    const waits = probes.slice(1).map((time, index) => (time - (probes[index] ?? 0)) / SECOND);
    expect(waits).toEqual([1, 2, 5, 10, 30, 60, 120, 300]);
    receiver.status = 200;
    await pass(10 * MINUTE);
    expect(new Set(receiver.requests.map(({ headers }) => headers["x-key"])).size).toBe(60);
    expect(await ownStatuses(engine)).toEqual(["failing", "recovered"]);
  });

  test("stays so over a restart, with the hold that it had", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    const options = { clock, destinations: [bellAt(receiver.url)] };
    const first = await startRunning(options);
    for (let event = 0; event < 20; event++) await first.post();
    await first.pass(MINUTE);
    const { health } = first.engine.destinations.get("ops") ?? {};
    expect(health).toMatchObject({ failing: true, probes: 6 });
    const asked = receiver.requests.length;

    const second = await restarted(first, options);
    expect(second.engine.destinations.get("ops")?.health).toEqual(health);
    await second.pass((health?.holdUntil ?? 0) - clock.now() - 1);
    expect(receiver.requests).toHaveLength(asked);
    await second.pass(1);
    expect(receiver.requests).toHaveLength(asked + 1);
    expect(second.engine.destinations.get("ops")?.health).toMatchObject({ probes: 7 });
    receiver.status = 200;
    await second.pass(10 * MINUTE);
    expect(await ownStatuses(second.engine)).toEqual(["failing", "recovered"]);
  });
});

test("Retry-After of one message holds up the others of its destination", async () => {
  const clock = new ManualClock();
  const receiver = await startMoody(clock);
  Object.assign(receiver, { status: 429, headers: { "retry-after": "90" } });
  const { post, pass } = await startRunning({ clock, destinations: [bellAt(receiver.url)] });
  await post();
  await pass(SECOND);
  receiver.status = 200;
  await post();
  await pass(89 * SECOND - 1);
  expect(receiver.requests).toHaveLength(1);
  await pass(1);
  expect(receiver.requests).toHaveLength(3);
});

describe("what is said of a destination is written down with the attempt that shows it", () => {
  test("or not at all, where that can't be written down", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    receiver.status = 410;
    const inner = await openStore(await newPlace());
    let isBroken = true;
    const { post, quiet, engine, delivery, log } = await startRunning({
      clock,
      destinations: [bellAt(receiver.url)],
      store: {
        ...inner,
        record: (records, judge) =>
          inner.record(records, (...given) => {
            const judgement = judge(...given);
            if (isBroken) throw new Error("killed before the commit");
            return judgement;
          }),
      },
    });
    const [id = ""] = await post();
    const isRefused = (): boolean => log.some(({ message }) => message.includes("take a record"));
    while (!isRefused()) await clock.advance(0);
    expect((await delivery(id)).attempts).toEqual([]);
    expect(await ownStatuses(engine)).toEqual([]);
    expect(engine.destinations.get("ops")).toMatchObject({ state: "active" });
    isBroken = false;
    await clock.advance(SECOND);
    await quiet();
    expect((await delivery(id)).attempts).toMatchObject([{ number: 1, outcome: "gone" }]);
    expect(await ownStatuses(engine)).toEqual(["disabled"]);
    expect(engine.destinations.get("ops")).toMatchObject({ state: "disabled" });
    expect(receiver.requests).toHaveLength(1);
  });
});
