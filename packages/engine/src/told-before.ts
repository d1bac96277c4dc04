import type { Event } from "@syncbell/core";
import type { Subscription } from "./destination.ts";
import type { LongWork } from "./long-work.ts";
import { keysOf } from "./rule-subject.ts";
import type { StoredDelivery } from "./store/delivery-records.ts";
import type { StoredEvent } from "./store/event-records.ts";
import type { Store } from "./store/store.ts";
import type { Telling } from "./tell.ts";

/** Of an incident that was long under way, so many of its newest events are looked through, and the first. */
const MOST_EVENTS = 100;
const PAGE = 10;

/** A message that a destination was owed of a failure. */
interface Sent {
  readonly deliveryId: string;
  readonly isDigest: boolean;
  readonly wasSuperseded: boolean;
}

/**
 * What destinations had been told of an incident when an event of it came: by what is kept of the failures
 * before it. What the store takes down of it is when a destination was told last.
 */
export class ToldBefore {
  readonly #store: Pick<Store, "event" | "events" | "delivery">;
  /** By destination, the newest last. */
  readonly #sent = new Map<string, Sent[]>();
  readonly #deliveries = new Map<string, StoredDelivery | undefined>();

  constructor(store: Pick<Store, "event" | "events" | "delivery">) {
    this.#store = store;
  }

  /** Reads the failures of the event's incident that came before it. */
  async read(stored: StoredEvent, event: Event, work: LongWork): Promise<void> {
    const { id, incident, tenantId } = stored;
    const { taskId } = keysOf(event);
    const first = incident?.id;
    if (first === undefined || first === id || tenantId === undefined || taskId === undefined) {
      return;
    }
    const found: StoredEvent[] = [];
    let belowId = id;
    for (let looked = 0; looked < MOST_EVENTS; looked += PAGE) {
      const page = { limit: PAGE, belowId, aboveId: first };
      const events = await this.#store.events({ tenantId, taskId }, page);
      found.push(...events.map((one) => ({ ...one, body: NOTHING })));
      await work.pause();
      belowId = events.at(-1)?.id ?? first;
      if (events.length < PAGE) break;
    }
    const began = await this.#store.event(first);
    if (began) this.add(began);
    for (const one of found.toReversed()) this.add(one);
  }

  /** Goes on by an event of the incident: what comes next is told after it. */
  add({ incident, decisions, deliveries }: StoredEvent): void {
    if (incident?.transition !== "broke" && incident?.transition !== "failing") return;
    const said = new Map(decisions.map((one) => [one.destinationId, one.decision]));
    for (const { id, destinationId } of deliveries) {
      const decision = said.get(destinationId);
      const sent = this.#sent.get(destinationId) ?? [];
      sent.push({
        deliveryId: id,
        isDigest: decision === "digested",
        wasSuperseded: decision === "superseded",
      });
      this.#sent.set(destinationId, sent);
    }
  }

  /** What a destination had been told at a moment, in milliseconds since the epoch. */
  async of(destinationId: string, at: number): Promise<Telling> {
    const waiting: Telling[] = [];
    for (const sent of (this.#sent.get(destinationId) ?? []).toReversed()) {
      const delivery = await this.#delivery(sent.deliveryId);
      // What is sent once more was asked for later.
      if (!delivery || delivery.createdAt > at) continue;
      const arrived = arrivals(delivery).filter((time) => time <= at);
      if (arrived.length > 0) {
        return Object.assign({ toldAt: Math.max(...arrived) }, ...waiting) as Telling;
      }
      waiting.push(waitingAt(delivery, sent, at));
    }
    return Object.assign({}, ...waiting) as Telling;
  }

  async #delivery(id: string): Promise<StoredDelivery | undefined> {
    if (!this.#deliveries.has(id)) this.#deliveries.set(id, await this.#store.delivery(id));
    return this.#deliveries.get(id);
  }
}

const NOTHING = new Uint8Array();

/** Whether it makes a difference to a destination what it was told before. */
export function goesByTold({ notify, repeat }: Subscription): boolean {
  return notify !== undefined || repeat !== undefined;
}

function arrivals({ attempts }: StoredDelivery): readonly number[] {
  return attempts
    .filter(({ outcome }) => outcome === "delivered" || outcome === "accepted")
    .map(endOf);
}

/** Of a message that had not arrived by then: whether it was still to be sent, or being sent. */
function waitingAt(delivery: StoredDelivery, sent: Sent, at: number): Telling {
  if (!wasOpenAt(delivery, sent, at)) return {};
  if (sent.isDigest) return { digested: true };
  const isSending = delivery.attempts.some((one) => one.startedAt <= at && endOf(one) > at);
  return isSending ? { sending: true } : { waits: true };
}

function wasOpenAt({ state, attempts }: StoredDelivery, sent: Sent, at: number): boolean {
  if (state === "pending" || state === "sending") return true;
  // By the recovery, which is told in its place.
  return sent.wasSuperseded || attempts.some((one) => endOf(one) > at);
}

function endOf({ startedAt, durationMs }: StoredDelivery["attempts"][number]): number {
  return startedAt + durationMs;
}
