import type { DeliveryRef } from "../delivery-records.ts";
import type { DigestPart } from "../digest-records.ts";
import type { NewEvent } from "../event-records.ts";
import { type OwedDelivery, oweDeliveries } from "./deliveries.ts";
import { type Addition, addToDigests, lockDigests, openDigests } from "./digests.ts";
import type { Session } from "./session.ts";

/** An event, and the digests that it becomes a part of. */
export interface DigestedEvent {
  readonly event: NewEvent;
  readonly parts: readonly DigestPart[];
}

/** Makes events parts of digests, and opens those that are not open; answers the digests by event. */
export async function digestEvents(
  session: Session,
  digested: readonly DigestedEvent[],
): Promise<ReadonlyMap<string, readonly DeliveryRef[]>> {
  const ids = new Set(digested.flatMap(({ parts }) => parts.map((part) => part.destinationId)));
  if (ids.size === 0) return new Map();
  const since = Math.min(...digested.map(({ event }) => event.receivedAt));
  const open = [...(await lockDigests(session, [...ids], since))];
  const owed: OwedDelivery[] = [];
  const opened: (readonly [DigestPart, number])[] = [];
  const additions: Addition[] = [];
  const digests = digested.map(({ event, parts }) => {
    const { id: eventId, tenantId, receivedAt } = event;
    const refs = parts.map((part) => {
      const { destinationId, entry, failureOf } = part;
      // Of several that are open, the one that closes last.
      let digest = open
        .filter((one) => one.destinationId === destinationId && one.closesAt > receivedAt)
        .toSorted((a, b) => b.closesAt - a.closesAt)[0];
      if (!digest) {
        const { id, dueAt: closesAt } = part.open;
        digest = { id, destinationId, closesAt };
        open.push(digest);
        owed.push({ ...part.open, eventId, tenantId, createdAt: receivedAt, digestId: id });
        opened.push([part, receivedAt]);
      }
      additions.push({ digestId: digest.id, entry, failureOf });
      return { id: digest.id, destinationId };
    });
    return [eventId, refs] as const;
  });
  await oweDeliveries(session, owed);
  await openDigests(session, opened);
  await addToDigests(session, additions);
  return new Map(digests);
}
