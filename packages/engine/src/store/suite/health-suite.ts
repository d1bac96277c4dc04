import { expect, test, vi } from "vitest";
import { HEALTHY, type Health } from "../../breaker.ts";
import type { Judge, Judgement, StoredDestination } from "../destination-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { START, claim, claimOne, newEvent } from "./new-events.ts";
import { newAttempt, newContact, noJudge, recordOf } from "./new-records.ts";

const CONTACT = { contact: newContact() };

/** A judge that counts failures, and otherwise judges as it is told. */
function counting(changes: Partial<Judgement> = {}): ReturnType<typeof vi.fn<Judge>> {
  return vi.fn<Judge>((_, health) => ({
    health: { ...health, failures: health.failures + 1 },
    disable: false,
    events: [],
    ...changes,
  }));
}

async function openWithOps(open: OpenStore): Promise<Store> {
  const store = await open();
  await store.nameDestinations([{ id: "ops", fingerprint: "one" }], START);
  return store;
}

async function standing(store: Store, id = "ops"): Promise<StoredDestination> {
  const found = (await store.destinations()).find((one) => one.id === id);
  if (!found) throw new Error(`there is no destination ${id}`);
  return found;
}

export function healthSuite(open: OpenStore): void {
  test("with the health that is kept, one record after the other", async () => {
    const store = await openWithOps(open);
    await store.accept([newEvent(), newEvent(), newEvent()]);
    const [one, two, three] = await claim(store);
    if (!one || !two || !three) throw new Error("too few were claimed");
    const judge = counting();
    const other = {
      contact: newContact({ outcome: "unauthorized", afterMs: 7, reason: undefined }),
    };
    const results = await store.record([recordOf(one, CONTACT), recordOf(two, other)], judge);
    const [last] = await store.record([recordOf(three, CONTACT)], judge);
    expect(judge.mock.calls).toEqual([
      ["ops", HEALTHY, CONTACT.contact],
      ["ops", { ...HEALTHY, failures: 1 }, other.contact],
      ["ops", { ...HEALTHY, failures: 2 }, CONTACT.contact],
    ]);
    const judged = [1, 2, 3].map((failures) => ({ ...HEALTHY, failures }));
    expect([...results, last].map((result) => result?.judgement?.health)).toEqual(judged);
    expect(await standing(store)).toMatchObject({ health: judged[2], state: "active" });
  });

  test("and keeps a health whole", async () => {
    const store = await openWithOps(open);
    const health: Health = {
      failures: 7,
      failingSince: START,
      failedAt: START + 1,
      answeredAt: START - 5,
      failing: true,
      probes: 3,
      holdUntil: START + 9_000,
      reason: 'é😀 "quoted"',
    };
    await store.record([recordOf(await claimOne(store), CONTACT)], counting({ health }));
    expect((await standing(store)).health).toEqual(health);
    const later = await claimOne(store, { now: START + 9_000, leaseUntil: START + 29_000 });
    await store.record([recordOf(later, CONTACT)], counting({ health: HEALTHY }));
    expect((await standing(store)).health).toEqual(HEALTHY);
  });

  test("but not by a record whose lease has passed", async () => {
    const store = await openWithOps(open);
    const slow = await claimOne(store);
    await store.releaseExpired(START + 20_000);
    const raised = newEvent();
    const judge = counting({ events: [raised], disable: true });
    expect(await store.record([recordOf(slow, CONTACT)], judge)).toEqual([{ recorded: false }]);
    expect(judge).not.toHaveBeenCalled();
    expect(await standing(store)).toMatchObject({ health: HEALTHY, state: "active" });
    expect(await store.event(raised.id)).toBeUndefined();
  });

  test("nor by one that says nothing of the receiver, nor one that it does not know", async () => {
    const store = await openWithOps(open);
    await store.accept([newEvent({ deliveries: ["ops", "unknown"] })]);
    const claimed = [...(await claim(store)), ...(await claim(store, "unknown"))];
    const records = claimed.map((one) => recordOf(one, one.destinationId === "ops" ? {} : CONTACT));
    const judge = counting();
    expect(await store.record(records, judge)).toEqual([{ recorded: true }, { recorded: true }]);
    expect(judge).not.toHaveBeenCalled();
  });

  test("and leaves those alone of which the judge says nothing, and all others", async () => {
    const store = await openWithOps(open);
    await store.nameDestinations(
      ["ops", "other"].map((id) => ({ id, fingerprint: "one" })),
      START,
    );
    await store.record([recordOf(await claimOne(store), CONTACT)], counting());
    const before = await store.destinations();
    const records = [recordOf(await claimOne(store), CONTACT)];
    expect(await store.record(records, noJudge)).toEqual([{ recorded: true }]);
    expect(await store.destinations()).toEqual(before);
    expect((await standing(store, "other")).health).toEqual(HEALTHY);
    expect((await standing(store)).health.failures).toBe(1);
  });

  test("and keeps the events that this raises, with what they owe", async () => {
    const store = await openWithOps(open);
    const raised = newEvent({ eventType: "destination.failing", deliveries: ["pager"] });
    const judge = counting({ events: [raised] });
    const [result] = await store.record([recordOf(await claimOne(store), CONTACT)], judge);
    expect(result).toEqual({
      recorded: true,
      judgement: { health: { ...HEALTHY, failures: 1 }, disable: false, events: [raised] },
    });
    expect(await store.event(raised.id)).toMatchObject({ type: "destination.failing" });
    expect(await store.due()).toEqual([{ destinationId: "pager", dueAt: START, manual: false }]);
  });

  test("or nothing of all that when a later record of the batch can't be kept", async () => {
    const store = await openWithOps(open);
    const spent = await claimOne(store);
    await store.record([recordOf(spent, { state: "pending" })], noJudge);
    const [bad] = await claim(store);
    const good = await claimOne(store);
    if (!bad) throw new Error("nothing was claimed");
    const raised = newEvent();
    const judge = counting({ events: [raised], disable: true });
    // An attempt with a number that is taken can't be kept.
    const records = [recordOf(good, CONTACT), recordOf(bad, { attempt: newAttempt() })];
    await expect(store.record(records, judge)).rejects.toThrow(/unique constraint/i);
    expect(await store.event(raised.id)).toBeUndefined();
    expect(await standing(store)).toMatchObject({ health: HEALTHY, state: "active" });
    expect(await store.delivery(good.id)).toMatchObject({ state: "sending", attempts: [] });
  });

  test("and records nothing where the judge throws", async () => {
    const store = await openWithOps(open);
    const claimed = await claimOne(store);
    const judge = (): never => {
      throw new Error("no judgement");
    };
    await expect(store.record([recordOf(claimed, CONTACT)], judge)).rejects.toThrow("no judgement");
    expect(await store.delivery(claimed.id)).toMatchObject({ state: "sending", attempts: [] });
  });

  test.each(["active", "paused"] as const)("and disables one that is %s, once", async (state) => {
    const store = await openWithOps(open);
    await store.setDestinationState("ops", state, START);
    const at = (endedAt: number) => ({ contact: newContact({ outcome: "gone", endedAt }) });
    const judge = counting({ disable: true });
    await store.record([recordOf(await claimOne(store), at(START + 5))], judge);
    await store.record([recordOf(await claimOne(store), at(START + 9))], judge);
    expect(await standing(store)).toMatchObject({
      state: "disabled",
      disabledAt: START + 5,
      updatedAt: START + 5,
      health: { failures: 2 },
    });
  });
}
