import type { ClaimedDelivery, DeliveryState, DueDestination } from "../delivery-records.ts";
import { START } from "./new-events.ts";

export const DESTINATIONS = ["a", "b", "c"] as const;

export interface Owed {
  readonly destinationId: string;
  readonly createdAt: number;
  state: DeliveryState;
  dueAt: number;
  fence: number;
  attempts: number;
  leaseUntil: number;
  /** Attempts that were asked for and have not begun. */
  manual: number;
  manualAt: number;
  returnTo: DeliveryState | undefined;
}

type Entry = readonly [id: string, owed: Owed];

/** A store in memory, as plain as can be: what the real one must agree with after every step. */
export class Model {
  now: number = START;
  named: readonly string[] = DESTINATIONS;
  readonly owed: Map<string, Owed> = new Map();
  readonly claimed: ClaimedDelivery[] = [];

  owe(id: string, destinationId: string, dueAt: number): void {
    const counters = { fence: 0, attempts: 0, leaseUntil: 0, manual: 0, manualAt: 0 };
    const own = { destinationId, dueAt, createdAt: this.now };
    this.owed.set(id, { ...counters, ...own, state: "pending", returnTo: undefined });
  }

  pendingOf(destinationId: string): readonly Entry[] {
    return this.#where(destinationId, ({ state }) => state === "pending");
  }

  askedForAt(destinationId: string): readonly Entry[] {
    return this.#where(destinationId, ({ state, manual }) => manual > 0 && state !== "sending");
  }

  /** One of the deliveries, or undefined where there is none. */
  pick(which: number): Entry | undefined {
    return [...this.owed][which % Math.max(1, this.owed.size)];
  }

  /** One of the claims there were, with what is owed and whether its lease is still held. */
  pickClaim(which: number): { claimed: ClaimedDelivery; owed: Owed; holds: boolean } | undefined {
    const claimed = this.claimed[which % Math.max(1, this.claimed.length)];
    const owed = this.owed.get(claimed?.id ?? "");
    if (!claimed || !owed) return undefined;
    return { claimed, owed, holds: owed.state === "sending" && owed.fence === claimed.fence };
  }

  due(): readonly DueDestination[] {
    return DESTINATIONS.flatMap((destinationId): readonly DueDestination[] => {
      const dues = this.pendingOf(destinationId).map(([, { dueAt }]) => dueAt);
      const manual = this.askedForAt(destinationId).length > 0;
      if (dues.length > 0) return [{ destinationId, dueAt: Math.min(...dues), manual }];
      return manual ? [{ destinationId, manual }] : [];
    });
  }

  /** Frees what is sent under a lease that is over; answers how many. */
  release(): number {
    const over = [...this.owed.values()].filter(
      ({ state, leaseUntil }) => state === "sending" && leaseUntil <= this.now,
    );
    for (const owed of over) {
      owed.state = owed.returnTo ?? "pending";
      if (owed.returnTo !== undefined) owed.manual++;
      owed.returnTo = undefined;
    }
    return over.length;
  }

  #where(destinationId: string, fits: (owed: Owed) => boolean): readonly Entry[] {
    return [...this.owed].filter(([, owed]) => owed.destinationId === destinationId && fits(owed));
  }
}
