import { expect, test } from "vitest";
import { NAME_WINDOW_MS } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { START, claim, newDelivery, newEvent } from "./new-events.ts";

export function acceptSuite(open: OpenStore): void {
  test("and answers with the deliveries that were made", async () => {
    const store = await open();
    const event = newEvent({ deliveries: ["b", "a"] });
    const [accepted] = await store.accept([event]);
    expect(accepted).toEqual({
      kind: "accepted",
      id: event.id,
      deliveries: event.deliveries.map(({ id, destinationId }) => ({ id, destinationId })),
    });
    const [again] = await store.accept([
      { ...newEvent({ deliveries: ["c"] }), name: event.name, bodyHash: event.bodyHash },
    ]);
    expect(again).toEqual({ ...accepted, kind: "duplicate" });
  });

  test("and answers one result each, in order, for a batch of all kinds", async () => {
    const store = await open();
    const known = newEvent();
    await store.accept([known]);
    const fresh = newEvent({ deliveries: [] });
    const results = await store.accept([
      newEvent({ name: known.name }),
      fresh,
      { ...newEvent(), name: known.name, bodyHash: known.bodyHash },
    ]);
    expect(results.map(({ kind }) => kind)).toEqual(["conflict", "accepted", "duplicate"]);
    expect(results[1]).toEqual({ kind: "accepted", id: fresh.id, deliveries: [] });
    expect(results[2]).toMatchObject({ id: known.id });
    expect(await store.accept([])).toEqual([]);
  });

  test("once where one name comes twice in a batch", async () => {
    const store = await open();
    const first = newEvent();
    const same = { ...newEvent(), name: first.name, bodyHash: first.bodyHash };
    const other = newEvent({ name: first.name });
    const results = await store.accept([first, same, other]);
    expect(results.map(({ kind }) => kind)).toEqual(["accepted", "duplicate", "conflict"]);
    expect(results[1]).toMatchObject({ id: first.id });
    expect(await store.event(same.id)).toBeUndefined();
    expect(await store.event(other.id)).toBeUndefined();
    expect(await store.delivery(same.deliveries[0]?.id ?? "")).toBeUndefined();
  });

  test("once where one name comes in several batches at the same time", async () => {
    const store = await open();
    const same = Array.from({ length: 20 }, () =>
      newEvent({ name: "key:same", body: '{"event_type":"x","status":"y"}' }),
    );
    const results = await Promise.all(same.map((event) => store.accept([event])));
    const kinds = results.flat().map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(["accepted", ...Array<string>(19).fill("duplicate")]);
  });

  test("and remembers a name for 24 hours, and no longer", async () => {
    const store = await open();
    const first = newEvent();
    await store.accept([first]);
    const later = (ms: number, changes = {}): ReturnType<typeof newEvent> => ({
      ...newEvent({ receivedAt: START + ms, ...changes }),
      name: first.name,
      bodyHash: first.bodyHash,
    });
    const kindOf = async (event: ReturnType<typeof newEvent>): Promise<string | undefined> =>
      (await store.accept([event]))[0]?.kind;
    expect(await kindOf(later(NAME_WINDOW_MS - 1))).toBe("duplicate");
    expect(await kindOf({ ...later(NAME_WINDOW_MS - 1), bodyHash: "other" })).toBe("conflict");
    const second = later(NAME_WINDOW_MS);
    expect(await kindOf(second)).toBe("accepted");
    expect((await store.accept([later(NAME_WINDOW_MS + 1)]))[0]).toMatchObject({
      kind: "duplicate",
      id: second.id,
    });
    expect(await kindOf(later(2 * NAME_WINDOW_MS - 1))).toBe("duplicate");
    expect(await kindOf(later(2 * NAME_WINDOW_MS))).toBe("accepted");
    expect(await store.event(first.id)).toBeDefined();
  });

  test("and knows a name also where the clock has gone back", async () => {
    const store = await open();
    const first = newEvent();
    await store.accept([first]);
    const before = newEvent({ receivedAt: START - 60_000 });
    const again = { ...before, name: first.name, bodyHash: first.bodyHash };
    expect((await store.accept([again]))[0]?.kind).toBe("duplicate");
  });

  test("all of a batch or nothing of it, and goes on afterwards", async () => {
    const store = await open();
    const good = newEvent();
    const bad = newEvent({ deliveries: [good.deliveries[0] ?? "ops"] });
    await expect(store.accept([good, bad])).rejects.toThrow(/unique constraint/i);
    expect(await store.event(good.id)).toBeUndefined();
    expect(await store.due()).toEqual([]);
    expect((await store.accept([good]))[0]?.kind).toBe("accepted");
  });

  test("and owes what it keeps to more destinations when it is told to", async () => {
    const store = await open();
    const event = newEvent({ receivedAt: START - 5, tenantId: "ours" });
    await store.accept([event]);
    const later = { ...newDelivery("ops", START + 9), expiresAt: START + 99 };
    const more = [newDelivery("b", START), later];
    await store.addDeliveries(event.id, more, START + 1);
    expect(await store.delivery(later.id)).toMatchObject({
      eventId: event.id,
      destinationId: "ops",
      tenantId: "ours",
      state: "pending",
      createdAt: START + 1,
      dueAt: START + 9,
    });
    const { deliveries = [] } = (await store.event(event.id)) ?? {};
    expect(deliveries.map(({ destinationId }) => destinationId).toSorted()).toEqual([
      "b",
      "ops",
      "ops",
    ]);
    const claimed = await claim(store, "ops", { now: START + 9 });
    expect(claimed.map(({ expiresAt }) => expiresAt)).toEqual([undefined, START + 99]);
  });

  test("and owes nothing of what it does not keep", async () => {
    const store = await open();
    const delivery = newDelivery("ops", START);
    await store.addDeliveries("evt_none", [delivery], START);
    expect(await store.delivery(delivery.id)).toBeUndefined();
    expect(await store.due()).toEqual([]);
  });

  test("and owes all that it is told to, or none of it", async () => {
    const store = await open();
    const event = newEvent({ deliveries: ["ops"] });
    await store.accept([event]);
    const more = [newDelivery("b", START), ...event.deliveries];
    await expect(store.addDeliveries(event.id, more, START)).rejects.toThrow(/unique constraint/i);
    expect((await store.event(event.id))?.deliveries).toHaveLength(1);
  });
}
