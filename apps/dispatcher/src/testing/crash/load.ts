import { PersistentProducer } from "../persistent-producer.ts";
import { seededRandom } from "../seeded-random.ts";
import type { Serving } from "../syncbell-child.ts";
import { type CrashEvent, type DestinationId, crashEvent } from "./destinations.ts";
import type { CrashGround } from "./ground.ts";
import { CrashReceivers } from "./receivers.ts";

/** The longest rest between two events, in milliseconds: while there is little to deliver, and else. */
const REST_MS = { idle: 50, busy: 1000 };
/** How many messages wait for one destination when there is much to deliver. */
const BUSY_FROM = 60;

/** What goes on around dispatchers while they are killed: who posts to them, and who is told by them. */
export class Load {
  /** The dispatchers that serve at the moment. */
  readonly serving: Set<Serving> = new Set();
  readonly producer: PersistentProducer;
  readonly receivers: CrashReceivers;
  /** What was posted, by its number. */
  readonly events: Map<number, CrashEvent> = new Map();
  readonly #owed = new Map<DestinationId, number>();

  /** `mayRefuse`: whether a dispatcher may tell a producer to come back. */
  constructor(seed: number, { mayRefuse }: Pick<CrashGround, "mayRefuse">) {
    const random = seededRandom(seed);
    this.receivers = new CrashReceivers(seededRandom(seed + 1));
    this.producer = new PersistentProducer({
      dispatcher: () => [...this.serving][Math.floor(random() * this.serving.size)],
      mayRefuse,
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
