import { createHash } from "node:crypto";
import { type EventProblem, parseEvent } from "@syncbell/core";
import type { Clock } from "./clock.ts";
import { Coalescer } from "./coalescer.ts";
import type { Destination } from "./destination.ts";
import type { MakeId } from "./ids.ts";
import { decide, taskOf, tenantOf } from "./match.ts";
import {
  type AcceptResult,
  type DeliveryRef,
  type NewEvent,
  type Store,
  StoreUnavailable,
} from "./store/store.ts";

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
  | { readonly kind: "invalid"; readonly errors: readonly EventProblem[] };

export interface AcceptOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly destinations: () => Iterable<Destination>;
}

const LARGEST_BATCH = 256;
/** How many events may wait for the store at once. More are refused, so that memory stays bounded. */
const MOST_WAITING = 5_000;

/**
 * The door: checks an event, decides who hears of it, and keeps all of it in one transaction, which
 * concurrent callers share.
 */
export class Acceptance {
  readonly #options: AcceptOptions;
  readonly #keeper: Coalescer<NewEvent, AcceptResult>;

  constructor(options: AcceptOptions) {
    this.#options = options;
    this.#keeper = new Coalescer((events) => options.store.accept(events), LARGEST_BATCH);
  }

  /**
   * Resolves to `accepted` once the event and what it causes are on disk, and not before. Rejects
   * with StoreUnavailable when the store can't take it: then nothing was kept.
   */
  async accept({ bytes, key }: Posted): Promise<Accepted> {
    const decoded = decodeJson(bytes);
    if ("message" in decoded) return { kind: "not_json", message: decoded.message };
    const parsed = parseEvent(decoded.value);
    if (!parsed.ok) return { kind: "invalid", errors: parsed.errors };
    if (this.#keeper.size >= MOST_WAITING) throw new StoreUnavailable("too many events wait");
    const { clock, makeId, destinations } = this.#options;
    const now = clock.now();
    const known = new Map([...destinations()].map((destination) => [destination.id, destination]));
    const decisions = decide(parsed.event, known.values());
    const bodyHash = createHash("sha256").update(bytes).digest("hex");
    return this.#keeper.add({
      id: makeId("evt"),
      name: key === undefined ? `bytes:${bodyHash}` : `key:${key}`,
      bodyHash,
      body: bytes,
      eventType: parsed.event.event_type,
      status: parsed.event.status,
      tenantId: tenantOf(parsed.event),
      taskId: taskOf(parsed.event),
      receivedAt: now,
      decisions,
      deliveries: decisions.flatMap(({ decision, destinationId }) => {
        if (decision !== "deliver") return [];
        const expireMs = known.get(destinationId)?.expireMs;
        const expiresAt = expireMs === undefined ? undefined : now + expireMs;
        return { id: makeId("dlv"), destinationId, dueAt: now, expiresAt };
      }),
    });
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
