import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClaimedDelivery, DeliveryState, Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { START, newEvent } from "./new-events.ts";

const DESTINATIONS = ["a", "b", "c"] as const;

interface Owed {
  readonly destinationId: string;
  state: DeliveryState;
  dueAt: number;
  fence: number;
  attempts: number;
  leaseUntil: number;
}

/** A store in memory, as plain as can be: what the real one must agree with after every step. */
class Model {
  now: number = START;
  named = new Set<string>(DESTINATIONS);
  readonly owed = new Map<string, Owed>();
  readonly claimed: ClaimedDelivery[] = [];

  *pendingOf(destinationId: string): Generator<readonly [string, Owed]> {
    for (const entry of this.owed) {
      if (entry[1].destinationId === destinationId && entry[1].state === "pending") yield entry;
    }
  }

  due(): readonly { readonly destinationId: string; readonly dueAt: number }[] {
    return DESTINATIONS.flatMap((destinationId) => {
      const dues = [...this.pendingOf(destinationId)].map(([, { dueAt }]) => dueAt);
      return dues.length > 0 ? [{ destinationId, dueAt: Math.min(...dues) }] : [];
    });
  }
}

type Step = (model: Model, store: Store) => Promise<void>;

const destination = fc.constantFrom(...DESTINATIONS);

const accept = fc.uniqueArray(destination).map((ids): Step => async (model, store) => {
  const event = newEvent({ receivedAt: model.now, deliveries: ids });
  await store.accept([event]);
  for (const { id, destinationId, dueAt } of event.deliveries) {
    const rest = { state: "pending", fence: 0, attempts: 0, leaseUntil: 0 } as const;
    model.owed.set(id, { destinationId, dueAt, ...rest });
  }
});

const claim = fc
  .record({ destinationId: destination, count: fc.nat(3), lease: fc.integer({ min: 1, max: 60 }) })
  .map(({ destinationId, count, lease }): Step => async (model, store) => {
    const { now } = model;
    const leaseUntil = now + lease;
    const got = await store.claim({ now, leaseUntil, shares: [{ destinationId, count }] });
    const expected = [...model.pendingOf(destinationId)]
      .filter(([, { dueAt }]) => dueAt <= now)
      .toSorted(([, one], [, other]) => one.dueAt - other.dueAt)
      .slice(0, count);
    const dueOf = (id: string): number | undefined => model.owed.get(id)?.dueAt;
    expect(got.map(({ id }) => dueOf(id))).toEqual(expected.map(([, { dueAt }]) => dueAt));
    for (const delivery of got) {
      const owed = model.owed.get(delivery.id);
      if (!owed) throw new Error("claimed what nobody owes");
      expect([owed.state, owed.destinationId]).toEqual(["pending", destinationId]);
      expect(delivery.attempts).toBe(owed.attempts);
      expect(delivery.fence).toBeGreaterThan(owed.fence);
      Object.assign(owed, { state: "sending", fence: delivery.fence, leaseUntil });
      model.claimed.push(delivery);
    }
  });

const record = fc
  .record({
    which: fc.nat(),
    state: fc.constantFrom("pending", "delivered", "failed"),
    wait: fc.nat(50),
  })
  .map(({ which, state, wait }): Step => async (model, store) => {
    const claimed = model.claimed[which % Math.max(1, model.claimed.length)];
    const owed = model.owed.get(claimed?.id ?? "");
    if (!claimed || !owed) return;
    const holds = owed.state === "sending" && owed.fence === claimed.fence;
    const dueAt = state === "pending" ? { dueAt: model.now + wait } : {};
    const attempt = {
      number: claimed.attempts + 1,
      startedAt: model.now,
      durationMs: 1,
      outcome: "retry",
      status: undefined,
      reason: undefined,
      response: undefined,
      manual: false,
    } as const;
    const { id: deliveryId, fence } = claimed;
    const recorded = await store.record([{ deliveryId, fence, attempt, state, step: 1, ...dueAt }]);
    expect(recorded).toEqual([holds]);
    if (holds) Object.assign(owed, { state, attempts: owed.attempts + 1, ...dueAt });
  });

const pass = fc.integer({ min: 1, max: 40 }).map((ms): Step => async (model, store) => {
  model.now += ms;
  const over = [...model.owed.values()].filter(
    ({ state, leaseUntil }) => state === "sending" && leaseUntil <= model.now,
  );
  expect(await store.releaseExpired(model.now)).toBe(over.length);
  for (const owed of over) owed.state = "pending";
});

const rename = fc.uniqueArray(destination).map((ids): Step => async (model, store) => {
  const gone = DESTINATIONS.filter((id) => !ids.includes(id));
  const lost = gone.flatMap((id) => [...model.pendingOf(id)]);
  expect(await store.replaceDestinations(ids, model.now)).toBe(lost.length);
  for (const [, owed] of lost) owed.state = "cancelled";
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: accept },
  { weight: 6, arbitrary: claim },
  { weight: 6, arbitrary: record },
  { weight: 4, arbitrary: pass },
  { weight: 1, arbitrary: rename },
);

export function modelSuite(open: OpenStore): void {
  test("whatever is done to it, and in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const [model, store] = [new Model(), await open()];
        await store.replaceDestinations(DESTINATIONS, START);
        for (const take of steps) await take(model, store);
        const due = await store.due();
        expect(due.toSorted((a, b) => (a.destinationId < b.destinationId ? -1 : 1))).toEqual(
          model.due(),
        );
        for (const [id, owed] of model.owed) {
          const delivery = await store.delivery(id);
          expect([delivery?.state, delivery?.dueAt, delivery?.attempts.length]).toEqual([
            owed.state,
            owed.dueAt,
            owed.attempts,
          ]);
        }
      }),
      { numRuns: 25 },
    );
  });
}
