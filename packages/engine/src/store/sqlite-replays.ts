import type { Database } from "better-sqlite3";
import type { NewReplay, ReplayStep, ReplayedState, StoredReplay } from "./replay-records.ts";
import type { ReplayRow } from "./schema.ts";
import type { SqliteAccept } from "./sqlite-accept.ts";

/** What a replay goes through, in this order: once to count, once to make the deliveries. */
const PASSES = [
  "count deliveries",
  "count decisions",
  "make deliveries",
  "make decisions",
] as const;

/** How many rows one step looks at: some milliseconds, however few of them are wanted. */
const MOST_LOOKED_AT = 1_000;

/** Ends the replays of a destination. */
export const CANCEL_REPLAYS =
  "update replays set state = 'cancelled' where state = 'running' and destination_id = ?";

interface Candidate {
  readonly position: string;
  readonly event_id: string;
  readonly wanted: number;
}

/** Replays: stored jobs that go on by steps, each of which is one transaction. */
export class SqliteReplays {
  readonly #database: Database;
  readonly #accept: SqliteAccept;
  readonly step: (id: string, step: ReplayStep) => StoredReplay | undefined;

  constructor(database: Database, accept: SqliteAccept) {
    this.#database = database;
    this.#accept = accept;
    const step = database.transaction((id: string, given: ReplayStep) => this.#step(id, given));
    this.step = (id, given) => step.immediate(id, given);
  }

  add(replay: NewReplay): void {
    this.#database
      .prepare(
        `insert into replays (id, destination_id, since, until, states, state, total, done, phase,
           position, created_at)
         values (?, ?, ?, ?, ?, 'running', 0, 0, ?, '', ?)`,
      )
      .run(
        replay.id,
        replay.destinationId,
        replay.since,
        replay.until,
        JSON.stringify(replay.states),
        PASSES[0],
        replay.createdAt,
      );
  }

  get(id: string): StoredReplay | undefined {
    const row = this.#row(id);
    return row && stored(row);
  }

  running(): readonly StoredReplay[] {
    return this.#database
      .prepare<[], ReplayRow>("select * from replays where state = 'running' order by id")
      .all()
      .map(stored);
  }

  cancel(destinationId: string): void {
    this.#database.prepare(CANCEL_REPLAYS).run(destinationId);
  }

  #row(id: string): ReplayRow | undefined {
    return this.#database
      .prepare<[string], ReplayRow>("select * from replays where id = ?")
      .get(id);
  }

  #step(id: string, step: ReplayStep): StoredReplay | undefined {
    const row = this.#row(id);
    if (!row || row.state !== "running") return row && stored(row);
    const candidates = this.#candidates(row);
    const isMaking = row.phase.startsWith("make");
    const wanted = candidates.filter((candidate) => candidate.wanted === 1);
    const taken = isMaking ? this.#make(row, wanted, step) : new Map<string, string>();
    // Where the ids were used up, the next step begins behind the last one that was taken.
    const isUsedUp = isMaking && taken.size === step.deliveryIds.length;
    const isOver = !isUsedUp && candidates.length < MOST_LOOKED_AT;
    const last = isUsedUp ? [...taken.values()].at(-1) : candidates.at(-1)?.position;
    const phase = isOver
      ? PASSES[PASSES.indexOf(row.phase as (typeof PASSES)[number]) + 1]
      : row.phase;
    const done = row.done + taken.size;
    const total = row.total + (isMaking ? 0 : wanted.length);
    const next: ReplayRow = {
      ...row,
      done,
      phase: phase ?? row.phase,
      position: isOver ? "" : (last ?? row.position),
      state: phase === undefined ? "done" : "running",
      // What was counted twice, or was owed again in between, is not made a second time.
      total: phase === undefined ? done : Math.max(total, done),
    };
    this.#database
      .prepare(
        "update replays set done = ?, phase = ?, position = ?, state = ?, total = ? where id = ?",
      )
      .run(next.done, next.phase, next.position, next.state, next.total, id);
    return stored(next);
  }

  /** Makes deliveries while there are ids; answers the events, each with the position it was met at. */
  #make(
    row: ReplayRow,
    wanted: readonly Candidate[],
    { now, expiresAt, deliveryIds }: ReplayStep,
  ): ReadonlyMap<string, string> {
    const made = new Map<string, string>();
    for (const { event_id: eventId, position } of wanted) {
      const id = deliveryIds[made.size];
      if (id === undefined) break;
      if (made.has(eventId)) continue;
      const delivery = { id, destinationId: row.destination_id, dueAt: now, expiresAt };
      this.#accept.addAgain(eventId, delivery, now, position);
      made.set(eventId, position);
    }
    return made;
  }

  #candidates(row: ReplayRow): readonly Candidate[] {
    const { destination_id: destination, created_at: askedAt, since, until, phase } = row;
    const states = JSON.parse(row.states) as StoredReplay["states"];
    const given = {
      destination,
      since,
      until,
      askedAt,
      position: row.position,
      states: row.states,
      // Ids sort by the time at which they were made, whatever becomes of the clock: what this replay
      // makes itself lies above its own.
      madeBefore: `dlv${row.id.slice("rpl".length)}`,
    };
    const again = Number(states.includes("delivered"));
    if (phase.endsWith("deliveries")) {
      const isBadlyEnded = states.every((state) => BADLY_ENDED.has(state));
      return this.#database
        .prepare<unknown[], Candidate>(
          `select id as position, event_id,
                  created_at >= @since and created_at < @until
                    and state in (select value from json_each(@states))
                    and exists (select 1 from events where id = event_id and test = 0)
                    and ${OWING} as wanted
             from deliveries
            where destination_id = @destination and id > @position and id < @madeBefore
              ${isBadlyEnded ? "and state in ('failed', 'expired', 'cancelled')" : ""}
            order by id limit ${MOST_LOOKED_AT}`,
        )
        .all({ ...given, again });
    }
    if (!states.includes("disabled")) return [];
    return this.#database
      .prepare<unknown[], Candidate>(
        `select event_id as position, event_id,
                exists (select 1 from events
                         where id = event_id and test = 0
                           and received_at >= @since and received_at < @until)
                  and ${OWING} as wanted
           from decisions as deliveries
          where destination_id = @destination and decision = 'disabled' and event_id > @position
          order by event_id limit ${MOST_LOOKED_AT}`,
      )
      .all({ ...given, again });
  }
}

/** The states whose deliveries have an index of their own. No delivery is `disabled`. */
const BADLY_ENDED: ReadonlySet<ReplayedState> = new Set([
  "failed",
  "expired",
  "cancelled",
  "disabled",
]);

/**
 * Nothing is owed for the event at the moment, nothing was made for it since the replay was asked for,
 * and nothing of it has arrived: unless what arrived is wanted again.
 */
const OWING = `not exists (
  select 1 from deliveries as other
   where other.event_id = deliveries.event_id and other.destination_id = @destination
     and (other.state in ('pending', 'sending') or other.created_at >= @askedAt
          or other.id >= @madeBefore
          or (other.state = 'delivered' and not @again)))`;

function stored(row: ReplayRow): StoredReplay {
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
