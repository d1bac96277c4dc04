import type { ReplayedState, StoredReplay } from "./replay-records.ts";
import type { ReplayRow } from "./schema.ts";

/** What a replay goes through, in this order: once to count, once to make the deliveries. */
const PASSES = [
  "count deliveries",
  "count decisions",
  "make deliveries",
  "make decisions",
] as const;

/** What a new replay goes through first. */
export const FIRST_PASS: string = PASSES[0];

/** What is read of a replay: what a later version adds does not change what is answered. */
export const REPLAY_COLUMNS = `id, destination_id, since, until, states, state, total, done, phase,
  position, created_at`;

/** How many rows one step looks at: some milliseconds, however few of them are wanted. */
export const MOST_LOOKED_AT = 1_000;

/** The states whose deliveries have an index of their own. No delivery is `disabled`. */
const BADLY_ENDED: ReadonlySet<ReplayedState> = new Set([
  "failed",
  "expired",
  "cancelled",
  "disabled",
]);

/** What a pass of a replay looks for. */
export interface Pass {
  /** Whether it looks at deliveries, else at the decisions of events. */
  readonly ofDeliveries: boolean;
  readonly states: readonly ReplayedState[];
  /** What narrows deliveries down to those of an index, in SQL. */
  readonly narrowed: string;
  /** Deliveries from this id on were made since the replay was asked for. */
  readonly madeBefore: string;
  /** Whether what arrived is wanted once more. */
  readonly again: boolean;
}

export function passOf({ id, states: written, phase }: ReplayRow): Pass {
  const states = JSON.parse(written) as StoredReplay["states"];
  const isBadlyEnded = states.every((state) => BADLY_ENDED.has(state));
  return {
    ofDeliveries: phase.endsWith("deliveries"),
    states,
    narrowed: isBadlyEnded ? "and state in ('failed', 'expired', 'cancelled')" : "",
    // Ids sort by the time at which they were made, whatever becomes of the clock: what this replay
    // makes itself lies above its own.
    madeBefore: `dlv${id.slice("rpl".length)}`,
    again: states.includes("delivered"),
  };
}

/** A row that a step looks at: what is met there, and where. */
export interface Met {
  readonly position: string;
  readonly event_id: string;
}

/** A delivery that a step makes. */
export interface Made extends Met {
  readonly id: string;
}

/** Gives ids to what is wanted, as far as there are any: each event has one. */
export function allotted(wanted: readonly Met[], ids: readonly string[]): readonly Made[] {
  const made = new Map<string, Made>();
  for (const { event_id, position } of wanted) {
    const id = ids[made.size];
    if (id === undefined) break;
    if (!made.has(event_id)) made.set(event_id, { id, event_id, position });
  }
  return [...made.values()];
}

/** What a step met, of that what is wanted, and what it made of it. */
export interface Stepped {
  readonly met: readonly Met[];
  readonly wanted: readonly Met[];
  readonly made: readonly Made[];
  /** How many ids there were to be given. */
  readonly ids: number;
}

/** Whether a replay makes deliveries by now, and does not only count. */
export function isMaking({ phase }: ReplayRow): boolean {
  return phase.startsWith("make");
}

/** How a replay stands after a step. */
export function stepped(row: ReplayRow, { met, wanted, made, ids }: Stepped): ReplayRow {
  // Where the ids were used up, the next step begins behind the last one that was taken.
  const isUsedUp = isMaking(row) && made.length === ids;
  const isOver = !isUsedUp && met.length < MOST_LOOKED_AT;
  const last = (isUsedUp ? made : met).at(-1)?.position;
  const phase = isOver
    ? PASSES[PASSES.indexOf(row.phase as (typeof PASSES)[number]) + 1]
    : row.phase;
  const done = row.done + made.length;
  const total = row.total + (isMaking(row) ? 0 : wanted.length);
  return {
    ...row,
    done,
    phase: phase ?? row.phase,
    position: isOver ? "" : (last ?? row.position),
    state: phase === undefined ? "done" : "running",
    // What was counted twice, or was owed again in between, is not made a second time.
    total: phase === undefined ? done : Math.max(total, done),
  };
}

/** A replay as it is read. */
export function storedReplay(row: ReplayRow): StoredReplay {
  return {
    id: row.id,
    destinationId: row.destination_id,
    since: row.since,
    until: row.until,
    states: JSON.parse(row.states) as StoredReplay["states"],
    state: row.state as StoredReplay["state"],
    total: row.total,
    done: row.done,
    createdAt: row.created_at,
  };
}
