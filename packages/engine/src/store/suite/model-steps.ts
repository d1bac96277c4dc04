import fc from "fast-check";
import { expect } from "vitest";
import type { ClaimedDelivery } from "../delivery-records.ts";
import type { Store } from "../store.ts";
import { DESTINATIONS, type Model, type Owed } from "./model.ts";
import { newEvent } from "./new-events.ts";
import { newAttempt, record as recordAll } from "./new-records.ts";

/** Something that is done to a store and to its model, which must agree on what comes of it. */
export type Step = (model: Model, store: Store) => Promise<void>;

const destination = fc.constantFrom(...DESTINATIONS);

const accept = fc.uniqueArray(destination).map((ids): Step => async (model, store) => {
  const event = newEvent({ receivedAt: model.now, deliveries: ids });
  await store.accept([event]);
  for (const { id, destinationId, dueAt } of event.deliveries) model.owe(id, destinationId, dueAt);
});

/** Takes in what was claimed: only the deliveries of which some were expected. */
function take(
  model: Model,
  got: readonly ClaimedDelivery[],
  expected: readonly (readonly [string, Owed])[],
  leaseUntil: number,
): void {
  const ids = new Set(expected.map(([id]) => id));
  for (const delivery of got) {
    const owed = model.owed.get(delivery.id);
    if (!owed || !ids.delete(delivery.id)) throw new Error("claimed what nobody owes");
    expect(delivery.attempts).toBe(owed.attempts);
    expect(delivery.fence).toBeGreaterThan(owed.fence);
    Object.assign(owed, { state: "sending", fence: delivery.fence, leaseUntil });
    model.claimed.push(delivery);
  }
}

const share = fc.record({
  destinationId: destination,
  count: fc.nat(3),
  lease: fc.integer({ min: 1, max: 60 }),
});

const claim = share.map(({ destinationId, count, lease }): Step => async (model, store) => {
  const { now } = model;
  const leaseUntil = now + lease;
  const shares = [{ destinationId, count, manual: false }];
  const claimed = await store.claim({ now, leaseUntil, shares, enoughBytes: Infinity });
  const got = claimed.deliveries;
  const due = model.pendingOf(destinationId).filter(([, { dueAt }]) => dueAt <= now);
  const first = due.map(([, { dueAt }]) => dueAt).toSorted((a, b) => a - b);
  expect(got.map(({ id }) => model.owed.get(id)?.dueAt)).toEqual(first.slice(0, count));
  expect(got.filter(({ returnTo }) => returnTo !== undefined)).toEqual([]);
  take(model, got, due, leaseUntil);
});

const claimManual = share.map(({ destinationId, count, lease }): Step => async (model, store) => {
  const leaseUntil = model.now + lease;
  const shares = [{ destinationId, count, manual: true }];
  const asked = { now: model.now, leaseUntil, shares, enoughBytes: Infinity };
  const got = (await store.claim(asked)).deliveries;
  const askedFor = model.askedForAt(destinationId);
  const byTime = (a: number, b: number): number => a - b;
  const first = askedFor.map(([, { manualAt }]) => manualAt).toSorted(byTime);
  const times = got.map(({ id }) => model.owed.get(id)?.manualAt ?? 0);
  expect(times.toSorted(byTime)).toEqual(first.slice(0, count));
  for (const { id, returnTo } of got) {
    const owed = model.owed.get(id);
    expect(returnTo).toBe(owed?.state);
    if (owed) Object.assign(owed, { returnTo, manual: owed.manual - 1 });
  }
  take(model, got, askedFor, leaseUntil);
});

const record = fc
  .record({
    which: fc.nat(),
    state: fc.constantFrom("pending", "delivered", "failed"),
    wait: fc.nat(50),
  })
  .map(({ which, state, wait }): Step => async (model, store) => {
    const picked = model.pickClaim(which);
    if (!picked) return;
    const { claimed, owed, holds } = picked;
    const { id: deliveryId, destinationId, fence, returnTo, attempts } = claimed;
    const isBack = returnTo !== undefined && state !== "delivered";
    const dueAt = state === "pending" && !isBack ? { dueAt: model.now + wait } : {};
    const next = { state: isBack ? returnTo : state, ...dueAt };
    const attempt = newAttempt({ number: attempts + 1, manual: returnTo !== undefined });
    const made = { deliveryId, destinationId, fence, attempt, step: 1, ...next };
    expect(await recordAll(store, made)).toEqual([holds]);
    if (holds) Object.assign(owed, { ...next, attempts: attempts + 1, returnTo: undefined });
  });

const renew = fc
  .record({ which: fc.nat(), lease: fc.integer({ min: 1, max: 60 }) })
  .map(({ which, lease }): Step => async (model, store) => {
    const picked = model.pickClaim(which);
    if (!picked) return;
    const leaseUntil = model.now + lease;
    await store.renew([picked.claimed], leaseUntil);
    if (picked.holds) Object.assign(picked.owed, { leaseUntil });
  });

const retry = fc.nat().map((which): Step => async (model, store) => {
  const [id, owed] = model.pick(which) ?? ["dlv_none", undefined];
  const result = await store.retry(id, model.now);
  if (!owed) expect(result).toEqual({ kind: "unknown" });
  else if (owed.state === "sending") expect(result).toEqual({ kind: "refused", state: "sending" });
  else {
    expect(result).toEqual({ kind: "done" });
    if (owed.manual === 0) owed.manualAt = model.now;
    owed.manual++;
  }
});

const cancel = fc.nat().map((which): Step => async (model, store) => {
  const [id, owed] = model.pick(which) ?? ["dlv_none", undefined];
  const result = await store.cancel(id, "nobody wants it");
  if (!owed) expect(result).toEqual({ kind: "unknown" });
  else if (owed.state !== "pending") expect(result).toEqual({ kind: "refused", state: owed.state });
  else {
    expect(result).toEqual({ kind: "done" });
    Object.assign(owed, { state: "cancelled", manual: 0 });
  }
});

const endOwed = fc
  .record({
    destinationId: destination,
    state: fc.constantFrom("failed", "cancelled"),
    age: fc.nat(30),
    limit: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ destinationId, state, age, limit }): Step => async (model, store) => {
    const madeBy = model.now - age;
    const isOlder = ([, { createdAt }]: readonly [string, Owed]): boolean => createdAt <= madeBy;
    const askedFor = model.askedForAt(destinationId).filter(isOlder);
    const pending = model.pendingOf(destinationId).filter(isOlder);
    const ended = await store.endOwed(destinationId, { state, reason: "over", madeBy, limit });
    expect(ended).toBe(Math.min(limit, pending.length));
    for (const [, owed] of askedFor) owed.manual = 0;
    // Which of them is not promised.
    let left = ended;
    for (const [id, owed] of pending) {
      const now = (await store.delivery(id))?.state;
      if (now === "pending") continue;
      expect([now, left-- > 0]).toEqual([state, true]);
      owed.state = state;
    }
    expect(left).toBe(0);
  });

const name = fc.uniqueArray(destination).map((ids): Step => async (model, store) => {
  const before = new Set(await store.deletedAmong(DESTINATIONS));
  expect(before).toEqual(new Set(DESTINATIONS.filter((id) => !model.named.includes(id))));
  const fingerprints = ids.map((id) => ({ id, fingerprint: String(model.now % 2) }));
  await store.nameDestinations(fingerprints, model.now);
  model.named = ids;
});

const pass = fc.integer({ min: 1, max: 40 }).map((ms): Step => async (model, store) => {
  model.now += ms;
  expect(await store.releaseExpired(model.now)).toBe(model.release());
});

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: accept },
  { weight: 6, arbitrary: claim },
  { weight: 4, arbitrary: claimManual },
  { weight: 7, arbitrary: record },
  { weight: 2, arbitrary: renew },
  { weight: 4, arbitrary: retry },
  { weight: 1, arbitrary: cancel },
  { weight: 1, arbitrary: endOwed },
  { weight: 1, arbitrary: name },
  { weight: 3, arbitrary: pass },
);
