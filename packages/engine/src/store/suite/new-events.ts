import { createHash } from "node:crypto";
import type { ClaimedDelivery, NewDelivery, NewEvent, Store } from "../store.ts";

/** A moment to count from. */
export const START: number = Date.UTC(2024, 10, 11, 10);

interface EventChanges extends Partial<Omit<NewEvent, "deliveries" | "body">> {
  readonly body?: string | Uint8Array;
  /** The destinations that are owed a delivery, or the deliveries whole. */
  readonly deliveries?: readonly (string | NewDelivery)[];
}

let made = 0;

/** An event as it is handed to a store: by its own name unless a test says otherwise. */
export function newEvent(changes: EventChanges = {}): NewEvent {
  const number = String(++made).padStart(9, "0");
  const { deliveries = ["ops"], body: given, ...others } = changes;
  const body = Buffer.from(given ?? `{"event_type":"post_sync","number":${number}}`);
  const receivedAt = changes.receivedAt ?? START;
  return {
    id: `evt_${number}`,
    name: `key:${number}`,
    bodyHash: createHash("sha256").update(body).digest("hex"),
    body,
    eventType: "post_sync",
    status: "failed",
    tenantId: "tenant-1",
    taskId: "task-1",
    receivedAt,
    decisions: [],
    ...others,
    deliveries: deliveries.map((each, index) =>
      typeof each === "string" ? newDelivery(each, receivedAt, `${number}_${index}`) : each,
    ),
  };
}

/** A delivery that is owed to a destination from `dueAt` on. */
export function newDelivery(destinationId: string, dueAt: number, id?: string): NewDelivery {
  const own = id ?? String(++made).padStart(9, "0");
  return { id: `dlv_${own}`, destinationId, dueAt, expiresAt: undefined };
}

export interface ClaimingOptions {
  readonly now?: number;
  readonly leaseUntil?: number;
  readonly count?: number;
}

/** Claims what is due for one destination. */
export function claim(
  store: Store,
  destinationId = "ops",
  { now = START, leaseUntil = START + 20_000, count = 10 }: ClaimingOptions = {},
): Promise<readonly ClaimedDelivery[]> {
  return store.claim({ now, leaseUntil, shares: [{ destinationId, count }] });
}

/** Accepts one delivery and claims it. */
export async function claimOne(store: Store, options?: ClaimingOptions): Promise<ClaimedDelivery> {
  await store.accept([newEvent()]);
  const [claimed] = await claim(store, "ops", options);
  if (!claimed) throw new Error("nothing was claimed");
  return claimed;
}
