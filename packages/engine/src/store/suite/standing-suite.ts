import { expect, test } from "vitest";
import { HEALTHY } from "../../breaker.ts";
import type { DestinationState, StoredDestination } from "../destination-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { START, claim, newEvent } from "./new-events.ts";
import { newContact, recordOf } from "./new-records.ts";

const named = (...ids: readonly string[]): { id: string; fingerprint: string }[] =>
  ids.map((id) => ({ id, fingerprint: "one" }));

async function standing(store: Store, id = "ops"): Promise<StoredDestination | undefined> {
  return (await store.destinations()).find((one) => one.id === id);
}

/** Nothing of a trouble is left, but that people were told of it. */
const TOLD = { ...HEALTHY, failing: true };

const FAILING = { ...HEALTHY, failures: 5, failing: true, probes: 3, holdUntil: START + 9_000 };

/** Makes a destination fail. */
async function fail(store: Store, id = "ops"): Promise<void> {
  await store.accept([newEvent({ deliveries: [id] })]);
  const records = (await claim(store, id)).map((one) => recordOf(one, { contact: newContact() }));
  await store.record(records, () => ({ health: FAILING, disable: false, events: [] }));
}

async function openFailing(open: OpenStore, state: DestinationState): Promise<Store> {
  const store = await open();
  await store.nameDestinations(named("ops"), START);
  await fail(store);
  await store.setDestinationState("ops", state, START + 1);
  expect(await standing(store)).toMatchObject({ state, health: FAILING });
  return store;
}

export function standingSuite(open: OpenStore): void {
  test("which are active and healthy at first", async () => {
    const store = await open();
    expect(await store.destinations()).toEqual([]);
    await store.nameDestinations(named("b", "a"), START);
    const fresh = {
      source: "file",
      definition: undefined,
      state: "active",
      health: HEALTHY,
      createdAt: START,
      updatedAt: START,
      disabledAt: undefined,
    } as const;
    const ab = ["a", "b"].map((id) => ({ ...fresh, id }));
    expect(await store.destinations()).toEqual(ab);
    await store.nameDestinations(named("a", "b"), START + 1);
    expect(await store.destinations()).toEqual(ab);
    await store.nameDestinations(named("b"), START + 2);
    expect(await store.destinations()).toEqual(ab.slice(1));
  });

  test("which an operator pauses, disables and makes active", async () => {
    const store = await open();
    await store.nameDestinations(named("ops", "other"), START);
    await store.setDestinationState("ops", "paused", START + 1);
    expect(await standing(store)).toMatchObject({ state: "paused", updatedAt: START + 1 });
    await store.setDestinationState("ops", "disabled", START + 2);
    expect(await standing(store)).toMatchObject({ state: "disabled", disabledAt: START + 2 });
    await store.setDestinationState("ops", "active", START + 3);
    expect(await standing(store)).toMatchObject({
      state: "active",
      updatedAt: START + 3,
      disabledAt: START + 2,
    });
    expect(await standing(store, "other")).toMatchObject({ state: "active", updatedAt: START });
    await store.setDestinationState("unknown", "paused", START + 4);
    expect(await standing(store, "unknown")).toBeUndefined();
  });

  test("which start anew after they were disabled, and are probed at once after a pause", async () => {
    const disabled = await openFailing(open, "disabled");
    await disabled.setDestinationState("ops", "active", START + 2);
    expect(await standing(disabled)).toMatchObject({ state: "active", health: TOLD });
    const paused = await openFailing(open, "paused");
    await paused.setDestinationState("ops", "active", START + 2);
    const probed = { ...FAILING, probes: 0, holdUntil: undefined };
    expect(await standing(paused)).toMatchObject({ state: "active", health: probed });
  });

  test("of which a disabled one stays so until its definition is another", async () => {
    const store = await openFailing(open, "disabled");
    const before = await standing(store);
    await store.nameDestinations(named("ops"), START + 2);
    expect(await standing(store)).toEqual(before);
    await store.nameDestinations([{ id: "ops", fingerprint: "two" }], START + 3);
    expect(await standing(store)).toMatchObject({
      state: "active",
      health: TOLD,
      createdAt: START,
      updatedAt: START + 3,
    });
  });

  test("of which a paused one stays so, and is healthy with another definition", async () => {
    const store = await openFailing(open, "paused");
    await store.nameDestinations(named("ops"), START + 2);
    expect(await standing(store)).toMatchObject({ state: "paused", health: FAILING });
    await store.nameDestinations([{ id: "ops", fingerprint: "two" }], START + 3);
    expect(await standing(store)).toMatchObject({ state: "paused", health: TOLD });
  });

  test("of which one starts anew that comes back after it was deleted", async () => {
    const store = await openFailing(open, "disabled");
    await store.nameDestinations([], START + 2);
    expect(await store.destinations()).toEqual([]);
    await store.nameDestinations(named("ops"), START + 3);
    expect(await standing(store)).toMatchObject({
      state: "active",
      health: HEALTHY,
      updatedAt: START + 3,
      disabledAt: undefined,
    });
    expect(await store.deletedAmong(["ops"])).toEqual([]);
  });

  test("of which the file leaves those of the API alone", async () => {
    const store = await open();
    await store.putDestination({ id: "dst_1", fingerprint: "one" }, "s1.sealed", START);
    const made = {
      id: "dst_1",
      source: "api",
      definition: "s1.sealed",
      state: "active",
      health: HEALTHY,
      createdAt: START,
      updatedAt: START,
      disabledAt: undefined,
    } as const;
    expect(await store.destinations()).toEqual([made]);
    await fail(store, "dst_1");
    await store.setDestinationState("dst_1", "disabled", START + 1);
    const before = await standing(store, "dst_1");
    await store.nameDestinations(named("ops"), START + 2);
    await store.nameDestinations([], START + 3);
    expect(await store.destinations()).toEqual([before]);
  });

  test("of which those of the API are defined anew and deleted", async () => {
    const store = await open();
    const [one, two] = named("dst_1", "dst_2");
    if (!one || !two) return;
    for (const each of [one, two]) await store.putDestination(each, "s1.first", START);
    await store.putDestination(one, "s1.second", START + 1);
    expect(await standing(store, "dst_1")).toMatchObject({
      definition: "s1.second",
      createdAt: START,
      updatedAt: START + 1,
    });
    await store.deleteDestination("dst_1", START + 2);
    await store.deleteDestination("unknown", START + 2);
    expect(await store.destinations()).toMatchObject([{ id: "dst_2", definition: "s1.first" }]);
  });

  test("of which one of the API starts anew with another fingerprint, as one of the file", async () => {
    const store = await open();
    const one = { id: "dst_1", fingerprint: "one" };
    await store.putDestination(one, "s1.first", START);
    await fail(store, "dst_1");
    await store.setDestinationState("dst_1", "disabled", START + 1);
    await store.putDestination(one, "s1.other-rule", START + 2);
    expect(await standing(store, "dst_1")).toMatchObject({ state: "disabled", health: FAILING });
    await store.putDestination({ ...one, fingerprint: "two" }, "s1.other-url", START + 3);
    expect(await standing(store, "dst_1")).toMatchObject({ state: "active", health: TOLD });
  });
}
