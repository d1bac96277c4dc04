import { expect, test } from "vitest";
import type { NewReplay, StoredReplay } from "../replay-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { START, claim, newEvent } from "./new-events.ts";
import { deliveryIn, endAll } from "./new-records.ts";
import {
  UNTIL,
  disabled,
  eventOf,
  madeFor,
  newReplay,
  owe,
  runReplay,
  stepReplay,
} from "./new-replays.ts";

async function run(store: Store, changes: Partial<NewReplay> = {}): Promise<StoredReplay> {
  const replay = newReplay(changes);
  await store.addReplay(replay);
  return runReplay(store, replay.id, 100);
}

export function replaySuite(open: OpenStore): void {
  test("with what has failed and never arrived, once for each event", async () => {
    const store = await open();
    const failed = await eventOf(store, deliveryIn(store, "failed"));
    const expired = await eventOf(store, deliveryIn(store, "expired"));
    const twice = await eventOf(store, deliveryIn(store, "failed"));
    const arrived = await eventOf(store, deliveryIn(store, "failed"));
    for (const [id, state] of [
      [twice, "failed"],
      [arrived, "delivered"],
    ] as const) {
      await owe(store, id);
      await endAll(store, "ops", state);
    }
    await deliveryIn(store, "cancelled");
    await deliveryIn(store, "delivered");
    const owed = await eventOf(store, deliveryIn(store, "failed"));
    await owe(store, owed);
    const done = await run(store, { states: ["failed", "expired", "disabled"] });
    expect(done).toMatchObject({ state: "done", total: 3, done: 3 });
    expect(await madeFor(store)).toEqual([failed, expired, twice].toSorted());
  });

  test("with deliveries like any other", async () => {
    const store = await open();
    const eventId = await eventOf(store, deliveryIn(store, "failed", { tenantId: "ours" }));
    const replay = newReplay();
    await store.addReplay(replay);
    const step = { now: UNTIL + 7, expiresAt: UNTIL + 99 };
    while ((await stepReplay(store, replay.id, 5, step))?.state === "running");
    const [made] = await store.deliveries({ destinationId: "ops" }, { limit: 1 });
    expect(made).toMatchObject({
      eventId,
      tenantId: "ours",
      state: "pending",
      createdAt: UNTIL + 7,
      dueAt: UNTIL + 7,
      attemptCount: 0,
    });
    const claimed = await claim(store, "ops", { now: UNTIL + 7 });
    expect(claimed).toMatchObject([{ id: made?.id, step: 0, expiresAt: UNTIL + 99 }]);
  });

  test("from when it begins until before it ends, and nowhere else", async () => {
    const store = await open();
    const times = [START - 1, START, UNTIL - 1, UNTIL];
    const events: string[] = [];
    for (const receivedAt of times) {
      events.push(await eventOf(store, deliveryIn(store, "failed", { receivedAt })));
      const met = newEvent({ receivedAt, ...disabled("ops") });
      await store.accept([met, newEvent({ receivedAt, ...disabled("other") })]);
      events.push(met.id);
    }
    await deliveryIn(store, "failed", { deliveries: ["other"] });
    const since = new Set((await store.deliveries({}, { limit: 99 })).map(({ id }) => id));
    await run(store);
    const made = (await store.deliveries({}, { limit: 99 })).filter(({ id }) => !since.has(id));
    expect(made.map(({ eventId }) => eventId).toSorted()).toEqual(events.slice(2, 6).toSorted());
    expect(new Set(made.map(({ destinationId }) => destinationId))).toEqual(new Set(["ops"]));
  });

  test("with what met the destination while it was disabled, unless that was made up for", async () => {
    const store = await open();
    const [met, madeUp, filtered] = [
      newEvent(disabled("ops")),
      newEvent(disabled("ops")),
      newEvent({
        decisions: [
          { destinationId: "ops", decision: "filtered", reason: "", unevaluable: false },
          { destinationId: "other", decision: "disabled", reason: "", unevaluable: false },
        ],
        deliveries: [],
      }),
    ];
    await store.accept([met, madeUp, filtered]);
    await owe(store, madeUp.id);
    await endAll(store, "ops", "delivered");
    expect(await run(store, { states: ["failed"] })).toMatchObject({ total: 0, done: 0 });
    expect(await run(store, { states: ["disabled"] })).toMatchObject({ total: 1, done: 1 });
    expect(await madeFor(store)).toEqual([met.id]);
  });

  test("also with what arrived where that is wanted, once for each event", async () => {
    const store = await open();
    const arrived = await eventOf(store, deliveryIn(store, "delivered"));
    const twice = await eventOf(store, deliveryIn(store, "delivered"));
    await owe(store, twice);
    await endAll(store, "ops", "delivered");
    const owed = await eventOf(store, deliveryIn(store, "delivered"));
    await owe(store, owed);
    await eventOf(store, deliveryIn(store, "cancelled"));
    expect(await run(store, { states: ["delivered"] })).toMatchObject({ total: 2, done: 2 });
    expect(await madeFor(store)).toEqual([arrived, twice].toSorted());
  });

  test("but never with test notices", async () => {
    const store = await open();
    await deliveryIn(store, "failed", { test: true });
    await deliveryIn(store, "delivered", { test: true });
    await store.accept([newEvent({ ...disabled("ops"), test: true })]);
    const states = ["failed", "delivered", "disabled"] as const;
    expect(await run(store, { states })).toMatchObject({ state: "done", total: 0, done: 0 });
    expect(await madeFor(store)).toEqual([]);
  });

  test.each(["failed", "delivered"] as const)(
    "once for each event, also where what was made has %s before its next turn",
    async (state) => {
      const store = await open();
      const twice = await eventOf(store, deliveryIn(store, state));
      await owe(store, twice);
      await endAll(store, "ops", state);
      await store.accept([newEvent(disabled("ops"))]);
      const replay = newReplay({ states: [state, "disabled"] });
      await store.addReplay(replay);
      for (;;) {
        const stepped = await stepReplay(store, replay.id, 1);
        await endAll(store, "ops", state);
        if (stepped?.state !== "running") break;
      }
      expect(await madeFor(store)).toHaveLength(2);
      expect(await store.replay(replay.id)).toMatchObject({ total: 2, done: 2 });
    },
  );
}
