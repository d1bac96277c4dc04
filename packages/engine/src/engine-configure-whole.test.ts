import { describe, expect, test } from "vitest";
import type { Configuration } from "./configuration.ts";
import type { Destination } from "./destination.ts";
import { StoreUnavailable } from "./store/store.ts";
import { bell } from "./testing/bell-channel.ts";
import { bytesOf, postSync } from "./testing/events.ts";
import { startReceiver, syncsOf } from "./testing/receiver.ts";
import { rule } from "./testing/rules.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { watchedStore } from "./testing/watched-store.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A bell whose message is the links of the notification. */
const linked = bell({
  render: ({ links }) => ({ line: links.map(({ label, url }) => `${label}=${url}`).join() }),
});

/** Two configurations of which no half goes with the other. */
const ONE: Configuration = {
  destinations: ["a", "b", "c"].map((id) => bellAt("one", id)),
  allow: ["127.0.0.0/8"],
};
const TWO: Configuration = {
  destinations: ["c", "d", "b"].map((id) => ({
    ...bellAt("two", id),
    when: rule({ status: "failed" }),
  })),
  allow: ["127.0.0.0/8"],
};

describe("a configuration", () => {
  test("decides an event whole, however often it changes meanwhile", async () => {
    const { engine } = await startRunning(ONE);
    const changes: Promise<void>[] = [];
    const accepted = [];
    for (let n = 0; n < 60; n++) {
      if (n % 3 === 0) changes.push(engine.configure(n % 2 === 0 ? TWO : ONE));
      accepted.push(engine.accept({ bytes: bytesOf(postSync({ sync: `sync-${n}` })) }));
      if (n % 4 === 0) await accepted[n];
    }
    await Promise.all(changes);
    const seen = new Set<string>();
    for (const each of accepted) {
      const taken = await each;
      const decisions = "id" in taken ? (await engine.kept.event(taken.id))?.decisions : undefined;
      seen.add(`${decisions?.map((one) => `${one.destinationId} ${one.decision}`).join()}`);
    }
    expect([...seen].toSorted()).toEqual([
      "a deliver,b deliver,c deliver",
      "b filtered,c filtered,d filtered",
    ]);
  });

  test("given after another comes after it, however long that takes", async () => {
    const gates: PromiseWithResolvers<void>[] = [];
    const { store } = await watchedStore((inner) => ({
      async nameDestinations(...given) {
        await gates.shift()?.promise;
        return inner.nameDestinations(...given);
      },
    }));
    const { engine } = await startRunning({ store });
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    const first = engine.configure(ONE);
    const second = engine.configure(TWO);
    gate.resolve();
    await Promise.all([first, second]);
    expect(engine.destinations.all().map(({ id }) => id)).toEqual(["c", "d", "b"]);
    expect((await store.destinations()).map(({ id }) => id)).toEqual(["b", "c", "d"]);
  });

  test.each(["nameDestinations", "destinations"] as const)(
    "that the store does not take (%s) changes nothing, and can be given again",
    async (verb) => {
      const { store, down } = await watchedStore();
      const receiver = await startReceiver();
      const { engine, post, quiet } = await startRunning({
        store,
        destinations: [bellAt(receiver.url)],
      });
      const before = engine.destinations.all();
      const next = { destinations: [bellAt(receiver.url, "next")], allow: ["127.0.0.0/8"] };
      down.add(verb);
      await expect(engine.configure({ ...next, allow: [] })).rejects.toBeInstanceOf(
        StoreUnavailable,
      );
      expect(engine.destinations.all()).toEqual(before);
      await post({ sync: "before" });
      await quiet();
      expect(syncsOf(receiver)).toEqual(["before"]);
      down.clear();
      await engine.configure(next);
      expect(engine.destinations.all().map(({ id }) => id)).toEqual(["next"]);
      expect((await store.destinations()).map(({ id }) => id)).toEqual(["next"]);
    },
  );

  test("that is refused holds up none that comes after it", async () => {
    const { engine } = await startRunning({ destinations: [bellAt("one")] });
    const refused = engine.configure({ ...TWO, allow: ["10/8"] });
    const taken = engine.configure(ONE);
    await expect(refused).rejects.toThrow('"10/8" is not a network in CIDR form');
    await taken;
    expect(engine.destinations.all()).toHaveLength(3);
  });

  test("has its links in the messages that are made from then on", async () => {
    const receiver = await startReceiver();
    const destinations: readonly Destination[] = [bellAt(receiver.url, "ops", linked)];
    const at = (template: string): Configuration => ({
      destinations,
      allow: ["127.0.0.0/8"],
      links: [{ name: "run", template }],
    });
    const { engine, post, quiet } = await startRunning(at("https://one/{{sync.id}}"));
    await post({ sync: "1" });
    await quiet();
    await engine.configure(at("https://two/{{sync.id}}"));
    await post({ sync: "2" });
    await quiet();
    expect(receiver.requests.map(({ body }) => JSON.parse(body).line)).toEqual([
      "run=https://one/1",
      "run=https://two/2",
    ]);
  });

  test("says how long events are kept, from the next round on", async () => {
    const { engine, clock, post } = await startRunning({ retentionMs: 10 * DAY });
    const count = async (): Promise<number> => (await engine.kept.events({}, { limit: 10 })).length;
    await post();
    await clock.skip(5 * DAY);
    await clock.advance(2 * MINUTE);
    expect(await count()).toBe(1);
    await engine.configure({ destinations: [], retentionMs: DAY });
    await clock.advance(2 * MINUTE);
    expect(await count()).toBe(0);
    await engine.configure({ destinations: [] });
    await post();
    await clock.skip(20 * DAY);
    await clock.advance(2 * MINUTE);
    expect(await count()).toBe(1);
  });
});
