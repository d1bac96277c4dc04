import { describe, expect, test } from "vitest";
import type { News } from "./store/store.ts";
import { bell } from "./testing/bell-channel.ts";
import { leasesEndMs } from "./testing/opened-store.ts";
import { startReceiver } from "./testing/receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { until } from "./testing/until.ts";
import { watchedStore } from "./testing/watched-store.ts";
import { startWire } from "./testing/wire.ts";

/** Whether a promise is settled by now. */
function watch(promise: Promise<unknown>): () => boolean {
  let over = false;
  void promise.then(() => (over = true));
  return () => over;
}

describe("draining", () => {
  test("waits for what is under way, records it, and takes up nothing more", async () => {
    const answers: (() => void)[] = [];
    const receiver = await startReceiver((response) => answers.push(() => response.end()));
    const { engine, post, clock } = await startRunning({ destinations: [bellAt(receiver.url)] });
    const [first = ""] = await post();
    await until(() => receiver.requests.length === 1);
    const isOver = watch(engine.drain(10_000));
    const [second = ""] = await post();
    await clock.advance(5_000);
    expect(isOver()).toBe(false);
    answers[0]?.();
    await until(isOver);
    expect((await engine.kept.delivery(first))?.state).toBe("delivered");
    expect((await engine.kept.delivery(second))?.state).toBe("pending");
    expect(receiver.requests).toHaveLength(1);
  });

  test("is over at once where nothing is under way, and can be asked for twice", async () => {
    const { engine, clock } = await startRunning({});
    await Promise.all([engine.drain(10_000), engine.drain(10_000)]);
    await engine.drain(10_000);
    expect(clock.waiting).toBe(0);
  });

  test("cuts off at its deadline what minds its signal, and records no failure for it", async () => {
    const wire = await startWire();
    const { engine, post, clock, store, place } = await startRunning({
      destinations: [bellAt(wire.url)],
    });
    const [id = ""] = await post();
    await until(() => wire.sockets.length === 1);
    const isOver = watch(engine.drain(3_000));
    await clock.advance(2_999);
    expect(isOver()).toBe(false);
    await clock.advance(1);
    await until(isOver);
    expect((await engine.kept.delivery(id))?.attempts).toEqual([]);
    await store.close();

    const receiver = await startReceiver();
    const again = await startRunning({ place, clock, destinations: [bellAt(receiver.url)] });
    await clock.advance(leasesEndMs());
    expect((await again.reached(id, "delivered")).attempts).toMatchObject([{ number: 1 }]);
    expect(receiver.requests.map(({ headers }) => headers["x-key"])).toEqual([id]);
  });

  test.each([
    ["sends", bell({ send: () => new Promise(() => undefined) })],
    ["opens", bell({ connect: () => new Promise(() => undefined) })],
    ["closes", bell({ close: () => new Promise(() => undefined) })],
  ])("comes to its end also where a channel hangs while it %s", async (_, channel) => {
    const receiver = await startReceiver();
    const { engine, post, clock, store, place } = await startRunning({
      destinations: [bellAt(receiver.url, "ops", channel)],
    });
    const [id = ""] = await post();
    await until(async () => (await engine.kept.delivery(id))?.state !== "pending");
    const isOver = watch(engine.drain(3_000));
    await clock.advance(3_000);
    await clock.advance(1_000);
    await clock.advance(1_000);
    await until(isOver);
    await store.close();
    const again = await startRunning({ place, clock, destinations: [bellAt(receiver.url)] });
    await clock.advance(leasesEndMs());
    const { attempts } = await again.reached(id, "delivered");
    expect(attempts.map(({ number }) => number)).toEqual([1]);
  });

  test("closes what was opened, once", async () => {
    const receiver = await startReceiver();
    let closed = 0;
    const close = (): Promise<void> => {
      closed++;
      return Promise.reject(new Error("already gone"));
    };
    const { engine, post, reached } = await startRunning({
      destinations: [bellAt(receiver.url, "ops", bell({ close }))],
    });
    await reached((await post())[0] ?? "", "delivered");
    await engine.drain(1_000);
    await engine.drain(1_000);
    expect(closed).toBe(1);
  });
});

test("a channel that opens only after the drain's deadline sends nothing any more", async () => {
  const receiver = await startReceiver();
  const opened = Promise.withResolvers<void>();
  const sound = bell();
  const slow = bell({
    connect: async (config, host) => {
      await opened.promise;
      return sound.connect(config, host);
    },
  });
  const { engine, post, clock } = await startRunning({
    destinations: [bellAt(receiver.url, "ops", slow)],
  });
  const [id = ""] = await post();
  await until(async () => (await engine.kept.delivery(id))?.state === "sending");
  const isOver = watch(engine.drain(1_000));
  await clock.advance(1_000);
  opened.resolve();
  await clock.advance(1_000);
  await until(isOver);
  expect(receiver.requests).toEqual([]);
  expect((await engine.kept.delivery(id))?.attempts).toEqual([]);
});

test("what another dispatcher does with destinations is not read any more", async () => {
  let hear: ((news: News) => void) | undefined;
  const watched = await watchedStore(() => ({
    isShared: true,
    listen: (given) => void (hear = given),
  }));
  const { engine, clock } = await startRunning({ store: watched.store });
  hear?.("destinations");
  await clock.advance(1_000);
  const before = watched.calls("destinations");
  await engine.drain(0);
  hear?.("destinations");
  await clock.advance(1_000);
  expect(before).toBeGreaterThan(1);
  expect(watched.calls("destinations")).toBe(before);
});
