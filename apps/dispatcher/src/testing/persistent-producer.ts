import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Answer, ApiClient } from "./api-client.ts";

/** How many events are posted at once, at most. */
const AT_ONCE = 12;
/** The wait before a post that got no answer is made again, in milliseconds. */
const AGAIN_MS = 25;
/** The wait after a refusal, in milliseconds: a tenth of what is asked for, so as to see more of them. */
const REFUSED_MS = 500;
/** How often an event that was taken is posted once more, as by a producer that lost the answer. */
const ONCE_MORE = 0.1;

/** What was answered with 202. */
export interface Taken {
  readonly id: string;
  /** True when the event was known already. */
  readonly duplicate: boolean;
  readonly deliveries: readonly { readonly id: string; readonly destination_id: string }[];
}

type Poster = Pick<ApiClient, "post">;

export interface ProducerOptions {
  /** The dispatcher as it is at the moment; undefined while there is none. */
  readonly dispatcher: () => Poster | undefined;
  /** Whether it may say that it can't take an event at the moment, and when to come back. */
  readonly mayRefuse?: boolean;
  /** The body of the n-th event. Asked for once: what is posted again is the same to the byte. */
  readonly eventOf: (n: number) => string;
  readonly random: () => number;
  /** How long one of those that post rests before its next event, in milliseconds. */
  readonly restMs: () => number;
}

/**
 * Posts events as a good producer does: one that gets no answer is posted again, under the same key,
 * until it is answered.
 */
export class PersistentProducer {
  /** By the number of the event. */
  readonly taken: Map<number, Taken> = new Map();
  /** Answers that a producer may not get. */
  readonly mistakes: string[] = [];
  /** Posts that got no answer. */
  unanswered = 0;
  /** Events that had been kept when the answer that said so was cut off. */
  keptUnheard = 0;
  /** Events that were posted once more although they were taken. */
  postedTwice = 0;
  /** Posts that were to be made again later. */
  refused = 0;
  /** How long the last answer took to come, in milliseconds. */
  answerMs = 0;
  /** Told of each post as it is made, and of whom it is made to. */
  onPost: ((dispatcher: Poster) => void) | undefined;
  readonly #options: ProducerOptions;
  readonly #underWay = new Map<Poster, number>();
  #next = 1;
  #finishing = false;
  readonly #working: Promise<unknown>;

  constructor(options: ProducerOptions) {
    this.#options = options;
    this.#working = Promise.all(Array.from({ length: AT_ONCE }, () => this.#work()));
  }

  /** How many posts wait for the answer of a dispatcher. */
  underWayAt(dispatcher: Poster): number {
    return this.#underWay.get(dispatcher) ?? 0;
  }

  /** Begins no more events, and waits until those that were begun are answered. */
  async finish(): Promise<void> {
    this.#finishing = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    const { random, restMs, eventOf } = this.#options;
    while (!this.#finishing) {
      const n = this.#next++;
      const body = eventOf(n);
      const taken = await this.#postUntilAnswered(n, body);
      if (taken) {
        if (taken.duplicate) this.keptUnheard++;
        this.taken.set(n, taken);
        if (random() < ONCE_MORE) await this.#postOnceMore(n, body, taken);
      }
      await pause(restMs());
    }
  }

  async #postOnceMore(n: number, body: string, { id, deliveries }: Taken): Promise<void> {
    this.postedTwice++;
    const again = await this.#postUntilAnswered(n, body);
    if (isDeepStrictEqual(again, { id, duplicate: true, deliveries })) return;
    this.mistakes.push(`event ${n}, taken as ${id}, was taken again: ${JSON.stringify(again)}`);
  }

  /** Answers undefined where the dispatcher does not want the event. */
  async #postUntilAnswered(n: number, body: string): Promise<Taken | undefined> {
    for (;;) {
      const answer = await this.#post(n, body);
      if (answer?.status === 202) return answer.body;
      if (answer && !this.#isRefusal(answer)) {
        this.mistakes.push(`event ${n} was answered ${answer.status}: ${answer.text}`);
        return undefined;
      }
      await pause(answer ? REFUSED_MS : AGAIN_MS);
    }
  }

  #isRefusal({ status, headers }: Answer): boolean {
    const isOne = status === 503 && headers.has("retry-after") && this.#options.mayRefuse === true;
    if (isOne) this.refused++;
    return isOne;
  }

  /** Answers undefined where nobody answers. */
  async #post(n: number, body: string): Promise<Answer | undefined> {
    const dispatcher = this.#options.dispatcher();
    if (!dispatcher) return undefined;
    const posting = dispatcher.post(body, { "idempotency-key": `key-${n}` });
    const postedAt = performance.now();
    this.#count(dispatcher, 1);
    this.onPost?.(dispatcher);
    try {
      const answer = await posting;
      this.answerMs = performance.now() - postedAt;
      return answer;
    } catch {
      this.unanswered++;
      return undefined;
    } finally {
      this.#count(dispatcher, -1);
    }
  }

  #count(dispatcher: Poster, change: number): void {
    this.#underWay.set(dispatcher, this.underWayAt(dispatcher) + change);
  }
}
