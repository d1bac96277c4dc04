import type { ApiClient } from "../api-client.ts";
import { PersistentProducer } from "../persistent-producer.ts";
import { seededRandom } from "../seeded-random.ts";
import { EVENTS, OTHER_TENANT, stormEvent } from "./storm-events.ts";

/** The longest rest between two events of one that posts, in milliseconds: all of it takes about 3 s. */
const REST_MS = 60;

export interface StormProducer {
  readonly producer: PersistentProducer;
  /** Resolves when every event is taken. */
  readonly posted: Promise<void>;
}

export interface StormProducerOptions {
  /** The dispatcher as it is at the moment; undefined while there is none. */
  readonly serving: () => ApiClient | undefined;
  /** Told when the other tenant's event is taken, and was not known before. */
  readonly onOther: () => void;
}

/** Begins to post every event of a storm, each until it is taken. */
export function postStorm({ serving, onOther }: StormProducerOptions): StormProducer {
  const random = seededRandom(1);
  const { promise: posted, resolve } = Promise.withResolvers<void>();
  const producer = new PersistentProducer({
    dispatcher() {
      const dispatcher = serving();
      return dispatcher && { post: telling(dispatcher, onOther) };
    },
    eventOf(n) {
      if (n === EVENTS) resolve(producer.finish());
      return stormEvent(n);
    },
    random,
    restMs: () => random() * REST_MS,
  });
  return { producer, posted };
}

function telling({ post }: ApiClient, onOther: () => void): ApiClient["post"] {
  const other = stormEvent(OTHER_TENANT);
  return async (body, headers) => {
    const answer = await post(body, headers);
    if (answer.status !== 202) return answer;
    if (body === other && !answer.body.duplicate) onOther();
    // In which order an answer has them is not promised, and is another when a digest was open already.
    const deliveries = answer.body.deliveries.toSorted(byId);
    return { ...answer, body: { ...answer.body, deliveries } };
  };
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : 1;
}
