import { idBound } from "../ids.ts";
import type { Decision } from "../decision.ts";
import type { NewEvent } from "../store/event-records.ts";
import type { Store } from "../store/store.ts";
import { bytesOf, postSync } from "./events.ts";

/** What all events of a backlog say: none of it is ever sent. */
const BODY = bytesOf(postSync());

function backlogEvent(
  index: number,
  receivedAt: number,
  decisions: readonly Decision[] = [],
): NewEvent {
  const id = `${idBound("evt", receivedAt)}${String(index).padStart(8, "0")}`;
  return {
    id,
    name: `backlog:${id}`,
    bodyHash: id,
    body: BODY,
    eventType: "post_sync",
    status: "succeeded",
    tenantId: "tenant-1",
    taskId: "pipeline-1",
    receivedAt,
    test: false,
    decisions,
    deliveries: [],
  };
}

/** Writes as many events into a store, past the engine, each of which met a disabled destination. */
export async function writeMissed(
  store: Store,
  count: number,
  receivedAt: number,
  destinationId: string,
): Promise<void> {
  const missed = { destinationId, decision: "disabled", reason: "", unevaluable: false } as const;
  const events = Array.from({ length: count }, (_, index) =>
    backlogEvent(index, receivedAt, [missed]),
  );
  await store.accept(events);
}

/** Writes as many deliveries of one event into a store, past the engine, all of them due. */
export async function writeOwed(
  store: Store,
  count: number,
  receivedAt: number,
  destinationId: string,
): Promise<void> {
  const event = backlogEvent(0, receivedAt);
  await store.accept([event]);
  const deliveries = Array.from({ length: count }, (_, index) => ({
    id: `${idBound("evt", receivedAt).replace("evt", "dlv")}${String(index).padStart(8, "0")}`,
    destinationId,
    dueAt: receivedAt,
    expiresAt: undefined,
  }));
  await store.addDeliveries(event.id, deliveries, receivedAt);
}
