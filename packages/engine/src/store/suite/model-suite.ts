import fc from "fast-check";
import { expect, test } from "vitest";
import type { DeliveryState, DueDestination } from "../delivery-records.ts";
import type { Store } from "../store.ts";
import type { OpenStore } from "../store-suite.ts";
import { step } from "./model-steps.ts";
import { DESTINATIONS, Model } from "./model.ts";
import { START } from "./new-events.ts";

/** What there is: who is owed something, the destinations, and each delivery in short. */
interface Kept {
  readonly due: readonly DueDestination[];
  readonly named: readonly string[];
  readonly deliveries: readonly (readonly [string, DeliveryState, number, number, number])[];
}

async function keptBy(store: Store, model: Model): Promise<Kept> {
  const due = await store.due();
  const deliveries = await store.deliveries({}, { limit: model.owed.size + 1 });
  return {
    due: due.toSorted((a, b) => (a.destinationId < b.destinationId ? -1 : 1)),
    named: (await store.destinations()).map(({ id }) => id),
    deliveries: deliveries
      .toReversed()
      .map(({ id, state, dueAt, attemptCount, attempts }) => [
        id,
        state,
        dueAt,
        attemptCount,
        attempts.length,
      ]),
  };
}

function expected(model: Model): Kept {
  return {
    due: model.due(),
    named: model.named.toSorted(),
    deliveries: [...model.owed].map(([id, { state, dueAt, attempts }]) => [
      id,
      state,
      dueAt,
      attempts,
      attempts,
    ]),
  };
}

export function modelSuite(open: OpenStore): void {
  test("whatever is done to it, and in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
        const [model, store] = [new Model(), await open()];
        const named = DESTINATIONS.map((id) => ({ id, fingerprint: "0" }));
        await store.nameDestinations(named, START);
        for (const take of steps) await take(model, store);
        expect(await keptBy(store, model)).toEqual(expected(model));
        await store.close();
      }),
      { numRuns: 30 },
    );
  });
}
