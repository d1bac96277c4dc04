import { describe, expect, test } from "vitest";
import { StoreUnavailable } from "./store/store.ts";
import { bytesOf, postSync } from "./testing/events.ts";
import { answeringWith, startReceiver } from "./testing/receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { until } from "./testing/until.ts";
import { watchedStore } from "./testing/watched-store.ts";

describe("while the store does not answer", () => {
  test("nobody is told that an event is kept, and afterwards it is taken afresh", async () => {
    const { store, down } = await watchedStore();
    const { engine } = await startRunning({ store });
    const posted = { bytes: bytesOf(postSync()), key: "once" };
    down.add("accept");
    await expect(engine.accept(posted)).rejects.toBeInstanceOf(StoreUnavailable);
    down.clear();
    expect((await engine.accept(posted)).kind).toBe("accepted");
    expect((await engine.accept(posted)).kind).toBe("duplicate");
  });

  test.each(["due", "claim", "releaseExpired"] as const)(
    "to %s, nothing is sent and nothing is lost, and afterwards all goes on",
    async (verb) => {
      const { store, down, refusals } = await watchedStore();
      const receiver = await startReceiver();
      down.add(verb);
      const { post, reached, clock, log } = await startRunning({
        store,
        destinations: [bellAt(receiver.url)],
      });
      const [id = ""] = await post();
      await until(() => refusals() > 0);
      await clock.advance(3_000);
      expect(receiver.requests).toEqual([]);
      expect(refusals()).toBeLessThan(10);
      expect(log.some(({ message }) => message === "the store does not answer the worker")).toBe(
        true,
      );
      down.clear();
      await clock.advance(1_000);
      await reached(id, "delivered");
    },
  );

  test("to record, an attempt that was made is recorded later and not made again", async () => {
    const { store, down, refusals } = await watchedStore();
    const receiver = await startReceiver(answeringWith(503));
    const { post, attempted, engine, clock } = await startRunning({
      store,
      destinations: [bellAt(receiver.url)],
    });
    down.add("record");
    const [id = ""] = await post();
    await until(() => refusals() > 0);
    await clock.advance(3_000);
    expect((await engine.kept.delivery(id))?.attempts).toEqual([]);
    down.clear();
    await clock.advance(1_000);
    const delivery = await attempted(id, 1);
    expect(delivery.attempts).toMatchObject([{ number: 1, outcome: "retry", status: 503 }]);
    expect(receiver.requests).toHaveLength(1);
  });

  test("to record, a drain comes to its end, and what was sent is sent again with its key", async () => {
    const { store, down, refusals } = await watchedStore();
    const receiver = await startReceiver();
    const { post, engine, clock } = await startRunning({
      store,
      destinations: [bellAt(receiver.url)],
    });
    down.add("record");
    const [id = ""] = await post();
    await until(() => refusals() > 0);
    const drained = engine.drain(5_000);
    await clock.advance(7_000);
    await drained;
    down.clear();
    await store.releaseExpired(clock.now() + 60_000);
    const again = await startRunning({ store, clock, destinations: [bellAt(receiver.url)] });
    await again.reached(id, "delivered");
    expect(receiver.requests.map(({ headers }) => headers["x-key"])).toEqual([id, id]);
  });
});
