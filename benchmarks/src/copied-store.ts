import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Store } from "@syncbell/engine";

const EVENT = new URL(
  "../../apps/dispatcher/fixtures/pipeline.post_sync.succeeded.json",
  import.meta.url,
);
const DESTINATIONS = 5;
/** How many events are kept by one transaction, and deliveries claimed by one. */
const BATCH = 500;

type NewEvent = Parameters<Store["accept"]>[0][number];

const id = (prefix: string, number: number): string =>
  `${prefix}_${String(number).padStart(26, "0")}`;

/** The event of a number: the same for the same number, owed to five destinations. */
export function eventOf(number: number, now: number): NewEvent {
  const body = Buffer.from(`${readFileSync(EVENT, "utf8").trimEnd().slice(0, -1)},"n":${number}}`);
  const ids = Array.from({ length: DESTINATIONS }, (_, nth) => `destination-${nth}`);
  return {
    id: id("evt", number),
    name: `key:${number}`,
    bodyHash: createHash("sha256").update(body).digest("hex"),
    body,
    eventType: "post_sync",
    status: "succeeded",
    tenantId: `tenant-${number % 100}`,
    taskId: `task-${number % 1_000}`,
    receivedAt: now,
    test: false,
    decisions: ids.map((destinationId) => ({
      destinationId,
      decision: "deliver",
      reason: "no rule",
      unevaluable: false,
    })),
    deliveries: ids.map((destinationId, nth) => ({
      id: id("dlv", number * DESTINATIONS + nth),
      destinationId,
      dueAt: now,
      expiresAt: undefined,
    })),
  };
}

/** Has a store owe so many deliveries, of which a fifth has been delivered and a few are being sent. */
export async function fillStore(store: Store, deliveries: number, now: number): Promise<void> {
  const events = Math.ceil(deliveries / DESTINATIONS);
  for (let from = 0; from < events; from += BATCH) {
    const count = Math.min(BATCH, events - from);
    await store.accept(Array.from({ length: count }, (_, nth) => eventOf(from + nth, now)));
  }
  const claim = async (destinationId: string) => {
    const shares = [{ destinationId, count: BATCH, manual: false }];
    const lease = { now, leaseUntil: now + 20_000, enoughBytes: Infinity };
    return (await store.claim({ ...lease, shares })).deliveries;
  };
  for (;;) {
    const claimed = await claim("destination-0");
    if (claimed.length === 0) break;
    await store.record(
      claimed.map(({ id: deliveryId, destinationId, fence }) => ({
        deliveryId,
        destinationId,
        fence,
        attempt: {
          number: 1,
          startedAt: now,
          durationMs: 12,
          outcome: "delivered",
          status: 200,
          reason: undefined,
          response: "ok",
          manual: false,
        },
        state: "delivered",
        step: 1,
      })),
      () => undefined,
    );
  }
  await claim("destination-1");
}
