import { expect, test } from "vitest";
import type { OpenStore } from "../store-suite.ts";
import { START, newEvent } from "./new-events.ts";

export function readSuite(open: OpenStore): void {
  test.each<readonly [string, Uint8Array]>([
    ["non-ASCII text", Buffer.from('{"ä":"é😀\\u00e9","𝕏":"\\ud83d\\ude00"}')],
    ["big numbers and odd white space", Buffer.from(' {"n":12345678901234567890,\t"f":1.10}\r\n')],
    ["a zero byte", Buffer.from([0x7b, 0x00, 0x7d, 0x00])],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x80, 0x00, 0xc3])],
    ["a view into a larger buffer", new Uint8Array(Buffer.from("xx{}yy")).subarray(2, 4)],
    ["a megabyte", Buffer.alloc(1024 * 1024, "é")],
    ["nothing", Buffer.alloc(0)],
  ])("the bytes of an event: %s", async (_, body) => {
    const store = await open();
    const event = newEvent({ body });
    await store.accept([event]);
    const read = await store.event(event.id);
    expect(Buffer.from(read?.body ?? [1]).equals(body)).toBe(true);
  });

  test("nothing under a name that no text of a database may hold", async () => {
    const store = await open();
    await store.accept([newEvent()]);
    const name = "\0' or 1=1--";
    const page = { limit: 10 };
    expect(await store.event(name)).toBeUndefined();
    expect(await store.delivery(name)).toBeUndefined();
    expect(await store.quarantined(name)).toBeUndefined();
    expect(await store.madeSecret(name, name)).toBeUndefined();
    expect(await store.channelState(name, name)).toBeUndefined();
    expect(await store.events({ tenantId: name }, page)).toEqual([]);
    expect(await store.deliveries({ destinationId: name }, page)).toEqual([]);
    await store.setChannelState(name, name, "s1.kept");
    expect(await store.channelState(name, name)).toBe("s1.kept");
  });

  test("an event with its decisions and deliveries", async () => {
    const store = await open();
    const decisions = [
      { destinationId: "b", decision: "deliver", reason: "no rule — é😀", unevaluable: false },
      { destinationId: "a", decision: "filtered", reason: "", unevaluable: true },
    ] as const;
    const event = newEvent({
      decisions,
      deliveries: ["b"],
      eventType: "deploy",
      tenantId: undefined,
      taskId: undefined,
    });
    await store.accept([event]);
    const read = await store.event(event.id);
    expect({ ...read, body: undefined }).toEqual({
      id: event.id,
      type: "deploy",
      receivedAt: START,
      test: false,
      tenantId: undefined,
      body: undefined,
      decisions: [
        { destinationId: "a", decision: "filtered", reason: "" },
        { destinationId: "b", decision: "deliver", reason: "no rule — é😀" },
      ],
      deliveries: [{ id: event.deliveries[0]?.id, destinationId: "b", state: "pending" }],
    });
  });

  test("nothing where there is nothing", async () => {
    const store = await open();
    await store.accept([newEvent()]);
    expect(await store.event("evt_none")).toBeUndefined();
    expect(await store.delivery("dlv_none")).toBeUndefined();
    expect(await store.event("' or 1=1 --")).toBeUndefined();
  });

  test("secrets that were made, each for its destination and field, once", async () => {
    const store = await open();
    expect(await store.madeSecret("a", "secret")).toBeUndefined();
    expect(await store.keepMadeSecret("a", "secret", "s1.first", START)).toBe("s1.first");
    expect(await store.keepMadeSecret("a", "other", "s1.other", START)).toBe("s1.other");
    // Whoever makes one at the same moment hears which one it is.
    const more = ["s1.second", "s1.third"].map((sealed) =>
      store.keepMadeSecret("a", "secret", sealed, START),
    );
    expect(await Promise.all(more)).toEqual(["s1.first", "s1.first"]);
    expect(await store.madeSecret("a", "secret")).toBe("s1.first");
    expect(await store.madeSecret("a", "other")).toBe("s1.other");
    expect(await store.madeSecret("b", "secret")).toBeUndefined();
  });

  test("what channels remember, until it is forgotten", async () => {
    const store = await open();
    await store.setChannelState("a", "place", "s1.one");
    await store.setChannelState("a", "place", "s1.two");
    await store.setChannelState("b", "place", "s1.three");
    expect(await store.channelState("a", "place")).toBe("s1.two");
    await store.setChannelState("a", "place", undefined);
    await store.setChannelState("a", "never", undefined);
    expect(await store.channelState("a", "place")).toBeUndefined();
    expect(await store.channelState("b", "place")).toBe("s1.three");
  });

  test("that it is there, until it is closed", async () => {
    const store = await open();
    await expect(store.ping()).resolves.toBeUndefined();
    await store.close();
    await expect(store.ping()).rejects.toThrow(Error);
    await expect(store.accept([newEvent()])).rejects.toThrow(Error);
    await expect(store.event("evt_x")).rejects.toThrow(Error);
  });
}
