import { describe, expect, test } from "vitest";
import type { Destination } from "./destination.ts";
import { type Bell, bell } from "./testing/bell-channel.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { startReceiver, syncsOf } from "./testing/receiver.ts";
import { rule } from "./testing/rules.ts";
import { type RunningEngine, bellAt, restarted, startRunning } from "./testing/running-engine.ts";

const MINUTE = 60_000;

/** A bell that writes down where it is opened. */
function counted(): { channel: Bell; opened: readonly string[] } {
  const sound = bell();
  const opened: string[] = [];
  const connect: Bell["connect"] = (config, host) => {
    opened.push(host.destinationId);
    return sound.connect(config, host);
  };
  return { channel: { ...sound, connect }, opened };
}

const idsOf = ({ engine }: RunningEngine): readonly string[] =>
  engine.destinations.all().map(({ id }) => id);

describe("a configuration that takes the place of another", () => {
  test("has new destinations hear of the next event, in the order of the file, before those of the API", async () => {
    const receiver = await startReceiver();
    const at = (id: string): Destination => bellAt(receiver.url, id);
    const running = await startRunning({ destinations: [at("b"), at("d")] });
    for (const id of ["dst_2", "dst_1"]) await running.engine.destinations.put(at(id), "sealed");
    await running.engine.configure({ destinations: [at("d"), at("c"), at("b"), at("a")] });
    expect(idsOf(running)).toEqual(["d", "c", "b", "a", "dst_1", "dst_2"]);
    expect(await running.post()).toHaveLength(6);
    const again = await restarted(running, { destinations: [at("a")] });
    expect(idsOf(again)).toEqual(["a"]);
  });

  test("sends what is owed to a destination to its new place, with its new secret", async () => {
    const clock = new ManualClock();
    const old = await startMoody(clock);
    const next = await startReceiver();
    const { engine, post, quiet, pass, delivery } = await startRunning({
      clock,
      destinations: [bellAt(old.url)],
    });
    const [id = ""] = await post();
    await quiet();
    const config = { url: next.url, token: "another-token" };
    await engine.configure({
      destinations: [{ ...bellAt(next.url), config }],
      allow: ["127.0.0.0/8"],
    });
    await pass(MINUTE);
    expect(old.requests).toHaveLength(1);
    expect(next.requests.map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer another-token",
    ]);
    expect((await delivery(id)).state).toBe("delivered");
  });

  test("ends what is owed to a destination that it leaves out, and to nobody else", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    const { engine, post, quiet, pass, delivery, store } = await startRunning({
      clock,
      destinations: [bellAt(receiver.url), bellAt(receiver.url, "other")],
    });
    const [gone = "", kept = ""] = await post();
    await quiet();
    await engine.configure({ destinations: [bellAt(receiver.url, "other")] });
    expect(await post()).toHaveLength(1);
    await pass(1_000, 100);
    expect(await delivery(gone)).toMatchObject({
      state: "cancelled",
      reason: "the destination was deleted",
    });
    expect((await delivery(kept)).state).toBe("pending");
    expect((await store.destinations()).map(({ id }) => id)).toEqual(["other"]);
  });

  test("ends also what was kept for destinations of an earlier file, while there was none", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    const first = await startRunning({ clock, destinations: [bellAt(receiver.url)] });
    const [id = ""] = await first.post();
    await first.quiet();
    await first.engine.drain(0);
    const second = await startRunning({ clock, store: first.store, destinations: undefined });
    await second.pass(MINUTE);
    expect((await second.delivery(id)).state).toBe("pending");
    await second.engine.configure({ destinations: [bellAt(receiver.url, "other")] });
    await second.pass(1_000, 100);
    expect((await second.delivery(id)).state).toBe("cancelled");
  });

  test("leaves all as it was at a destination that it does not change: connection, state, health", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    const { channel, opened } = counted();
    const destinations = (token: string): readonly Destination[] => [
      bellAt(receiver.url, "failing", channel),
      bellAt(receiver.url, "paused", channel),
      { ...bellAt(receiver.url, "other", channel), config: { url: receiver.url, token } },
    ];
    const { engine, post, pass, quiet } = await startRunning({
      clock,
      destinations: destinations("one"),
    });
    await post();
    await quiet();
    await engine.destinations.setState("paused", "paused");
    await pass(30 * MINUTE);
    const before = ["failing", "paused"].map((id) => engine.destinations.get(id));
    expect(before[0]?.health).toMatchObject({ failing: true, holdUntil: expect.any(Number) });
    await engine.configure({ destinations: destinations("two"), allow: ["127.0.0.0/8"] });
    expect(["failing", "paused"].map((id) => engine.destinations.get(id))).toEqual(before);
    expect(engine.destinations.get("other")?.health.failures).toBe(0);
    receiver.status = 200;
    await pass(24 * 60 * MINUTE);
    await post();
    await pass(MINUTE);
    expect(opened.toSorted()).toEqual(["failing", "other", "other", "paused"]);
  });

  test("keeps the connection of one whose rule alone is another", async () => {
    const receiver = await startReceiver();
    const { channel, opened } = counted();
    const one = bellAt(receiver.url, "ops", channel);
    const { engine, post, quiet } = await startRunning({ destinations: [one] });
    await post({ sync: "first" });
    await quiet();
    const destinations = [{ ...one, when: rule({ status: "failed" }) }];
    await engine.configure({ destinations, allow: ["127.0.0.0/8"] });
    await post({ sync: "filtered" });
    await post({ sync: "second", status: "failed" });
    await quiet();
    expect(syncsOf(receiver)).toEqual(["first", "second"]);
    expect(opened).toEqual(["ops"]);
  });

  test("leaves destinations of the API alone, and opens those that could not be opened", async () => {
    const receiver = await startReceiver();
    const first = await startRunning({});
    for (const id of ["dst_1", "dst_2"]) {
      await first.engine.destinations.put(bellAt(receiver.url, id), "sealed");
    }
    const asked: string[] = [];
    let opens = ["dst_1"];
    const running = await restarted(first, {
      revive({ id }) {
        asked.push(id);
        return opens.includes(id) ? bellAt(receiver.url, id) : undefined;
      },
    });
    const { engine, log } = running;
    const kept = engine.destinations.get("dst_1");
    const revive = (stored: { readonly id: string }): Destination | undefined => {
      asked.push(stored.id);
      return opens.includes(stored.id) ? bellAt(receiver.url, stored.id) : undefined;
    };
    await engine.configure({ destinations: [], revive });
    expect(log.filter(({ level }) => level === "error")).toMatchObject([
      { fields: { destination: "dst_2" } },
    ]);
    opens = ["dst_2"];
    await engine.configure({ destinations: [], revive });
    expect(asked.filter((id) => id === "dst_1")).toHaveLength(1);
    // A store that others share is read anew in between, and what is not open is tried each time.
    if (!running.store.isShared) expect(asked).toEqual(["dst_1", "dst_2", "dst_2", "dst_2"]);
    expect(idsOf(running)).toEqual(["dst_1", "dst_2"]);
    expect(engine.destinations.get("dst_1")).toEqual(kept);
  });
});
