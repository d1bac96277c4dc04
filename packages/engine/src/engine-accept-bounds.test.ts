import { describe, expect, onTestFinished, test } from "vitest";
import { Acceptance } from "./accept.ts";
import { Directory } from "./directory.ts";
import { idMaker } from "./ids.ts";
import type { AcceptResult } from "./store/event-records.ts";
import { type Store, StoreUnavailable } from "./store/store.ts";
import { bytesOf, postSync } from "./testing/events.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { startRunning } from "./testing/running-engine.ts";
import { until } from "./testing/until.ts";
import { watchedStore } from "./testing/watched-store.ts";

const MEBIBYTE = 1024 * 1024;

/** The door to a store, by which events come in that are decided already. */
function doorTo(store: Store): (name: string, bytes: number) => Promise<AcceptResult> {
  const clock = new ManualClock();
  const makeId = idMaker(clock);
  const acceptance = new Acceptance({ store, clock, makeId, directory: new Directory() });
  return (name, bytes) =>
    acceptance.keep({
      id: makeId("evt"),
      name,
      bodyHash: name,
      body: new Uint8Array(bytes),
      eventType: "post_sync",
      status: "succeeded",
      tenantId: undefined,
      taskId: undefined,
      receivedAt: clock.now(),
      test: false,
      decisions: [],
      deliveries: [],
    });
}

describe("events that wait for the store", () => {
  test("may have 64 MiB together; who brings more is told so at once, and taken later", async () => {
    const gate = Promise.withResolvers<void>();
    const { store, calls } = await watchedStore(() => ({
      // Writes nothing: so many bytes would take a while, and only the door is looked at.
      async accept(events) {
        await gate.promise;
        return events.map(({ id }) => ({ kind: "accepted", id, deliveries: [] }));
      },
    }));
    onTestFinished(() => store.close());
    const keep = doorTo(store);
    const waiting = Array.from({ length: 4 }, (_, index) => keep(`${index}`, 15 * MEBIBYTE));
    await until(() => calls("accept") > 0);
    await expect(keep("more", 4 * MEBIBYTE + 1)).rejects.toBeInstanceOf(StoreUnavailable);
    const last = keep("last", 4 * MEBIBYTE);
    await expect(keep("small", 1)).rejects.toBeInstanceOf(StoreUnavailable);

    gate.resolve();
    const kinds = (await Promise.all([...waiting, last])).map(({ kind }) => kind);
    expect(kinds).toEqual(["accepted", "accepted", "accepted", "accepted", "accepted"]);
    expect((await keep("more", 64 * MEBIBYTE)).kind).toBe("accepted");
  });

  test("that the store refuses wait no longer, and take nobody's room", async () => {
    const { store, down } = await watchedStore();
    onTestFinished(() => store.close());
    const keep = doorTo(store);
    down.add("accept");
    for (let round = 0; round < 9; round++) {
      await expect(keep("big", 8 * MEBIBYTE)).rejects.toThrow("the disk is full");
    }
    down.clear();
    expect((await keep("big", 8 * MEBIBYTE)).kind).toBe("accepted");
  });
});

describe("what is JSON and no event", () => {
  const invalid = bytesOf({ event_type: "post_sync", status: 5 });

  test("is kept once for each body, with its bytes, its name and what is wrong with it", async () => {
    const { engine, clock } = await startRunning({});
    const first = await engine.accept({ bytes: invalid, key: "name" });
    if (first.kind !== "invalid") throw new Error(first.kind);
    const at = clock.now();
    await clock.skip(60_000);
    expect(await engine.accept({ bytes: invalid })).toEqual(first);
    const other = await engine.accept({ bytes: bytesOf([]) });
    expect(other).not.toMatchObject({ quarantineId: first.quarantineId });

    const kept = await engine.kept.quarantined(first.quarantineId ?? "");
    expect(Buffer.from(kept?.body ?? []).equals(invalid)).toBe(true);
    expect(kept).toMatchObject({
      key: "name",
      times: 2,
      receivedAt: at,
      lastReceivedAt: at + 60_000,
    });
    expect(JSON.parse(kept?.errors ?? "")).toEqual(first.errors);
    expect(first.errors.map(({ path }) => path)).toContain("status");
    expect(await engine.kept.quarantineList({ limit: 10 })).toHaveLength(2);
    expect(await engine.releaseQuarantined(first.quarantineId ?? "")).toBe(true);
    expect(await engine.releaseQuarantined(first.quarantineId ?? "")).toBe(false);
    expect(await engine.kept.quarantined(first.quarantineId ?? "")).toBeUndefined();
  });

  test("is kept once also where it is posted many times at once", async () => {
    const { engine } = await startRunning({});
    const all = await Promise.all(
      Array.from({ length: 20 }, () => engine.accept({ bytes: invalid })),
    );
    expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(await engine.kept.quarantineList({ limit: 10 })).toMatchObject([{ times: 20 }]);
  });

  test("takes no name: an event may have it later", async () => {
    const { engine } = await startRunning({});
    await engine.accept({ bytes: invalid, key: "name" });
    const event = { bytes: bytesOf(postSync()), key: "name" };
    expect((await engine.accept(event)).kind).toBe("accepted");
  });

  test("is said to be so also while the store is full", async () => {
    const { store, down } = await watchedStore();
    const { engine } = await startRunning({ store });
    down.add("quarantine");
    const answer = await engine.accept({ bytes: invalid });
    expect(answer.kind === "invalid" && answer.errors.map(({ path }) => path)).toContain("status");
    expect(answer).not.toHaveProperty("quarantineId");
    down.clear();
    expect(await engine.accept({ bytes: invalid })).toHaveProperty("quarantineId");
  });

  test("but a store that is broken otherwise is not passed over", async () => {
    const { store } = await watchedStore(() => ({
      quarantine: () => Promise.reject(new Error("malformed database")),
    }));
    const { engine } = await startRunning({ store });
    await expect(engine.accept({ bytes: invalid })).rejects.toThrow("malformed database");
  });

  test("what is no JSON is not kept", async () => {
    const { engine } = await startRunning({});
    expect((await engine.accept({ bytes: Buffer.from("{") })).kind).toBe("not_json");
    expect(await engine.kept.quarantineList({ limit: 10 })).toEqual([]);
  });
});
