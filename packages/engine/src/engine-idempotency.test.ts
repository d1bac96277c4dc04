import fc from "fast-check";
import { expect, test } from "vitest";
import type { Accepted } from "./accept.ts";
import { bytesOf, postSync } from "./testing/events.ts";
import { keysOf, startReceiver } from "./testing/receiver.ts";
import { casesOf } from "./testing/opened-store.ts";
import { bellAt, restarted, startRunning } from "./testing/running-engine.ts";

const HOUR = 60 * 60_000;

/** One post: which of a few keys, if any, with which of a few bodies. */
interface Post {
  readonly key: string | undefined;
  readonly body: string;
}

type Step =
  | { readonly kind: "posts at once"; readonly posts: readonly Post[] }
  | { readonly kind: "time passes"; readonly ms: number }
  | { readonly kind: "a restart" };

const anyPost: fc.Arbitrary<Post> = fc.record({
  key: fc.option(fc.constantFrom("a", "b"), { nil: undefined, freq: 3 }),
  body: fc.constantFrom("x", "y", "z"),
});
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("posts at once" as const),
      posts: fc.array(anyPost, { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("time passes" as const),
      ms: fc.constantFrom(1, HOUR, 12 * HOUR, 24 * HOUR - 1, 24 * HOUR, 60 * HOUR),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: "a restart" }) },
);

const NEW: Accepted = { kind: "accepted", id: "a new one", deliveries: [] };

/** What a plain map says of posts. It makes no ids: it takes in those of an event that is new. */
class PlainNames {
  readonly #names = new Map<string, { body: string; at: number; answer: object }>();

  take({ key, body }: Post, now: number, answer: Accepted | undefined): object {
    const name = key === undefined ? `body ${body}` : `key ${key}`;
    const known = this.#names.get(name);
    if (known && now < known.at + 24 * HOUR) {
      return known.body === body ? { ...known.answer, kind: "duplicate" } : { kind: "conflict" };
    }
    const kept = answer?.kind === "accepted" ? answer : NEW;
    this.#names.set(name, { body, at: now, answer: kept });
    return kept;
  }
}

test("posts are taken as a plain map would, over time and restarts, and each is sent once", async () => {
  const receiver = await startReceiver();
  const options = { destinations: [bellAt(receiver.url, "a"), bellAt(receiver.url, "b")] };
  let running = await startRunning(options);
  let runs = 0;
  const owed: string[] = [];
  const met = new Set<string>();
  const post = async (posts: readonly Post[], plain: PlainNames): Promise<void> => {
    const { engine, clock } = running;
    const answers = await Promise.all(
      posts.map(({ key, body }) => {
        const bytes = bytesOf(postSync({ sync: `${runs}-${body}` }));
        return engine.accept({ bytes, ...(key === undefined ? {} : { key: `${runs}-${key}` }) });
      }),
    );
    const now = clock.now();
    expect(answers).toEqual(posts.map((one, index) => plain.take(one, now, answers[index])));
    for (const answer of answers) {
      met.add(answer.kind);
      if (answer.kind === "accepted") owed.push(...answer.deliveries.map(({ id }) => id));
    }
  };
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 12 }), async (steps) => {
      runs++;
      const plain = new PlainNames();
      for (const step of steps) {
        if (step.kind === "posts at once") await post(step.posts, plain);
        else {
          // What is cut off by a restart, or by its deadline, is sent again, and may be.
          await running.quiet();
          if (step.kind === "a restart") running = await restarted(running, options);
          else await running.clock.skip(step.ms);
        }
      }
    }),
    { numRuns: casesOf(25) },
  );
  expect([...met].toSorted()).toEqual(["accepted", "conflict", "duplicate"]);
  await running.quiet();
  expect(keysOf(receiver).toSorted()).toEqual(owed.toSorted());
});
