import type { Decision } from "./decision.ts";
import { isTold } from "./told.ts";

/** How many differences of a destination are shown. */
const MOST_SHOWN = 10;

/** What was decided, and why. */
export type Said = Pick<Decision, "decision" | "reason">;

/** One event of which a destination would hear otherwise. */
export interface DryRunChange {
  readonly eventId: string;
  /** What the event says, as the title of a message. */
  readonly title: string;
  /** Absent: the destination did not exist, or had not the event's tenant in its reach. */
  readonly before?: Said;
  /** Absent: it would not exist, or not have the event's tenant in its reach. */
  readonly after?: Said;
}

/** What would be different for a destination: counts of events. */
export interface DryRunDifference {
  readonly destinationId: string;
  /** It was told of so many, by a message of their own or in a digest. */
  readonly before: number;
  readonly after: number;
  /** It would hear of so many that it did not hear of. */
  readonly more: number;
  /** It would not hear of so many that it did hear of. */
  readonly less: number;
  /** It would hear of so many by a digest in place of a message of their own, or the other way round. */
  readonly otherwise: number;
  /** The newest of these, at most {@link MOST_SHOWN}. */
  readonly changes: readonly DryRunChange[];
}

/** The differences of one destination. */
export class Tally {
  readonly id: string;
  readonly #changes: DryRunChange[] = [];
  #before = 0;
  #after = 0;
  #more = 0;
  #less = 0;
  #otherwise = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** Compares what was decided for an event with what would be; `say` makes its title, where it is shown. */
  add(
    { eventId, say }: { readonly eventId: string; readonly say: () => string },
    before: Said | undefined,
    after: Said | undefined,
  ): void {
    const [was, is] = [isTold(before), isTold(after)];
    const isOtherwise = was && is && !isToldAlike(before, after);
    this.#before += Number(was);
    this.#after += Number(is);
    this.#more += Number(is && !was);
    this.#less += Number(was && !is);
    this.#otherwise += Number(isOtherwise);
    if (was === is && !isOtherwise) return;
    this.#changes.push({
      eventId,
      title: say(),
      ...(before ? { before: saidOf(before) } : {}),
      ...(after ? { after: saidOf(after) } : {}),
    });
    if (this.#changes.length > MOST_SHOWN) this.#changes.shift();
  }

  /** What came of it so far. */
  difference(): DryRunDifference {
    return {
      destinationId: this.id,
      before: this.#before,
      after: this.#after,
      more: this.#more,
      less: this.#less,
      otherwise: this.#otherwise,
      changes: this.#changes.toReversed(),
    };
  }
}

/** Whether both come to a message of its own, to a digest, or to nothing. */
export function isToldAlike(before: Said | undefined, after: Said | undefined): boolean {
  const isDigested = (said: Said | undefined): boolean => said?.decision === "digested";
  return isTold(before) === isTold(after) && isDigested(before) === isDigested(after);
}

function saidOf({ decision, reason }: Said): Said {
  return { decision, reason };
}
