import type { Connection } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import type { Destination } from "./destination.ts";
import { type Bell, bell } from "./testing/bell-channel.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";

type Receive = NonNullable<Connection["receive"]>;

const call = { headers: { "x-from": "service" }, body: "{}" };

/** A destination that takes calls of its service, and what it was asked. */
function listening(id: string, receive: Receive): Destination {
  const sound = bell();
  const connect: Bell["connect"] = async (config, host) => ({
    ...(await sound.connect(config, host)),
    receive,
  });
  return bellAt("", id, bell({ connect }));
}

describe("a call of a service", () => {
  test("goes through the destinations of its channel, in order, up to the first answer", async () => {
    const asked: string[] = [];
    const answering = (id: string, status?: number): Destination =>
      listening(id, (given) => {
        expect(given).toMatchObject({ headers: call.headers, body: call.body });
        asked.push(id);
        return Promise.resolve(status === undefined ? undefined : { status });
      });
    const other = answering("other-channel", 500);
    const { engine } = await startRunning({
      destinations: [
        { ...other, channel: { ...other.channel, type: "gong" } },
        answering("z"),
        bellAt("", "deaf"),
        answering("a", 201),
        answering("never-asked", 202),
      ],
    });
    expect(await engine.receive("bell", call)).toEqual({ status: 201 });
    expect(asked).toEqual(["z", "a"]);
  });

  test("that nobody takes has no answer", async () => {
    const { engine } = await startRunning({
      destinations: [listening("a", () => Promise.resolve(undefined))],
    });
    expect(await engine.receive("bell", call)).toBeUndefined();
    expect(await engine.receive("gong", call)).toBeUndefined();
  });

  test.each<readonly [string, Destination]>([
    ["throws", listening("broken", () => Promise.reject(new Error("at token-of-the-bell")))],
    [
      "can't be opened",
      bellAt("", "broken", bell({ connect: () => Promise.reject(new Error("token-of-the-bell")) })),
    ],
    [
      "throws at once",
      listening("broken", () => {
        throw new Error("token-of-the-bell");
      }),
    ],
  ])("reaches the next destination where one %s", async (_, broken) => {
    const { engine, log } = await startRunning({
      destinations: [broken, listening("sound", () => Promise.resolve({ status: 200 }))],
    });
    expect(await engine.receive("bell", call)).toEqual({ status: 200 });
    const warning = log.find(({ level }) => level === "warn");
    expect(warning).toMatchObject({ fields: { destination: "broken" } });
    expect(JSON.stringify(warning)).not.toContain("token-of-the-bell");
  });

  test("reaches the next destination where one hangs, which is told", async () => {
    let isTold = false;
    const hung = (id: string): Destination =>
      listening(id, ({ signal }) => {
        signal.addEventListener("abort", () => (isTold = true));
        return new Promise(() => undefined);
      });
    const { engine, clock } = await startRunning({
      destinations: [hung("a"), listening("b", () => Promise.resolve({ status: 200 }))],
    });
    const answer = engine.receive("bell", call);
    await clock.advance(16_000);
    expect(await answer).toEqual({ status: 200 });
    expect(isTold).toBe(true);
  });
});

describe("what a channel remembers", () => {
  test("is its destination's own, outlives a restart, and is sealed in the store", async () => {
    const remembering = (id: string): Destination =>
      bellAt(
        "",
        id,
        bell({
          connect: (_, { state, destinationId }) => ({
            send: () => Promise.resolve({ kind: "accepted" }),
            receive: async () => {
              const before = await state.get("place");
              await state.set("place", `${destinationId} was here`);
              return { status: 200, body: before ?? null };
            },
          }),
        }),
      );
    const first = await startRunning({ destinations: [remembering("a")] });
    const { place, clock } = first;
    expect(await first.engine.receive("bell", call)).toEqual({ status: 200, body: null });
    expect(await first.engine.receive("bell", call)).toEqual({ status: 200, body: "a was here" });
    expect(await first.store.channelState("a", "place")).not.toContain("here");
    await first.engine.drain(0);
    await first.store.close();

    const second = await startRunning({ place, clock, destinations: [remembering("a")] });
    expect(await second.engine.receive("bell", call)).toEqual({ status: 200, body: "a was here" });
    await second.engine.drain(0);
    await second.store.close();

    const third = await startRunning({ place, clock, destinations: [remembering("b")] });
    expect(await third.engine.receive("bell", call)).toEqual({ status: 200, body: null });
  });
});
