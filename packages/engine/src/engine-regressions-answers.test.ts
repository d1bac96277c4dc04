import { describe, expect, test } from "vitest";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { ownStatuses } from "./testing/own-events.ts";
import { type Receiver, startReceiver, syncsOf } from "./testing/receiver.ts";
import { bellAt, restarted, startRunning } from "./testing/running-engine.ts";
import { until } from "./testing/until.ts";

const MINUTE = 60_000;

/** A receiver that answers a request only when a test says with what. */
async function startHolding(): Promise<
  Receiver & { answer: (index: number, status: number) => void }
> {
  const answers: ((status: number) => void)[] = [];
  const receiver = await startReceiver((response) => {
    answers.push((status) => void response.writeHead(status).end());
  });
  return { ...receiver, answer: (index, status) => answers[index]?.(status) };
}

describe("an attempt that began before a destination was changed", () => {
  test.each([410, 503, 401])("says nothing of what it is now: answered %d", async (status) => {
    const old = await startHolding();
    const next = await startReceiver();
    const { engine, clock, post, quiet, reached, attempted } = await startRunning({});
    await engine.destinations.put(bellAt(old.url, "dst_1"), "one");
    const [late = ""] = await post();
    await until(() => old.requests.length === 1);
    await clock.advance(1);
    await engine.destinations.put(bellAt(next.url, "dst_1"), "two");

    old.answer(0, status);
    expect((await attempted(late, 1)).attempts).toMatchObject([{ status }]);
    await quiet();
    expect(engine.destinations.get("dst_1")).toMatchObject({
      state: "active",
      health: { failures: 0, failing: false },
    });
    for (const [id = ""] of [await post(), await post()]) {
      expect((await reached(id, "delivered")).attemptCount).toBe(1);
    }
    expect(syncsOf(next)).toEqual(["sync-2", "sync-3"]);
    expect(await ownStatuses(engine)).toEqual([]);
  });
});

describe("an attempt that began before a destination was made active again", () => {
  test.each([410, 503, 401])("says nothing of what it is now: answered %d", async (status) => {
    const receiver = await startHolding();
    const { engine, clock, post, quiet, attempted } = await startRunning({
      destinations: [bellAt(receiver.url)],
    });
    await post();
    const [late = ""] = await post();
    await until(() => receiver.requests.length === 2);
    const isFirst = syncsOf(receiver)[0] === "sync-1";
    receiver.answer(isFirst ? 0 : 1, 410);
    await until(() => engine.destinations.get("ops")?.state === "disabled");
    await clock.advance(1);
    await engine.destinations.setState("ops", "active");

    receiver.answer(isFirst ? 1 : 0, status);
    expect((await attempted(late, 1)).attempts).toMatchObject([{ status }]);
    await quiet();
    expect(engine.destinations.get("ops")).toMatchObject({
      state: "active",
      health: { failures: 0 },
    });
    expect(await post()).toHaveLength(1);
    expect(await ownStatuses(engine)).toEqual(["disabled"]);
  });
});

describe("that a destination works again is told", () => {
  test("after it was disabled and made active again, with the first message that arrives", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    receiver.status = 410;
    const { engine, post, quiet } = await startRunning({
      clock,
      destinations: [bellAt(receiver.url)],
    });
    await post();
    await quiet();
    await clock.advance(MINUTE);
    receiver.status = 200;
    await engine.destinations.setState("ops", "active");
    await quiet();
    expect(await ownStatuses(engine)).toEqual(["disabled"]);
    for (let event = 0; event < 2; event++) {
      await post();
      await quiet();
    }
    expect(await ownStatuses(engine)).toEqual(["disabled", "recovered"]);
    expect(engine.destinations.get("ops")).toMatchObject({
      state: "active",
      health: { failing: false },
    });
  });

  test("after it was failing and changed, with the first message that arrives there", async () => {
    const clock = new ManualClock();
    const bad = await startMoody(clock);
    const good = await startReceiver();
    const { engine, post, pass } = await startRunning({ clock });
    await engine.destinations.put(bellAt(bad.url, "dst_1"), "one");
    for (let event = 0; event < 5; event++) await post();
    await pass(MINUTE);
    expect(await ownStatuses(engine)).toEqual(["failing"]);
    await engine.destinations.put(bellAt(good.url, "dst_1"), "two");
    expect(await ownStatuses(engine)).toEqual(["failing"]);
    await pass(10 * MINUTE);
    expect(good.requests).toHaveLength(5);
    expect(await ownStatuses(engine)).toEqual(["failing", "recovered"]);
  });

  test("after it was failing and has another definition in the file", async () => {
    const clock = new ManualClock();
    const bad = await startMoody(clock);
    const good = await startReceiver();
    const first = await startRunning({ clock, destinations: [bellAt(bad.url)] });
    for (let event = 0; event < 5; event++) await first.post();
    await first.pass(MINUTE);
    const second = await restarted(first, { destinations: [bellAt(good.url)] });
    await second.pass(10 * MINUTE);
    expect(good.requests).toHaveLength(5);
    expect(await ownStatuses(second.engine)).toEqual(["failing", "recovered"]);
  });

  test("not after a change of one that was in order", async () => {
    const first = await startReceiver();
    const next = await startReceiver();
    const { engine, post, quiet } = await startRunning({});
    for (const { url } of [first, next]) {
      await engine.destinations.put(bellAt(url, "dst_1"), url);
      await post();
      await quiet();
    }
    expect([first.requests.length, next.requests.length]).toEqual([1, 1]);
    expect(await ownStatuses(engine)).toEqual([]);
  });
});
