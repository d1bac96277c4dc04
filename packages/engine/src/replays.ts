import type { Clock } from "./clock.ts";
import type { Decision } from "./decision.ts";
import type { Directory } from "./directory.ts";
import type { MakeId } from "./ids.ts";
import { expiryOf, newDelivery } from "./plan.ts";
import type { DeliveryRef } from "./store/delivery-records.ts";
import type { StoredEvent } from "./store/event-records.ts";
import type { NewReplay, ReplayedState, StoredReplay } from "./store/replay-records.ts";
import type { Store } from "./store/store.ts";

/** The longest stretch of time that one replay goes over, in milliseconds. */
export const LONGEST_REPLAY_MS: number = 31 * 24 * 60 * 60 * 1000;

/** What did not reach a destination: made up for unless other states are named. */
const STATES_TO_REPLAY: readonly ReplayedState[] = ["failed", "expired", "disabled"];

/** How many messages are looked at before a replay is answered; the rest follows in steps. */
const FIRST_STEP = 100;

/** What an event was decided to be where a replay of it to everybody is meant for them too. */
const REPLAYED: ReadonlySet<Decision["decision"]> = new Set([
  "deliver",
  "digested",
  "disabled",
  "superseded",
]);

export interface ReplaysOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly makeId: MakeId;
  /** Called when something has become due. */
  readonly onDeliveries: () => void;
  /** Called when there is a replay to go on with. */
  readonly onReplay: () => void;
}

export interface AskedReplay {
  readonly since: number;
  readonly until?: number | undefined;
  readonly states?: readonly ReplayedState[] | undefined;
}

/** Delivers once more what was decided before. */
export class Replays {
  readonly #options: ReplaysOptions;

  constructor(options: ReplaysOptions) {
    this.#options = options;
  }

  /**
   * Makes new deliveries of an event to the destinations named, which must exist and not be disabled;
   * or, where none is named, to all that it was to be delivered to and that are not disabled.
   */
  async event(event: StoredEvent, named?: readonly string[]): Promise<readonly DeliveryRef[]> {
    const { store, clock, directory, makeId, onDeliveries } = this.#options;
    const now = clock.now();
    const meant = event.decisions
      .filter(({ decision }) => REPLAYED.has(decision))
      .map(({ destinationId }) => destinationId);
    const deliveries = [...new Set(named ?? meant)].flatMap((id) => {
      const standing = directory.get(id);
      if (!standing || standing.state === "disabled") return [];
      return newDelivery(standing.destination, now, makeId);
    });
    await store.addDeliveries(event.id, deliveries, now);
    onDeliveries();
    return deliveries.map(({ id, destinationId }) => ({ id, destinationId }));
  }

  /**
   * Begins to deliver a stretch of time to a destination once more: for each event that is in one of
   * the states there and of which nothing has arrived or is still owed, a new delivery.
   */
  async destination(destinationId: string, asked: AskedReplay): Promise<StoredReplay> {
    const { store, clock, directory, makeId, onReplay } = this.#options;
    const now = clock.now();
    const replay: NewReplay = {
      id: makeId("rpl", now),
      destinationId,
      since: asked.since,
      until: Math.min(asked.until ?? now, now),
      states: asked.states ?? STATES_TO_REPLAY,
      createdAt: now,
    };
    await store.addReplay(replay);
    const expiresAt = expiryOf(directory.get(destinationId)?.destination, now);
    const deliveryIds = Array.from({ length: FIRST_STEP }, () => makeId("dlv", now));
    // The first step counts, so that the total of a small replay is known at once.
    const begun = await store.stepReplay(replay.id, { now, expiresAt, deliveryIds });
    onReplay();
    return begun ?? { ...replay, state: "running", total: 0, done: 0 };
  }
}
