import { type DeliverOptions, deliver } from "./deliver.ts";
import type { Directory } from "./directory.ts";
import { Lanes } from "./lanes.ts";
import type { EngineLog } from "./log.ts";
import { Nap } from "./nap.ts";
import { OutageLog } from "./outage-log.ts";
import { Recorder, type RecorderOptions } from "./recorder.ts";
import { type NextState, nextState } from "./schedule.ts";
import { type ClaimedDelivery, EXPIRED_REASON } from "./store/delivery-records.ts";
import type { Store } from "./store/store.ts";

/** How long a claim holds without being renewed. With the sweep, nothing waits longer than 20 s. */
const LEASE_MS = 15_000;
/** How often leases are renewed, and those of others that ended released. */
const SWEEP_MS = 5_000;
/** How long the worker sleeps at most: what it could have missed is found by then. */
const LONGEST_SLEEP_MS = 5_000;
/** How long the worker sleeps after what is due could not be had: longer each time. */
const FIRST_SLEEP_MS = 25;
/** The pause after the store failed. */
const STORE_PAUSE_MS = 1_000;
/** How many bytes of events may be under way, beside what one more claim brings: memory is bounded. */
const MOST_BYTES_UNDER_WAY = 64 * 1024 * 1024;

export interface WorkerOptions extends DeliverOptions, Omit<RecorderOptions, "stopped"> {
  readonly store: Store;
  readonly log: EngineLog;
  readonly directory: Directory;
  /** Told of destinations that are owed something and are not, or no longer, delivered to. */
  readonly onUnreachable: (destinationIds: readonly string[]) => void;
}

/** Claims what is due, delivers it, records what came of it; sleeps until something is due. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #lanes: Lanes;
  readonly #recorder: Recorder;
  readonly #underWay = new Map<string, ClaimedDelivery>();
  readonly #attempts = new Set<Promise<void>>();
  readonly #nap: Nap;
  readonly #outage: OutageLog;
  #bytesUnderWay = 0;
  #sweptAt = 0;
  /** How often in a row nothing was had of what is due. */
  #inVain = 0;
  #stopping = false;
  #awake = false;
  #loop: Promise<void> | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#nap = new Nap(options.clock);
    this.#outage = new OutageLog("the store does not answer the worker", options);
    this.#lanes = new Lanes(options.directory);
    this.#recorder = new Recorder(options);
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Tells the worker that something may be due. Cheap, and safe to call at any time. */
  wake(): void {
    this.#awake = true;
    this.#nap.end();
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
        if (this.#outage.done()) this.#options.log.info({}, "the store answers the worker again");
      } catch (error) {
        this.#outage.failed(error);
      }
      await this.#sleep(sleep);
    }
  }

  /** Starts what is due and has a place; answers how long there is nothing to do, in milliseconds. */
  async #claim(): Promise<number> {
    const { store, clock, directory, onUnreachable } = this.#options;
    const now = clock.now();
    await this.#sweep(now);
    const due = await store.due();
    const unreachable = due
      .map(({ destinationId }) => destinationId)
      .filter((id) => (directory.get(id)?.state ?? "disabled") === "disabled");
    if (unreachable.length > 0) onUnreachable(unreachable);
    const { shares, nextAt: at } = this.#lanes.allot(due, now);
    let nextAt = at;
    const enoughBytes = MOST_BYTES_UNDER_WAY - this.#bytesUnderWay;
    if (shares.length > 0 && enoughBytes > 0) {
      const leaseUntil = now + LEASE_MS;
      const { deliveries, buckets } = await store.claim({ now, leaseUntil, shares, enoughBytes });
      for (const delivery of deliveries) this.#begin(delivery);
      this.#lanes.adopt(buckets);
      // A share that was taken up whole may have more behind it.
      if (deliveries.length > 0) this.#awake = true;
      // Where others have taken what the pace allows, it is known only now when it allows more.
      else if (buckets.size > 0) ({ nextAt } = this.#lanes.allot(due, now));
      // Somebody else holds it, perhaps for a moment: nobody tells when it is let go.
      if (deliveries.length === 0 && store.isShared) {
        return Math.min(this.#untilDue(nextAt, now), FIRST_SLEEP_MS * 2 ** this.#inVain++);
      }
    }
    this.#inVain = 0;
    return this.#untilDue(nextAt, now);
  }

  #untilDue(nextAt: number | undefined, now: number): number {
    return Math.max(0, Math.min(LONGEST_SLEEP_MS, (nextAt ?? Infinity) - now));
  }

  /** Ours are renewed before those are released that ended: also after a clock that leapt ahead. */
  async #sweep(now: number): Promise<void> {
    if (Math.abs(now - this.#sweptAt) < SWEEP_MS) return;
    const { store } = this.#options;
    if (this.#underWay.size > 0) await store.renew([...this.#underWay.values()], now + LEASE_MS);
    await store.releaseExpired(now);
    this.#sweptAt = now;
  }

  #begin(claimed: ClaimedDelivery): void {
    const { destinationId } = claimed;
    const held = `${claimed.id} ${claimed.fence}`;
    this.#underWay.set(held, claimed);
    this.#bytesUnderWay += bytesOf(claimed);
    this.#lanes.begin(destinationId, this.#options.clock.now());
    const attempt = this.#attempt(claimed)
      .catch((error: unknown) =>
        this.#options.log.error(
          { err: error, delivery: claimed.id },
          "an attempt was not recorded",
        ),
      )
      .finally(() => {
        this.#attempts.delete(attempt);
        this.#underWay.delete(held);
        this.#bytesUnderWay -= bytesOf(claimed);
        this.#lanes.end(destinationId);
        this.wake();
      });
    this.#attempts.add(attempt);
  }

  async #attempt(claimed: ClaimedDelivery): Promise<void> {
    const { clock, random, stopped, log, directory } = this.#options;
    const { id: deliveryId, fence, expiresAt, destinationId, step, returnTo } = claimed;
    const held = { deliveryId, destinationId, fence };
    const destination = directory.get(destinationId)?.destination;
    if (!destination) {
      // It was deleted after the claim: free again, for whoever ends what it was owed.
      return this.#recorder.record({ ...held, state: returnTo ?? "pending", step });
    }
    if (returnTo === undefined && expiresAt !== undefined && clock.now() >= expiresAt) {
      return this.#recorder.record({ ...held, state: "expired", step, reason: EXPIRED_REASON });
    }
    const { outcome, attempt, contact } = await deliver(claimed, destination, this.#options);
    // What was cut off by our own stopping says nothing of the receiver: it is pending again.
    if (stopped.aborted && outcome.kind === "retry") return;
    if (contact) this.#lanes.ended(destinationId, outcome.kind, attempt.durationMs);
    const next: NextState | { readonly state: typeof returnTo & string; readonly step: number } =
      returnTo === undefined || outcome.kind === "delivered" || outcome.kind === "accepted"
        ? nextState(outcome, { step: step + 1, expiresAt }, clock.now(), random())
        : { state: returnTo, step };
    log[next.state === "failed" ? "warn" : "info"](
      {
        delivery: deliveryId,
        event: claimed.event.id,
        destination: destinationId,
        attempt: attempt.number,
        ...(attempt.manual ? { manual: true } : {}),
        outcome: outcome.kind,
        status: attempt.status,
        reason: attempt.reason,
        duration_ms: attempt.durationMs,
        state: next.state,
      },
      "attempt",
    );
    await this.#recorder.record({ ...held, attempt, ...(contact ? { contact } : {}), ...next });
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#awake || this.#stopping) return;
    await this.#nap.take(ms);
  }
}

function bytesOf({ event, untold }: ClaimedDelivery): number {
  return event.body.byteLength + (untold?.byteLength ?? 0);
}
