import { expect, test } from "vitest";
import { type Health, HEALTHY } from "../../breaker.ts";
import { openEmpty } from "../../testing/postgres-databases.ts";
import type { Store } from "../store.ts";
import { START, claim, newEvent } from "../suite/new-events.ts";
import { newContact, recordOf } from "../suite/new-records.ts";

const FAILING: Health = { ...HEALTHY, failures: 5, failing: true, probes: 1 };
/** Long enough after the start that nothing is held any more. */
const LATER = START + 60_000;

/** A store in which a destination is owed much, and stands so. */
async function openWith(health: Health): Promise<Store> {
  const store = await openEmpty();
  await store.nameDestinations([{ id: "ops", fingerprint: "one" }], START);
  await store.accept(Array.from({ length: 20 }, () => newEvent()));
  const [first] = await claim(store, "ops", { count: 1 });
  if (!first) throw new Error("nothing was claimed");
  await stand(store, first, health);
  return store;
}

/** Records an attempt that makes the destination stand so. */
async function stand(
  store: Store,
  claimed: Awaited<ReturnType<typeof claim>>[number],
  health: Health,
): Promise<void> {
  const record = recordOf(claimed, { contact: newContact(), state: "pending", dueAt: START });
  await store.record([record], () => ({ health, disable: false, events: [] }));
}

test("a destination that fails is taken from by one at a time, however many claim at once", async () => {
  const store = await openWith(FAILING);
  const claims = await Promise.all(
    Array.from({ length: 8 }, () => claim(store, "ops", { now: LATER })),
  );
  const [probe, ...others] = claims.flat();
  if (!probe) throw new Error("nothing was claimed");
  expect(others).toEqual([]);
  await stand(store, probe, { ...FAILING, probes: 2, holdUntil: LATER + 2_000 });
  expect(await claim(store, "ops", { now: LATER + 1_999 })).toEqual([]);
  const [next] = await claim(store, "ops", { now: LATER + 2_000 });
  if (!next) throw new Error("nothing was claimed");
  await stand(store, next, HEALTHY);
  expect(await claim(store, "ops", { now: LATER + 2_000, count: 30 })).toHaveLength(20);
});

test("the probe of a dispatcher that is gone makes room for another once its lease has ended", async () => {
  const store = await openWith(FAILING);
  const until = { now: LATER, leaseUntil: LATER + 15_000 };
  expect(await claim(store, "ops", until)).toHaveLength(1);
  await store.releaseExpired(LATER + 14_999);
  expect(await claim(store, "ops", { now: LATER + 14_999 })).toEqual([]);
  await store.releaseExpired(LATER + 15_000);
  expect(await claim(store, "ops", { now: LATER + 15_000 })).toHaveLength(1);
});

test("one that asked for time is left alone by those too that did not hear of it", async () => {
  const store = await openWith({ ...HEALTHY, failures: 1, holdUntil: START + 30_000 });
  expect(await claim(store, "ops", { now: START + 29_999 })).toEqual([]);
  expect(await claim(store, "ops", { now: START + 30_000, count: 30 })).toHaveLength(20);
});

test("a hold longer than any there is comes from a clock that was set back, and is none", async () => {
  const store = await openWith({ ...FAILING, holdUntil: LATER + 86_400_000 });
  expect(await claim(store, "ops", { now: LATER })).toHaveLength(1);
});

test("what somebody asked for waits for no probe and no hold", async () => {
  const store = await openWith({ ...FAILING, holdUntil: LATER + 2_000 });
  const [one, two] = await store.deliveries({}, { limit: 2 });
  for (const wish of [one, two]) await store.retry(wish?.id ?? "", START);
  expect(await claim(store, "ops", { now: LATER, manual: true })).toHaveLength(2);
  expect(await claim(store, "ops", { now: LATER })).toEqual([]);
});

test("others are not held up by those that fail", async () => {
  const store = await openWith(FAILING);
  await store.accept([newEvent({ deliveries: ["data"] }), newEvent({ deliveries: ["data"] })]);
  const shares = ["ops", "data"].map((destinationId) => ({
    destinationId,
    count: 9,
    manual: false,
  }));
  const request = { now: LATER, leaseUntil: LATER + 20_000, shares, enoughBytes: Infinity };
  const { deliveries } = await store.claim(request);
  expect(deliveries.map(({ destinationId }) => destinationId)).toEqual(["ops", "data", "data"]);
});
