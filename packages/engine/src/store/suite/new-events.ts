import { createHash } from "node:crypto";
import type { ClaimedDelivery, NewDelivery } from "../delivery-records.ts";
import type { NewEvent } from "../event-records.ts";
import type { Store } from "../store.ts";

/** A moment to count from. */
export const START: number = Date.UTC(2024, 10, 11, 10);
/** A moment at which all is due that ever will be. */
export const FAR: number = START + 365 * 24 * 60 * 60_000;

export interface EventChanges extends Partial<Omit<NewEvent, "deliveries" | "body">> {
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
    test: false,
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
  /** Claims what somebody asked for instead of what is due. */
  readonly manual?: boolean;
}

/** Claims what is due for one destination, or what was asked for. */
export async function claim(
  store: Store,
  destinationId = "ops",
  { now = START, leaseUntil = START + 20_000, count = 10, manual = false }: ClaimingOptions = {},
): Promise<readonly ClaimedDelivery[]> {
  const shares = [{ destinationId, count, manual }];
  const claimed = await store.claim({ now, leaseUntil, shares, enoughBytes: Infinity });
  return claimed.deliveries;
}

/** Accepts one delivery and claims it. */
export async function claimOne(store: Store, options?: ClaimingOptions): Promise<ClaimedDelivery> {
  await store.accept([newEvent()]);
  const [claimed] = await claim(store, "ops", options);
  if (!claimed) throw new Error("nothing was claimed");
  return claimed;
}
