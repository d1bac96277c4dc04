import { expect, test } from "vitest";
import type { StoredReplay } from "../replay-records.ts";
import type { OpenStore } from "../store-suite.ts";
import { claim, newEvent } from "./new-events.ts";
import { deliveryIn, endAll, record, recordOf } from "./new-records.ts";
import { disabled, madeFor, newReplay, runReplay, stepReplay } from "./new-replays.ts";

export function replayStepsSuite(open: OpenStore): void {
  test("in small steps, counting before making", async () => {
    const store = await open();
    const events = Array.from({ length: 7 }, () => newEvent());
    await store.accept([...events, newEvent(disabled("ops")), newEvent(disabled("ops"))]);
    await endAll(store, "ops", "failed");
    const replay = newReplay();
    await store.addReplay(replay);
    const stands: StoredReplay[] = [];
    do stands.push((await stepReplay(store, replay.id, 2)) ?? { ...stands[0]!, state: "done" });
    while (stands.at(-1)?.state === "running");
    const counted = stands.find(({ done }) => done > 0);
    expect(counted).toMatchObject({ total: 9, done: 2, state: "running" });
    const steps = stands.map(({ done }, index) => done - (stands[index - 1]?.done ?? 0));
    expect(Math.max(...steps)).toBe(2);
    expect(stands.at(-1)).toEqual({ ...replay, state: "done", total: 9, done: 9 });
    expect(await madeFor(store)).toHaveLength(9);
  });

  test("with little that lies between much", async () => {
    const store = await open();
    const met = Array.from({ length: 1_001 }, () => newEvent(disabled("ops")));
    await store.accept([...met, ...Array.from({ length: 2_500 }, () => newEvent())]);
    const claimed = await claim(store, "ops", { count: 2_500 });
    const places = new Set([0, 999, 1_000, 1_001, 1_999, 2_000, 2_499]);
    const sorted = claimed.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const records = sorted.map((one, index) =>
      recordOf(one, { state: places.has(index) ? "failed" : "delivered" }),
    );
    await record(store, ...records);
    const failed = sorted.filter((_, index) => places.has(index)).map(({ event }) => event.id);
    const replay = newReplay({ states: ["failed", "pending", "disabled"] });
    await store.addReplay(replay);
    let begun: StoredReplay | undefined;
    do begun = await stepReplay(store, replay.id, 3);
    while (begun?.done === 0);
    expect(begun).toMatchObject({ state: "running", total: 1_008, done: 2 });
    await runReplay(store, replay.id, 600);
    const wanted = [...met.map(({ id }) => id), ...failed].toSorted();
    expect(await madeFor(store)).toEqual(wanted);
  });

  test("with much of what arrived", async () => {
    const store = await open();
    await store.accept(Array.from({ length: 1_500 }, () => newEvent()));
    await endAll(store, "ops", "delivered");
    const replay = newReplay({ states: ["delivered"] });
    await store.addReplay(replay);
    expect(await runReplay(store, replay.id, 700)).toMatchObject({ total: 1_500, done: 1_500 });
    expect(new Set(await madeFor(store)).size).toBe(1_500);
  });

  test("in the order of the wishes, until they are done or cancelled", async () => {
    const store = await open();
    const [one, two, other] = [
      newReplay(),
      newReplay(),
      newReplay({ destinationId: "other", states: ["cancelled"] }),
    ];
    for (const replay of [other, two, one]) await store.addReplay(replay);
    const asked = { state: "running", total: 0, done: 0 };
    expect(await store.replay(two.id)).toEqual({ ...two, ...asked });
    const running = [one, two, other].map((replay) => ({ ...replay, ...asked }));
    expect(await store.runningReplays()).toEqual(running);
    expect(await runReplay(store, one.id, 5)).toMatchObject({ state: "done", total: 0, done: 0 });
    expect(await store.runningReplays()).toEqual(running.slice(1));
    await deliveryIn(store, "failed");
    await store.cancelReplays("ops");
    expect(await store.runningReplays()).toEqual(running.slice(2));
    expect(await store.replay(one.id)).toMatchObject({ state: "done" });
    expect(await stepReplay(store, two.id, 5)).toEqual({ ...two, ...asked, state: "cancelled" });
    expect(await stepReplay(store, one.id, 5)).toMatchObject({ state: "done", done: 0 });
    expect(await madeFor(store)).toEqual([]);
    expect(await store.replay("rpl_none")).toBeUndefined();
    expect(await stepReplay(store, "rpl_none", 5)).toBeUndefined();
  });
}
