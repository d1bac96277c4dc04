import { describe, expect, test } from "vitest";
import { type Bell, bell } from "./testing/bell-channel.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { startReceiver } from "./testing/receiver.ts";
import { bellAt, restarted, startRunning } from "./testing/running-engine.ts";
import { until } from "./testing/until.ts";
import { watchedStore } from "./testing/watched-store.ts";

const MINUTE = 60_000;

/** A bell that counts how often it is opened. */
function counted(): { channel: Bell; opened: () => number } {
  const sound = bell();
  let opened = 0;
  const connect: Bell["connect"] = (...given) => {
    opened++;
    return sound.connect(...given);
  };
  return { channel: { ...sound, connect }, opened: () => opened };
}

describe("a destination that is made while all is running", () => {
  test("hears of the next event, and is there again after a restart", async () => {
    const receiver = await startReceiver();
    const first = await startRunning({});
    const made = bellAt(receiver.url, "dst_1");
    expect(await first.engine.destinations.put(made, "sealed")).toMatchObject({
      id: "dst_1",
      source: "api",
      state: "active",
      health: { failures: 0 },
    });
    const [id = ""] = await first.post();
    await first.quiet();
    expect((await first.delivery(id)).state).toBe("delivered");
    const seen: (string | undefined)[] = [];
    const second = await restarted(first, {
      revive(stored) {
        seen.push(stored.definition);
        return made;
      },
    });
    expect(seen).toEqual(["sealed"]);
    expect(second.engine.destinations.all().map((one) => one.id)).toEqual(["dst_1"]);
  });

  test("is sent to in its new place once it was changed, what was owed before too", async () => {
    const clock = new ManualClock();
    const old = await startMoody(clock);
    const next = await startReceiver();
    const { engine, post, pass, quiet, delivery } = await startRunning({ clock });
    await engine.destinations.put(bellAt(old.url, "dst_1"), "one");
    const [id = ""] = await post();
    await quiet();
    await engine.destinations.put(bellAt(next.url, "dst_1"), "two");
    await post();
    await pass(MINUTE);
    expect(old.requests).toHaveLength(1);
    expect(next.requests).toHaveLength(2);
    expect((await delivery(id)).state).toBe("delivered");
  });

  test("also where a message goes out to the old place while the change is being made", async () => {
    const gates: PromiseWithResolvers<void>[] = [];
    const { store } = await watchedStore((inner) => ({
      async destinations() {
        await gates[0]?.promise;
        return inner.destinations();
      },
    }));
    const [old, next] = [await startReceiver(), await startReceiver()];
    const { engine, post, quiet } = await startRunning({ store });
    await engine.destinations.put(bellAt(old.url, "dst_1"), "one");
    gates.push(Promise.withResolvers<void>());
    const change = engine.destinations.put(bellAt(next.url, "dst_1"), "two");
    await post();
    await until(() => old.requests.length === 1);
    gates[0]?.resolve();
    await change;
    await post();
    await quiet();
    expect([old.requests.length, next.requests.length]).toEqual([1, 1]);
  });

  test("is what it was changed to, though it was paused while the change was made", async () => {
    const gates: PromiseWithResolvers<void>[] = [];
    const { store } = await watchedStore((inner) => ({
      async setDestinationState(...given) {
        await gates[0]?.promise;
        return inner.setDestinationState(...given);
      },
    }));
    const { engine } = await startRunning({ store });
    await engine.destinations.put(bellAt("old", "dst_1"), "one");
    gates.push(Promise.withResolvers<void>());
    const paused = engine.destinations.setState("dst_1", "paused");
    const next = bellAt("next", "dst_1");
    await engine.destinations.put(next, "two");
    gates[0]?.resolve();
    expect(await paused).toMatchObject({ state: "paused", destination: { config: next.config } });
    gates[0] = Promise.withResolvers<void>();
    const late = engine.destinations.setState("dst_1", "active");
    await engine.destinations.remove("dst_1");
    gates[0].resolve();
    expect(await late).toBeUndefined();
    expect(engine.destinations.get("dst_1")).toBeUndefined();
  });

  test("is opened once, however often it is paused and resumed", async () => {
    const receiver = await startReceiver();
    const { channel, opened } = counted();
    const { engine, post, quiet } = await startRunning({
      destinations: [bellAt(receiver.url, "ops", channel)],
    });
    for (let round = 0; round < 3; round++) {
      await post();
      await quiet();
      await engine.destinations.setState("ops", "paused");
      await engine.destinations.setState("ops", "active");
    }
    expect([opened(), receiver.requests.length]).toEqual([1, 3]);
  });
});
