import type { Clock } from "./clock.ts";
import type { Directory } from "./directory.ts";
import type { EngineLog } from "./log.ts";
import { type MakeId, idBound } from "./ids.ts";
import { mutedUntil } from "./mute.ts";
import { Nap } from "./nap.ts";
import { OverdueNotices } from "./overdue-notices.ts";
import { expiryOf } from "./plan.ts";
import { OutageLog } from "./outage-log.ts";
import type { StoredReplay } from "./store/replay-records.ts";
import { NAME_WINDOW_MS, type Store, StoreUnavailable } from "./store/store.ts";

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

/** How many rows a step works on: some milliseconds, so that no delivery waits for it. */
const STEP = 100;
/** How many notices a step raises: each is decided for every destination, and written on its own. */
const NOTICES_STEP = 10;
/** The pause between two steps, in milliseconds: what is due goes first. */
const STEP_PAUSE_MS = 5;
/** How often it is looked whether there is something to do. */
const ROUND_MS = 5 * SECOND;
/** How often old events are looked for. */
const FORGET_EVERY_MS = 60 * SECOND;
/** How often those are looked at again that could not be forgotten, as something was still owed. */
const LOOK_AGAIN_EVERY_MS = 60 * 60 * SECOND;
/** How long a body that was refused is kept. */
const QUARANTINE_MS = 7 * DAY;
/** How long it is kept who was told of an incident that is over: longer than its messages can wait. */
const TOLD_MS = 45 * DAY;
/** How long a pipeline is kept of which nothing is heard: longer than a year between two runs. */
const PIPELINE_MS = 400 * DAY;
/** How long events are kept unless the configuration says otherwise. */
export const DEFAULT_RETENTION_MS: number = 30 * DAY;

export interface UpkeepOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: EngineLog;
  readonly directory: Directory;
  readonly makeId: MakeId;
  readonly retentionMs: number;
  /** Takes in what other dispatchers have made of the destinations. Absent: there are none. */
  readonly refresh?: () => Promise<void>;
  /** Called when a step has made deliveries. */
  readonly onDeliveries: () => void;
}

/**
 * What goes on beside delivering: replays, ending what is owed to destinations that are deleted or
 * disabled or what has expired, forgetting what is old. All of it in small steps with pauses between.
 */
export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #unreachable = new Set<string>();
  /** Destinations that may have been muted otherwise when what they are owed was held. */
  readonly #changed = new Set<string>();
  /** Destinations that are not known here and not deleted either: what they are owed stays. */
  readonly #left = new Set<string>();
  readonly #overdue: OverdueNotices;
  readonly #nap: Nap;
  readonly #outage: OutageLog;
  #forgotAt = -Infinity;
  #lookedAgainAt = -Infinity;
  /** Up to this event all that are old were looked at. */
  #forgotUpTo = "";
  #stopping = false;
  #awake = false;
  #hasFailed = false;
  #loop: Promise<void> | undefined;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#overdue = new OverdueNotices(options);
    this.#nap = new Nap(options.clock);
    this.#outage = new OutageLog("upkeep could not go on; it is tried again", options);
  }

  start(): void {
    this.#overdue.wasDeaf();
    this.#loop ??= this.#run();
  }

  /** Tells that there may be something to do. */
  wake(): void {
    this.#awake = true;
    this.#nap.end();
  }

  /** Looks after what destinations are owed that are not delivered to. */
  unreachable(destinationIds: readonly string[]): void {
    const news = destinationIds.filter((id) => !this.#left.has(id) && !this.#unreachable.has(id));
    if (news.length === 0) return;
    for (const id of news) this.#unreachable.add(id);
    this.wake();
  }

  /** Tells that a destination was made, deleted, or has another state. */
  destinationChanged(id: string): void {
    this.#left.delete(id);
    this.#changed.add(id);
    this.wake();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      [this.#awake, this.#hasFailed] = [false, false];
      await this.#round();
      if (!this.#hasFailed) this.#outage.done();
      if (!this.#awake) await this.#pause(ROUND_MS);
    }
  }

  async #round(): Promise<void> {
    const { store, clock, refresh } = this.#options;
    if (refresh) await this.#try(refresh);
    await this.#try(() => this.#repeat(() => store.expire(clock.now(), STEP)));
    await this.#try(() => this.#repeat(() => this.#overdue.step(NOTICES_STEP), NOTICES_STEP));
    await this.#try(() => this.#endUnreachable());
    await this.#try(() => this.#unmute());
    await this.#try(() => this.#stepReplays());
    const now = clock.now();
    if (Math.abs(now - this.#forgotAt) < FORGET_EVERY_MS) return;
    this.#forgotAt = now;
    await this.#try(() => this.#forget(now));
  }

  /** What fails is tried again in the next round, and holds up nothing else. */
  async #try(task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      // What the upkeep can't write now, those who post can't either.
      if (error instanceof StoreUnavailable) this.#overdue.wasDeaf();
      this.#hasFailed = true;
      this.#outage.failed(error);
    }
  }

  async #endUnreachable(): Promise<void> {
    const { store, clock, directory, log } = this.#options;
    const ids = [...this.#unreachable];
    this.#unreachable.clear();
    const deleted = new Set(ids.length === 0 ? [] : await store.deletedAmong(ids));
    for (const id of ids) {
      const standing = directory.get(id);
      const isDisabled = standing?.state === "disabled";
      if (!isDisabled && !deleted.has(id)) {
        if (!standing) this.#left.add(id);
        continue;
      }
      const end = deleted.has(id)
        ? ({ state: "cancelled", reason: "the destination was deleted" } as const)
        : ({ state: "failed", reason: "the destination was disabled" } as const);
      const madeBy = clock.now();
      const ended = await this.#repeat(async () => {
        // Somebody may have resumed it in between.
        if (end.state === "failed" && directory.get(id)?.state !== "disabled") return 0;
        return store.endOwed(id, { ...end, madeBy, limit: STEP });
      });
      if (ended > 0)
        log.warn({ destination: id, deliveries: ended, ...end }, "ended what was owed");
    }
  }

  /** Lets go what was held for muted hours that there are no more. */
  async #unmute(): Promise<void> {
    const { store, clock, directory, onDeliveries } = this.#options;
    for (const id of this.#changed) {
      const { mute } = directory.get(id)?.destination ?? {};
      const isMuted = mute && mutedUntil(mute, clock.now()) !== undefined;
      const freed = isMuted ? 0 : await this.#repeat(() => store.hasten(id, clock.now(), STEP));
      this.#changed.delete(id);
      if (freed > 0) onDeliveries();
    }
  }

  /** Goes on with each replay by a step, in turn, so that a long one holds up no other. */
  async #stepReplays(): Promise<void> {
    const { store } = this.#options;
    for (const replay of await store.runningReplays()) {
      if (this.#stopping) return;
      await this.#try(() => this.#stepReplay(replay));
      await this.#pause(STEP_PAUSE_MS);
    }
  }

  async #stepReplay({ id, destinationId }: StoredReplay): Promise<void> {
    const { store, clock, directory, makeId, onDeliveries, log } = this.#options;
    const standing = directory.get(destinationId);
    const isGone = !standing && (await store.deletedAmong([destinationId])).length > 0;
    if (isGone || standing?.state === "disabled") return store.cancelReplays(destinationId);
    // One that can't be opened at the moment waits, and so does what is to be made up for.
    if (!standing) return;
    const now = clock.now();
    const deliveryIds = Array.from({ length: STEP }, () => makeId("dlv", now));
    const expiresAt = expiryOf(standing.destination, now);
    const replay = await store.stepReplay(id, { now, expiresAt, deliveryIds });
    onDeliveries();
    if (replay?.state === "running") this.#awake = true;
    else log.info({ replay: id, destination: destinationId, done: replay?.done }, "replay done");
  }

  async #forget(now: number): Promise<void> {
    const { store, retentionMs, log } = this.#options;
    const below = idBound("evt", now - retentionMs);
    // What is still owed is looked at again, but not each time.
    if (Math.abs(now - this.#lookedAgainAt) >= LOOK_AGAIN_EVERY_MS) {
      this.#lookedAgainAt = now;
      this.#forgotUpTo = "";
    }
    while (!this.#stopping) {
      const last = await store.forgetEvents(below, this.#forgotUpTo, STEP);
      if (last === undefined) break;
      this.#forgotUpTo = last;
      await this.#pause(STEP_PAUSE_MS);
    }
    await this.#repeat(() => store.forgetNames(now - NAME_WINDOW_MS, STEP));
    const dropped = await this.#repeat(() => store.forgetQuarantined(now - QUARANTINE_MS, STEP));
    await this.#repeat(() => store.forgetReplays(now - retentionMs, STEP));
    await this.#repeat(() => store.forgetTold(now - TOLD_MS, STEP));
    await this.#repeat(() => store.forgetPipelines(now - PIPELINE_MS, STEP));
    if (dropped > 0) log.info({ bodies: dropped }, "left the quarantine unposted");
  }

  /** Takes a step again and again while there is a whole one to take; answers the sum. */
  async #repeat(step: () => Promise<number>, whole = STEP): Promise<number> {
    let sum = 0;
    while (!this.#stopping) {
      const count = await step();
      sum += count;
      if (count < whole) return sum;
      await this.#pause(STEP_PAUSE_MS);
    }
    return sum;
  }

  /** Ends early when it is told to stop; a wake is kept for the next round. */
  async #pause(ms: number): Promise<void> {
    if (this.#stopping) return;
    await this.#nap.take(ms);
  }
}
