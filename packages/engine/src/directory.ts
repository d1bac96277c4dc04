import type { Pace } from "@syncbell/core";
import { type Destination, paceOf } from "./destination.ts";
import type { Judgement, StoredDestination } from "./store/destination-records.ts";

/** A destination as it is configured, and how it stands. */
export interface Standing extends StoredDestination {
  readonly destination: Destination;
  /** How fast it may be sent to. */
  readonly pace: Pace | undefined;
}

/** The destinations that there are, in the order in which they came. What is asked here is in memory. */
export class Directory {
  readonly #standings = new Map<string, Standing>();
  #version = 0;

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  get(id: string): Standing | undefined {
    return this.#standings.get(id);
  }

  all(): readonly Standing[] {
    return [...this.#standings.values()];
  }

  destinations(): readonly Destination[] {
    return this.all().map(({ destination }) => destination);
  }

  put(destination: Destination, stored: StoredDestination): Standing {
    this.#version++;
    const standing = { ...stored, destination, pace: paceOf(destination) };
    this.#standings.set(destination.id, standing);
    return standing;
  }

  remove(id: string): void {
    this.#version++;
    this.#standings.delete(id);
  }

  /** Takes in what an attempt made of a destination, after it was recorded. */
  judged(id: string, { health, disable }: Judgement, now: number): void {
    const known = this.#standings.get(id);
    if (!known) return;
    this.#version++;
    const disabled = { state: "disabled", disabledAt: now, updatedAt: now } as const;
    this.#standings.set(id, { ...known, health, ...(disable ? disabled : {}) });
  }
}
