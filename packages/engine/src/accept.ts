import { type Event, type EventProblem, isPostSync, parseEvent } from "@syncbell/core";
import { bodyHashOf } from "./body-hash.ts";
import type { Clock } from "./clock.ts";
import { Coalescer } from "./coalescer.ts";
import { decided } from "./decided.ts";
import type { Directory } from "./directory.ts";
import type { MakeId } from "./ids.ts";
import { takeTurn } from "./pipeline-turn.ts";
import { keysOf } from "./rule-subject.ts";
import { storedKey } from "./stored-key.ts";
import type { DeliveryRef } from "./store/delivery-records.ts";
import type { DestinationState } from "./store/destination-records.ts";
import type { AcceptResult, NewEvent } from "./store/event-records.ts";
import { type Store, StoreUnavailable } from "./store/store.ts";

/** An event as it was posted: its bytes, and the name that its producer gave it. */
export interface Posted {
  readonly bytes: Uint8Array;
  readonly key?: string;
}

export type Accepted =
  | {
      readonly kind: "accepted" | "duplicate";
      readonly id: string;
      readonly deliveries: readonly DeliveryRef[];
    }
  /** The name is taken by other bytes. */
  | { readonly kind: "conflict" }
  | { readonly kind: "not_json"; readonly message: string }
  | {
      readonly kind: "invalid";
      readonly errors: readonly EventProblem[];
      /** Where the body is kept, so that it can be posted again. Absent: it could not be kept. */
      readonly quarantineId?: string;
    };

export interface AcceptOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly directory: Directory;
}

const LARGEST_BATCH = 256;
/** How many events, and bytes of them, may wait for the store at once: memory stays bounded. */
const MOST_WAITING = 5_000;
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/**
 * The door: checks an event, decides who hears of it, and keeps all of it in one transaction, which
 * concurrent callers share.
 */
export class Acceptance {
  readonly #options: AcceptOptions;
  readonly #keeper: Coalescer<NewEvent, AcceptResult>;
  #waitingBytes = 0;

  constructor(options: AcceptOptions) {
    this.#options = options;
    this.#keeper = new Coalescer((events) => options.store.accept(events), LARGEST_BATCH);
  }

  /**
   * Resolves to `accepted` once the event and what it causes are on disk, and not before. Rejects
   * with StoreUnavailable when the store can't take it: then nothing was kept, unless it says so. What
   * is JSON and no event is kept in quarantine.
   */
  async accept({ bytes, key }: Posted): Promise<Accepted> {
    const decoded = decodeJson(bytes);
    if ("message" in decoded) return { kind: "not_json", message: decoded.message };
    const bodyHash = bodyHashOf(bytes);
    const parsed = parseEvent(decoded.value);
    if (!parsed.ok)
      return this.#refuse({ bytes, ...(key ? { key } : {}) }, bodyHash, parsed.errors);
    const { clock, makeId } = this.#options;
    const now = clock.now();
    const id = makeId("evt", now);
    return this.keep({
      id,
      name: key === undefined ? `bytes:${bodyHash}` : `key:${key}`,
      bodyHash,
      body: bytes,
      eventType: parsed.event.event_type,
      status: storedKey(parsed.event.status),
      ...keysOf(parsed.event),
      receivedAt: now,
      test: false,
      ...this.#decide(parsed.event, id, now),
    });
  }

  /** Decides an event: at once, or, where it is the end of a run, when its pipeline is known. */
  #decide(
    event: Event,
    eventId: string,
    now: number,
  ): Pick<NewEvent, "decisions" | "deliveries" | "digested" | "decide"> {
    const { makeId, directory } = this.#options;
    const stateOf = (id: string): DestinationState | undefined => directory.get(id)?.state;
    const world = { now, makeId, stateOf };
    if (!isPostSync(event)) return decided(event, directory.destinations(), world);
    return {
      decisions: [],
      deliveries: [],
      decide: (known) =>
        takeTurn(event, known, { ...world, eventId, destinations: directory.destinations() }),
    };
  }

  /** Keeps an event that is decided already. Resolves and rejects as {@link Acceptance.accept}. */
  async keep(event: NewEvent): Promise<AcceptResult> {
    const { byteLength } = event.body;
    if (this.#keeper.size >= MOST_WAITING || this.#waitingBytes + byteLength > MOST_WAITING_BYTES) {
      throw new StoreUnavailable("too many events wait");
    }
    this.#waitingBytes += byteLength;
    try {
      return await this.#keeper.add(event);
    } finally {
      this.#waitingBytes -= byteLength;
    }
  }

  async #refuse(
    { bytes, key }: Posted,
    bodyHash: string,
    errors: readonly EventProblem[],
  ): Promise<Accepted> {
    const { store, clock, makeId } = this.#options;
    const receivedAt = clock.now();
    try {
      const quarantineId = await store.quarantine({
        id: makeId("qrn", receivedAt),
        key,
        body: bytes,
        bodyHash,
        errors: JSON.stringify(errors),
        receivedAt,
      });
      return { kind: "invalid", errors, quarantineId };
    } catch (error) {
      // That a body is no event is true whether or not there is room for it.
      if (error instanceof StoreUnavailable) return { kind: "invalid", errors };
      throw error;
    }
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeJson(bytes: Uint8Array): { readonly value: unknown } | { readonly message: string } {
  if (bytes.length === 0) return { message: "The body is empty." };
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { message: "The body is not UTF-8 text." };
  }
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { message: "The body is not JSON." };
  }
}
