interface Waiting<In, Out> {
  readonly item: In;
  readonly resolve: (out: Out) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers what comes in while the last batch is being written, and writes it as one: concurrent
 * callers share a transaction, and a lone caller waits for no timer.
 */
export class Coalescer<In, Out> {
  readonly #write: (items: readonly In[]) => Promise<readonly Out[]>;
  readonly #largest: number;
  #waiting: Waiting<In, Out>[] = [];
  #writing = false;

  /** `write` answers one result for each item, in order; when it rejects, every caller is told. */
  constructor(write: (items: readonly In[]) => Promise<readonly Out[]>, largest: number) {
    this.#write = write;
    this.#largest = largest;
  }

  /** How many items wait to be written. */
  get size(): number {
    return this.#waiting.length;
  }

  add(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#writing) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      // One turn of the event loop, so that every request that has arrived is in the batch.
      await new Promise((resolve) => void setImmediate(resolve));
      const batch = this.#waiting.splice(0, this.#largest);
      try {
        const results = await this.#write(batch.map(({ item }) => item));
        for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Out);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = false;
  }
}
