import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { bell } from "./testing/bell-channel.ts";
import { type Receiver, keysOf, startReceiver } from "./testing/receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { until } from "./testing/until.ts";
import { watchedStore } from "./testing/watched-store.ts";

const SECOND = 1_000;
const HOUR = 60 * 60 * SECOND;

/** A receiver that answers when the test says so. */
async function startSlow(): Promise<Receiver & { readonly open: ServerResponse[] }> {
  const open: ServerResponse[] = [];
  const receiver = await startReceiver((response) => void open.push(response));
  return { ...receiver, open };
}

describe("a message that is under way is not sent a second time", () => {
  test("though the store does not answer for longer than the lease", async () => {
    const { store, down, refusals } = await watchedStore();
    const verbs = ["due", "claim", "record", "renew", "releaseExpired", "expire"] as const;
    const receiver = await startReceiver((response) => {
      for (const verb of verbs) down.add(verb);
      response.end();
    });
    const { post, clock, delivery, reached } = await startRunning({
      store,
      destinations: [bellAt(receiver.url)],
    });
    const [id = ""] = await post();
    await until(() => receiver.requests.length === 1);
    await until(() => refusals() > 0);
    await clock.advance(60 * SECOND);
    expect(await delivery(id)).toMatchObject({ state: "sending", attempts: [] });
    expect(refusals()).toBeLessThan(200);
    down.clear();
    await clock.advance(30 * SECOND);
    expect((await reached(id, "delivered")).attempts).toMatchObject([{ number: 1 }]);
    await clock.advance(HOUR / 2);
    expect(receiver.requests).toHaveLength(1);
  });

  test("though it takes as long as an attempt may, which is longer than the lease", async () => {
    let sent = 0;
    const send = (): Promise<never> => {
      sent++;
      return new Promise(() => undefined);
    };
    const { post, clock, attempted } = await startRunning({
      destinations: [bellAt("", "ops", bell({ send }))],
    });
    const [id = ""] = await post();
    await clock.advance(15_999);
    expect(sent).toBe(1);
    await clock.advance(1);
    expect((await attempted(id, 1)).attempts).toMatchObject([{ number: 1, outcome: "retry" }]);
    await clock.advance(4_999);
    expect(sent).toBe(1);
    await clock.advance(1);
    expect(sent).toBe(2);
  });

  test.each([6 * HOUR, -6 * HOUR, 11 * SECOND, -11 * SECOND])(
    "though the clock is set by %i ms meanwhile",
    async (ms) => {
      const receiver = await startSlow();
      const { post, clock, delivery, quiet } = await startRunning({
        destinations: [bellAt(receiver.url)],
      });
      const [id = ""] = await post();
      await until(() => receiver.open.length === 1);
      await clock.advance(2 * SECOND);
      await clock.leap(ms);
      const [other = ""] = await post();
      await until(() => receiver.open.length === 2);
      await clock.advance(12 * SECOND);
      expect(keysOf(receiver)).toEqual([id, other]);
      for (const response of receiver.open) response.end();
      await quiet();
      for (const each of [id, other]) {
        const { state, attempts } = await delivery(each);
        expect([state, attempts.length]).toEqual(["delivered", 1]);
        expect(attempts[0]?.durationMs).toBeGreaterThanOrEqual(0);
      }
      await clock.advance(60 * SECOND);
      expect(receiver.requests).toHaveLength(2);
    },
  );
});

describe("a lease of somebody who is gone", () => {
  test("is taken over within 20 seconds, and not before it ends", async () => {
    const receiver = await startReceiver();
    const first = await startRunning({ destinations: [bellAt(receiver.url)] });
    await first.engine.destinations.setState("ops", "paused");
    const [id = ""] = await first.post();
    await first.engine.drain(0);
    const now = first.clock.now();
    const shares = [{ destinationId: "ops", count: 1, manual: false }];
    await first.store.claim({ now, leaseUntil: now + 15_000, shares, enoughBytes: 1 });

    const { store, clock } = first;
    const second = await startRunning({ store, clock, destinations: [bellAt(receiver.url)] });
    await second.engine.destinations.setState("ops", "active");
    await clock.advance(14_999);
    expect((await second.delivery(id)).state).toBe("sending");
    expect(receiver.requests).toEqual([]);
    await clock.advance(5_001);
    await second.reached(id, "delivered");
    expect(receiver.requests).toHaveLength(1);
  });

  test("is taken over also after the clock was set back by hours", async () => {
    const receiver = await startReceiver();
    const { engine, store, clock, post, reached } = await startRunning({
      destinations: [bellAt(receiver.url)],
    });
    await clock.leap(-6 * HOUR);
    await engine.destinations.setState("ops", "paused");
    const [id = ""] = await post();
    const now = clock.now();
    const shares = [{ destinationId: "ops", count: 1, manual: false }];
    await store.claim({ now, leaseUntil: now + 15_000, shares, enoughBytes: 1 });
    await engine.destinations.setState("ops", "active");
    await clock.advance(20 * SECOND);
    expect((await reached(id, "delivered")).attempts).toHaveLength(1);
  });

  test("that is taken over by another is not recorded by who had it", async () => {
    const receiver = await startSlow();
    const { post, store, clock, log, attempted, delivery, quiet } = await startRunning({
      destinations: [bellAt(receiver.url)],
    });
    const [id = ""] = await post();
    await until(() => receiver.open.length === 1);
    await store.releaseExpired(clock.now() + HOUR);
    await clock.advance(5 * SECOND);
    await until(() => receiver.open.length === 2);
    receiver.open[0]?.writeHead(400).end();
    await until(() => log.some(({ message }) => message.startsWith("the lease had passed")));
    expect(await delivery(id)).toMatchObject({ state: "sending", attempts: [] });
    receiver.open[1]?.end();
    expect(await attempted(id, 1)).toMatchObject({
      state: "delivered",
      attempts: [{ number: 1, status: 200 }],
    });
    await quiet();
  });
});
