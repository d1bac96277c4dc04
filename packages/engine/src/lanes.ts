import type { OutcomeKind } from "@syncbell/core";
import { heldUntil } from "./breaker.ts";
import type { Directory, Standing } from "./directory.ts";
import { mutedUntil } from "./mute.ts";
import { type Bucket, Paces } from "./pace.ts";
import { type Applicant, shareOut } from "./share.ts";
import type { ClaimShare, DueDestination } from "./store/delivery-records.ts";
import { Windows } from "./window.ts";

/** How many attempts may be under way at once, over all destinations. */
const PLACES = 256;
/** How many of these destinations that do not answer may take together. */
const PLACES_FOR_UNPROVEN = PLACES / 2;
/** How many attempts that somebody asked for begin at one destination at once. */
const MOST_MANUAL = 4;

/** What may be claimed now, and when there may be more although nothing has ended until then. */
export interface Allotment {
  readonly shares: readonly ClaimShare[];
  /** Milliseconds since the epoch. Absent: nothing waits for a time. */
  readonly nextAt?: number;
}

/** How many attempts a pace allows now, and when one more may begin after some that do. */
interface Paced {
  readonly tokens: number;
  readonly nextAfter: (begun: number) => number;
}

/**
 * Who may have how many attempts under way: by the places there are, by each destination's window,
 * pace, and health. One lane for each destination, so that none waits behind another.
 */
export class Lanes {
  readonly #directory: Directory;
  readonly #windows = new Windows();
  readonly #paces = new Paces();
  readonly #underWay = new Map<string, number>();
  #turn = 0;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  begin(destinationId: string, now: number): void {
    this.#underWay.set(destinationId, this.#busy(destinationId) + 1);
    const pace = this.#directory.get(destinationId)?.pace;
    if (pace) this.#paces.take(destinationId, pace, now, 1);
  }

  end(destinationId: string): void {
    const left = this.#busy(destinationId) - 1;
    if (left > 0) this.#underWay.set(destinationId, left);
    else this.#underWay.delete(destinationId);
  }

  /** Takes in how full the buckets of paces are. */
  adopt(buckets: ReadonlyMap<string, Bucket>): void {
    this.#paces.adopt(buckets);
  }

  /** Takes in how an attempt ended, and how long it took, in milliseconds. */
  ended(destinationId: string, outcome: OutcomeKind, durationMs = 0): void {
    const limit = this.#directory.get(destinationId)?.destination.channel.limits.concurrency;
    this.#windows.record(destinationId, outcome, limit ?? 1, durationMs);
  }

  /** Shares the free places out among the destinations that are owed something. */
  allot(due: readonly DueDestination[], now: number): Allotment {
    const places = this.#places();
    const times: number[] = [];
    const manual: ClaimShare[] = [];
    const applicants: Applicant[] = [];
    for (const { destinationId, dueAt, manual: isAskedFor } of due) {
      const standing = this.#directory.get(destinationId);
      if (!standing || standing.state === "disabled") continue;
      const paced = this.#paced(standing, now);
      let count = 0;
      const isProven = this.#windows.isProven(destinationId);
      if (isAskedFor && places.free > 0) {
        const limit = standing.destination.channel.limits.concurrency;
        const room = Math.min(MOST_MANUAL, limit - this.#busy(destinationId), paced.tokens);
        const left = isProven ? places.free : Math.min(places.free, places.freeForUnproven);
        count = Math.max(0, Math.min(room, left));
        if (count > 0) manual.push({ destinationId, count, manual: true, ...pacedBy(standing) });
        else if (paced.tokens < 1) times.push(paced.nextAfter(0));
        places.free -= count;
        if (!isProven) places.freeForUnproven -= count;
      }
      if (dueAt === undefined || standing.state === "paused") continue;
      const from = Math.max(
        dueAt,
        heldUntil(standing.health, now) ?? 0,
        mutedUntilOf(standing, now) ?? 0,
      );
      if (from > now) times.push(from);
      else if (paced.tokens - count < 1) times.push(paced.nextAfter(count));
      else {
        const room = Math.min(this.#room(standing), paced.tokens) - count;
        applicants.push({ destinationId, room, proven: isProven });
      }
    }
    const first = applicants.length > 0 ? this.#turn++ % applicants.length : 0;
    const inTurn = [...applicants.slice(first), ...applicants.slice(0, first)];
    const shares = shareOut(inTurn, places).map((share) => ({
      ...share,
      manual: false,
      ...pacedBy(this.#directory.get(share.destinationId)),
    }));
    return {
      shares: [...manual, ...shares],
      ...(times.length > 0 ? { nextAt: Math.min(...times) } : {}),
    };
  }

  #places(): { free: number; freeForUnproven: number } {
    let free = PLACES;
    let freeForUnproven = PLACES_FOR_UNPROVEN;
    for (const [id, count] of this.#underWay) {
      free -= count;
      if (!this.#windows.isProven(id)) freeForUnproven -= count;
    }
    return { free: Math.max(0, free), freeForUnproven: Math.max(0, freeForUnproven) };
  }

  /** A failing destination is probed: by one attempt at a time. */
  #room({ destination, health }: Standing): number {
    const { id, channel } = destination;
    const window = health.failing ? 1 : this.#windows.window(id, channel.limits.concurrency);
    return Math.max(0, window - this.#busy(id));
  }

  #paced({ id, pace }: Standing, now: number): Paced {
    if (!pace) return { tokens: Infinity, nextAfter: () => now };
    return {
      tokens: this.#paces.available(id, pace, now),
      nextAfter: (begun) => this.#paces.nextAt(id, pace, now, begun),
    };
  }

  #busy(destinationId: string): number {
    return this.#underWay.get(destinationId) ?? 0;
  }
}

function pacedBy(standing: Standing | undefined): Pick<ClaimShare, "pace"> {
  return standing?.pace ? { pace: standing.pace } : {};
}

/** What was due before the muted hours and did not get out waits for their end, too. */
function mutedUntilOf({ destination: { mute } }: Standing, now: number): number | undefined {
  return mute && mutedUntil(mute, now);
}
