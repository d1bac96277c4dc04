import { PersistentProducer } from "../persistent-producer.ts";
import { seededRandom } from "../seeded-random.ts";
import type { Serving } from "../syncbell-child.ts";
import { type CrashEvent, type DestinationId, crashEvent } from "./destinations.ts";
import { CrashReceivers } from "./receivers.ts";

/** The longest rest between two events, in milliseconds: while there is little to deliver, and else. */
const REST_MS = { idle: 50, busy: 1000 };
/** How many messages wait for one destination when there is much to deliver. */
const BUSY_FROM = 60;

/** What goes on around a dispatcher while it is killed: who posts to it, and who is told by it. */
export class Load {
  /** The dispatcher that serves at the moment. */
  serving: Serving | undefined;
  readonly producer: PersistentProducer;
  readonly receivers: CrashReceivers;
  /** What was posted, by its number. */
  readonly events: Map<number, CrashEvent> = new Map();
  readonly #owed = new Map<DestinationId, number>();

  constructor(seed: number) {
    const random = seededRandom(seed);
    this.receivers = new CrashReceivers(seededRandom(seed + 1));
    this.producer = new PersistentProducer({
      dispatcher: () => this.serving,
      eventOf: (n) => this.#eventOf(n),
      random,
      restMs: () => random() * (this.#isBusy() ? REST_MS.busy : REST_MS.idle),
    });
  }

  #eventOf(n: number): string {
    const event = crashEvent(n, !this.receivers.healed);
    this.events.set(n, event);
    for (const id of event.owedTo) this.#owed.set(id, (this.#owed.get(id) ?? 0) + 1);
    return event.body;
  }

  #isBusy(): boolean {
    return [...this.#owed].some(([id, owed]) => owed - this.receivers.takenBy(id) > BUSY_FROM);
  }
}
