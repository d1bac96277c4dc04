import { expect, test } from "vitest";
import { Coalescer } from "./coalescer.ts";

/** Lets a test end one batch after the other. */
class Writing {
  readonly batches: (readonly number[])[] = [];
  #ends: ((failure?: Error) => void)[] = [];

  readonly write = (items: readonly number[]): Promise<readonly string[]> => {
    this.batches.push(items);
    return new Promise((resolve, reject) => {
      this.#ends.push((failure) =>
        failure ? reject(failure) : resolve(items.map((item) => `kept ${item}`)),
      );
    });
  };

  /** Ends the batch that is being written, as soon as one is. */
  async end(failure?: Error): Promise<void> {
    while (this.#ends.length === 0) await turn();
    this.#ends.shift()?.(failure);
    await turn();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test("what comes in at once is one batch, in order, and each caller gets its own result", async () => {
  const writing = new Writing();
  const coalescer = new Coalescer(writing.write, 100);
  const results = Promise.all([1, 2, 3].map((item) => coalescer.add(item)));
  await writing.end();
  expect(await results).toEqual(["kept 1", "kept 2", "kept 3"]);
  expect(writing.batches).toEqual([[1, 2, 3]]);
});

test("what comes in while a batch is written waits and shares the next one", async () => {
  const writing = new Writing();
  const coalescer = new Coalescer(writing.write, 100);
  const first = coalescer.add(1);
  while (writing.batches.length === 0) await turn();
  const later = [coalescer.add(2), coalescer.add(3)];
  expect(coalescer.size).toBe(2);
  await turn();
  expect(writing.batches).toEqual([[1]]);
  await writing.end();
  await writing.end();
  expect(await Promise.all([first, ...later])).toEqual(["kept 1", "kept 2", "kept 3"]);
  expect(writing.batches).toEqual([[1], [2, 3]]);
});

test("a batch has a largest size, and what is over comes next, in order", async () => {
  const writing = new Writing();
  const coalescer = new Coalescer(writing.write, 2);
  const results = Promise.all([1, 2, 3, 4, 5].map((item) => coalescer.add(item)));
  for (let batch = 0; batch < 3; batch++) await writing.end();
  await results;
  expect(writing.batches).toEqual([[1, 2], [3, 4], [5]]);
});

test("a batch that fails is told to its own callers alone, and the next one is written", async () => {
  const writing = new Writing();
  const coalescer = new Coalescer(writing.write, 2);
  const results = Promise.allSettled([1, 2, 3].map((item) => coalescer.add(item)));
  await writing.end(new Error("the disk is full"));
  await writing.end();
  const later = coalescer.add(4);
  await writing.end();
  expect((await results).map(({ status }) => status)).toEqual([
    "rejected",
    "rejected",
    "fulfilled",
  ]);
  expect(await later).toBe("kept 4");
  expect(coalescer.size).toBe(0);
});

test("a write that throws at once is a batch that failed", async () => {
  let calls = 0;
  const coalescer = new Coalescer((items: readonly number[]) => {
    if (++calls === 1) throw new Error("at once");
    return Promise.resolve(items);
  }, 10);
  await expect(coalescer.add(1)).rejects.toThrow("at once");
  await expect(coalescer.add(2)).resolves.toBe(2);
});

test("a lone caller waits for no timer and no companion", async () => {
  const coalescer = new Coalescer((items: readonly number[]) => Promise.resolve(items), 10);
  for (const item of [1, 2, 3]) expect(await coalescer.add(item)).toBe(item);
});
