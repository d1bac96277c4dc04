import { Coalescer } from "./coalescer.ts";
import { type DeliverOptions, deliver } from "./deliver.ts";
import type { Destination } from "./destination.ts";
import { Health } from "./health.ts";
import type { EngineLog } from "./log.ts";
import { nextState } from "./schedule.ts";
import { type Share, shareOut } from "./share.ts";
import type { AttemptRecord, ClaimedDelivery, DueDestination, Store } from "./store/store.ts";

/** How many attempts may be under way at once, over all destinations. */
const PLACES = 256;
/** How many of these destinations that do not answer may take together. */
const PLACES_FOR_UNPROVEN = PLACES / 2;
/** How long a claim holds without being renewed: longer than an attempt, shorter than patience. */
const LEASE_MS = 20_000;
/** How long the worker sleeps at most: what it could have missed is found by then. */
const LONGEST_SLEEP_MS = 5_000;
/** The pause after the store failed. */
const STORE_PAUSE_MS = 1_000;
const LARGEST_RECORD_BATCH = 256;

export interface WorkerOptions extends DeliverOptions {
  readonly store: Store;
  readonly log: EngineLog;
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number;
  readonly destination: (id: string) => Destination | undefined;
}

/** Claims what is due, delivers it, records what came of it; sleeps until something is due. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #health = new Health();
  readonly #underWay = new Map<string, number>();
  readonly #recorder: Coalescer<AttemptRecord, boolean>;
  #attempts = new Set<Promise<void>>();
  #turn = 0;
  #releasedAt = 0;
  #stopping = false;
  #awake = false;
  #rouse: (() => void) | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#recorder = new Coalescer(
      (records) => options.store.record(records),
      LARGEST_RECORD_BATCH,
    );
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Tells the worker that something may be due. Cheap, and safe to call at any time. */
  wake(): void {
    this.#awake = true;
    this.#rouse?.();
  }

  /** Claims nothing more and waits until what is under way is recorded. */
  async drain(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#loop;
    while (this.#attempts.size > 0) await Promise.all(this.#attempts);
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#awake = false;
      let sleep = STORE_PAUSE_MS;
      try {
        sleep = await this.#claim();
      } catch (error) {
        this.#options.log.error({ err: error }, "the store does not answer the worker");
      }
      await this.#sleep(sleep);
    }
  }

  /** Starts what is due and has a place; answers how long there is nothing to do, in milliseconds. */
  async #claim(): Promise<number> {
    const { store, clock } = this.#options;
    const now = clock.now();
    if (Math.abs(now - this.#releasedAt) >= LONGEST_SLEEP_MS) {
      await store.releaseExpired(now);
      this.#releasedAt = now;
    }
    const due = await store.due();
    const shares = this.#share(due.filter(({ dueAt }) => dueAt <= now));
    if (shares.length > 0) {
      const claimed = await store.claim({ now, leaseUntil: now + LEASE_MS, shares });
      for (const delivery of claimed) this.#begin(delivery);
      // A share that was taken up whole may have more behind it.
      if (claimed.length > 0) this.#awake = true;
    }
    return due.reduce(
      (least, { dueAt }) => (dueAt > now ? Math.min(least, dueAt - now) : least),
      LONGEST_SLEEP_MS,
    );
  }

  #share(due: readonly DueDestination[]): readonly Share[] {
    let free = PLACES;
    let freeForUnproven = PLACES_FOR_UNPROVEN;
    for (const [id, count] of this.#underWay) {
      free -= count;
      if (!this.#health.isProven(id)) freeForUnproven -= count;
    }
    const applicants = due.flatMap(({ destinationId }) => {
      const destination = this.#options.destination(destinationId);
      if (!destination) return [];
      const limit = destination.channel.limits.concurrency;
      const window = this.#health.window(destinationId, limit);
      return {
        destinationId,
        room: Math.max(0, window - (this.#underWay.get(destinationId) ?? 0)),
        proven: this.#health.isProven(destinationId),
      };
    });
    const first = applicants.length > 0 ? this.#turn++ % applicants.length : 0;
    const inTurn = [...applicants.slice(first), ...applicants.slice(0, first)];
    return shareOut(inTurn, { free, freeForUnproven: Math.max(0, freeForUnproven) });
  }

  #begin(claimed: ClaimedDelivery): void {
    const { destinationId } = claimed;
    this.#underWay.set(destinationId, (this.#underWay.get(destinationId) ?? 0) + 1);
    const attempt = this.#attempt(claimed)
      .catch((error: unknown) =>
        this.#options.log.error(
          { err: error, delivery: claimed.id },
          "an attempt was not recorded",
        ),
      )
      .finally(() => {
        this.#attempts.delete(attempt);
        const left = (this.#underWay.get(destinationId) ?? 1) - 1;
        if (left > 0) this.#underWay.set(destinationId, left);
        else this.#underWay.delete(destinationId);
        this.wake();
      });
    this.#attempts.add(attempt);
  }

  async #attempt(claimed: ClaimedDelivery): Promise<void> {
    const { clock, random, stopped, log } = this.#options;
    const { id: deliveryId, fence, expiresAt, destinationId } = claimed;
    const destination = this.#options.destination(destinationId);
    if (!destination) return;
    if (expiresAt !== undefined && clock.now() >= expiresAt) {
      return this.#record({ deliveryId, fence, state: "expired", step: claimed.step });
    }
    const { outcome, attempt } = await deliver(claimed, destination, this.#options);
    // What was cut off by our own stopping says nothing of the receiver: it is pending again.
    if (stopped.aborted && outcome.kind === "retry") return;
    this.#health.record(destinationId, outcome.kind, destination.channel.limits.concurrency);
    const progress = { step: claimed.step + 1, expiresAt };
    const next = nextState(outcome, progress, clock.now(), random());
    log[next.state === "failed" ? "warn" : "info"](
      {
        delivery: deliveryId,
        event: claimed.event.id,
        destination: destinationId,
        attempt: attempt.number,
        outcome: outcome.kind,
        status: attempt.status,
        reason: attempt.reason,
        duration_ms: attempt.durationMs,
        state: next.state,
      },
      "attempt",
    );
    await this.#record({ deliveryId, fence, attempt, ...next });
  }

  /** Records, and goes on trying while the store does not take it: the attempt has been made. */
  async #record(record: AttemptRecord): Promise<void> {
    const { clock, log, stopped } = this.#options;
    for (;;) {
      try {
        const recorded = await this.#recorder.add(record);
        if (!recorded)
          log.warn({ delivery: record.deliveryId }, "the lease had passed: not recorded");
        return;
      } catch (error) {
        if (stopped.aborted) throw error;
        log.error({ err: error, delivery: record.deliveryId }, "the store does not take a record");
        await new Promise<void>((resolve) => void clock.after(STORE_PAUSE_MS, resolve));
      }
    }
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#awake || this.#stopping) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#rouse = () => {
        cancel();
        resolve();
      };
    });
    this.#rouse = undefined;
  }
}
