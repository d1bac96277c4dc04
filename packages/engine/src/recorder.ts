import { type Contact, type Health, afterContact, isAnswer } from "./breaker.ts";
import type { Clock } from "./clock.ts";
import { Coalescer } from "./coalescer.ts";
import type { Directory } from "./directory.ts";
import type { EngineLog } from "./log.ts";
import { OutageLog } from "./outage-log.ts";
import { type OwnEventOptions, destinationEvent } from "./own-events.ts";
import type { AttemptRecord } from "./store/delivery-records.ts";
import type { Judge, Judgement, Recorded } from "./store/destination-records.ts";
import type { Store } from "./store/store.ts";

const LARGEST_BATCH = 256;
/** The pause after the store failed, in milliseconds. */
const STORE_PAUSE_MS = 1_000;

export interface RecorderOptions extends Pick<OwnEventOptions, "makeId"> {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: EngineLog;
  readonly directory: Directory;
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number;
  /** Fires when the dispatcher can't wait any longer. */
  readonly stopped: AbortSignal;
}

/** Writes down what came of attempts, many in one transaction, and what they say of a destination. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #writer: Coalescer<AttemptRecord, Recorded>;
  readonly #outage: OutageLog;
  readonly #answeredAt = new Map<string, number>();

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#outage = new OutageLog("the store does not take a record", options);
    this.#writer = new Coalescer(
      (records) => options.store.record(records, (...given) => this.#judge(...given)),
      LARGEST_BATCH,
    );
  }

  /**
   * Records an attempt, and goes on trying while the store does not take it: the attempt has been
   * made. Rejects only when the dispatcher stops.
   */
  async record(record: AttemptRecord): Promise<void> {
    const { clock, stopped } = this.#options;
    for (;;) {
      try {
        const recorded = await this.#writer.add(record);
        this.#outage.done();
        return this.#written(record, recorded);
      } catch (error) {
        if (stopped.aborted) throw error;
        this.#outage.failed(error, { delivery: record.deliveryId });
        await new Promise<void>((resolve) => void clock.after(STORE_PAUSE_MS, resolve));
      }
    }
  }

  /** Called inside the transaction. */
  #judge(...[destinationId, stored, contact]: Parameters<Judge>): Judgement | undefined {
    const { directory, random, makeId, clock } = this.#options;
    const standing = directory.get(destinationId);
    if (!standing) return undefined;
    // What began before a change or a resume says nothing of what the destination is now.
    const { updatedAt } = standing;
    if (contact.startedAt < updatedAt && updatedAt <= clock.now()) return undefined;
    const health = this.#withLastAnswer(destinationId, stored, contact);
    const next = afterContact(health, contact, random(), clock.now());
    if (next.change === undefined && isQuiet(stored) && isQuiet(next.health)) return undefined;
    const own: OwnEventOptions = {
      makeId,
      destinations: () => directory.destinations(),
      stateOf: (id) => directory.get(id)?.state,
    };
    const events =
      next.change === undefined
        ? []
        : [destinationEvent(standing.destination, next.change, next.health, contact, own)];
    return { health: next.health, disable: next.change === "disabled", events };
  }

  /** Where a destination goes on working, its last answer is only in memory. */
  #withLastAnswer(destinationId: string, stored: Health, { outcome, endedAt }: Contact): Health {
    const last = Math.max(this.#answeredAt.get(destinationId) ?? 0, stored.answeredAt ?? 0);
    if (isAnswer(outcome)) this.#answeredAt.set(destinationId, Math.max(last, endedAt));
    return last > 0 ? { ...stored, answeredAt: last } : stored;
  }

  #written(
    { deliveryId, destinationId, contact }: AttemptRecord,
    { recorded, judgement }: Recorded,
  ): void {
    const { log, directory } = this.#options;
    if (!recorded) log.warn({ delivery: deliveryId }, "the lease had passed: not recorded");
    if (!judgement || !contact) return;
    directory.judged(destinationId, judgement, contact.endedAt);
    for (const { eventType, id } of judgement.events) {
      const { failures, reason } = judgement.health;
      log.warn({ destination: destinationId, event: id, failures, reason }, eventType);
    }
  }
}

/** A destination that goes on working is not written down each time. */
function isQuiet({ failures, failing, holdUntil }: Health): boolean {
  return failures === 0 && !failing && holdUntil === undefined;
}
