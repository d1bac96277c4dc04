import { describe, expect, test } from "vitest";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { leasesEndMs } from "./testing/opened-store.ts";
import { ownStatuses } from "./testing/own-events.ts";
import { keysOf, startReceiver } from "./testing/receiver.ts";
import { type RunningOptions, bellAt, restarted, startRunning } from "./testing/running-engine.ts";
import type { MoodyReceiver } from "./testing/moody-receiver.ts";
import { until } from "./testing/until.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An engine with one destination whose receiver answers 503 until it is told otherwise. */
async function startMoodyEngine(options: RunningOptions = {}, expireMs?: number) {
  const clock = new ManualClock();
  const receiver: MoodyReceiver = await startMoody(clock);
  const destination = { ...bellAt(receiver.url), ...(expireMs === undefined ? {} : { expireMs }) };
  const running = await startRunning({ clock, destinations: [destination], ...options });
  return { ...running, receiver };
}

describe("an attempt that somebody asks for", () => {
  test("comes at once, takes the next number, is marked, and takes no step of the schedule", async () => {
    const { post, pass, quiet, engine, delivery, clock } = await startMoodyEngine();
    const [id = ""] = await post();
    await pass(HOUR);
    const before = await delivery(id);
    expect(before.attempts).toHaveLength(6);
    expect(before.dueAt - clock.now()).toBeGreaterThan(30 * MINUTE);

    expect(await engine.retry(id)).toEqual({ kind: "done" });
    await quiet();
    const after = await delivery(id);
    expect(after.attempts.at(-1)).toMatchObject({
      number: 7,
      manual: true,
      outcome: "retry",
      startedAt: clock.now(),
    });
    expect([after.state, after.dueAt]).toEqual(["pending", before.dueAt]);
    await pass(before.dueAt - clock.now());
    const next = await delivery(id);
    expect(next.attempts.map(({ manual }) => manual)).toEqual([
      ...Array.from({ length: 6 }, () => false),
      true,
      false,
    ]);
    expect(next.attempts.at(-1)).toMatchObject({ number: 8, startedAt: before.dueAt });
    expect(next.dueAt - before.dueAt).toBe(2 * HOUR);
  });

  test("runs twice where it was asked for twice", async () => {
    const { post, quiet, engine, delivery } = await startMoodyEngine();
    const [id = ""] = await post();
    await quiet();
    await Promise.all([engine.retry(id), engine.retry(id)]);
    await quiet();
    const { attempts, state } = await delivery(id);
    expect(attempts.map(({ number, manual }) => [number, manual])).toEqual([
      [1, false],
      [2, true],
      [3, true],
    ]);
    expect(state).toBe("pending");
  });

  test("ends the delivery where the message arrives", async () => {
    const { post, quiet, pass, engine, delivery, receiver } = await startMoodyEngine();
    const [id = ""] = await post();
    await quiet();
    receiver.status = 200;
    await engine.retry(id);
    await quiet();
    expect((await delivery(id)).state).toBe("delivered");
    await pass(24 * HOUR);
    expect(receiver.requests).toHaveLength(2);
    expect(receiver.requests.map(({ headers }) => headers["x-number"])).toEqual(["1", "2"]);
    expect(new Set(keysOf(receiver))).toEqual(new Set([id]));
  });

  test("is made at a destination that is paused", async () => {
    const { post, pass, quiet, engine, delivery, receiver } = await startMoodyEngine();
    receiver.status = 200;
    await engine.destinations.setState("ops", "paused");
    const [id = "", other = ""] = [...(await post()), ...(await post())];
    await pass(HOUR);
    expect(receiver.requests).toEqual([]);
    await engine.retry(id);
    await quiet();
    expect(await delivery(id)).toMatchObject({ state: "delivered", attempts: [{ manual: true }] });
    expect(await delivery(other)).toMatchObject({ state: "pending", attempts: [] });
  });

  test("is made at a failing destination that is held, and is a probe like any other", async () => {
    const { post, pass, quiet, engine, delivery, receiver, clock } = await startMoodyEngine();
    for (let event = 0; event < 5; event++) await post();
    await pass(2 * MINUTE);
    const { health } = engine.destinations.get("ops") ?? {};
    expect(health?.failing).toBe(true);
    expect(health?.holdUntil).toBeGreaterThan(clock.now() + 1_000);
    const asked = receiver.requests.length;
    const [id = ""] = await post();
    await quiet();
    expect(receiver.requests).toHaveLength(asked);
    await engine.retry(id);
    await quiet();
    expect(receiver.requests).toHaveLength(asked + 1);
    expect(engine.destinations.get("ops")?.health.failures).toBe((health?.failures ?? 0) + 1);
    receiver.status = 200;
    await engine.retry(id);
    await quiet();
    expect((await delivery(id)).state).toBe("delivered");
    expect(await ownStatuses(engine)).toEqual(["failing", "recovered"]);
  });
});

describe("a delivery that has ended", () => {
  test.each(["failed", "expired", "cancelled", "delivered"] as const)(
    "as %s: another attempt that comes to nothing leaves it so",
    async (state) => {
      const { post, pass, quiet, engine, delivery, receiver } = await startMoodyEngine(
        {},
        state === "expired" ? MINUTE : undefined,
      );
      receiver.status = { failed: 400, delivered: 200, expired: 503, cancelled: 503 }[state];
      const [id = ""] = await post();
      await quiet();
      if (state === "cancelled") await engine.cancel(id);
      if (state === "expired") await pass(2 * MINUTE);
      const before = await delivery(id);
      expect(before.state).toBe(state);

      receiver.status = 503;
      expect(await engine.retry(id)).toEqual({ kind: "done" });
      await quiet();
      const after = await delivery(id);
      expect(after.attempts.at(-1)).toMatchObject({ outcome: "retry", manual: true });
      const { attempts: _, attemptCount: __, ...same } = before;
      expect(after).toMatchObject(same);
      await pass(24 * HOUR);
      expect((await delivery(id)).attempts).toHaveLength(before.attempts.length + 1);

      receiver.status = 200;
      await engine.retry(id);
      await quiet();
      expect((await delivery(id)).state).toBe("delivered");
    },
  );

  test("by its eleventh attempt has a twelfth by hand", async () => {
    const { post, pass, quiet, engine, delivery } = await startMoodyEngine();
    const [id = ""] = await post();
    await pass(25 * HOUR);
    expect(await delivery(id)).toMatchObject({ state: "failed", attemptCount: 11 });
    await engine.retry(id);
    await quiet();
    const { state, attempts } = await delivery(id);
    expect([state, attempts.at(-1)?.number]).toEqual(["failed", 12]);
  });
});

test("what is being sent, and what there is not, can't be tried again", async () => {
  const receiver = await startReceiver(() => undefined);
  const { post, engine } = await startRunning({ destinations: [bellAt(receiver.url)] });
  const [id = ""] = await post();
  await until(() => receiver.requests.length === 1);
  expect(await engine.retry(id)).toEqual({ kind: "refused", state: "sending" });
  expect(await engine.retry("dlv_none")).toEqual({ kind: "unknown" });
});

test("an attempt by hand that a stop cut off is made again, and leaves the state as it was", async () => {
  const silent: { answer: boolean } = { answer: true };
  const receiver = await startReceiver((response, index) => {
    if (silent.answer) response.writeHead(index === 0 ? 400 : 503).end();
  });
  const options = { destinations: [bellAt(receiver.url)] };
  const first = await startRunning(options);
  const [id = ""] = await first.post();
  await first.reached(id, "failed");
  silent.answer = false;
  await first.engine.retry(id);
  await until(() => receiver.requests.length === 2);
  silent.answer = true;
  const second = await restarted(first, options);
  await second.pass(leasesEndMs());
  const { state, attempts } = await second.delivery(id);
  expect(state).toBe("failed");
  expect(attempts).toMatchObject([
    { number: 1, status: 400, manual: false },
    { number: 2, status: 503, manual: true },
  ]);
});
