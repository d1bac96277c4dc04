import type { Database } from "better-sqlite3";
import type { NewReplay, ReplayStep, StoredReplay } from "../replay-records.ts";
import {
  FIRST_PASS,
  MOST_LOOKED_AT,
  type Met,
  REPLAY_COLUMNS,
  allotted,
  isMaking,
  passOf,
  stepped,
  storedReplay,
} from "../replay-row.ts";
import type { ReplayRow } from "../schema.ts";
import type { SqliteAccept } from "./accept.ts";

/** Ends the replays of a destination. */
export const CANCEL_REPLAYS =
  "update replays set state = 'cancelled' where state = 'running' and destination_id = ?";

interface Candidate extends Met {
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
        FIRST_PASS,
        replay.createdAt,
      );
  }

  get(id: string): StoredReplay | undefined {
    const row = this.#row(id);
    return row && storedReplay(row);
  }

  running(): readonly StoredReplay[] {
    return this.#database
      .prepare<[], ReplayRow>(
        `select ${REPLAY_COLUMNS} from replays where state = 'running' order by id`,
      )
      .all()
      .map(storedReplay);
  }

  cancel(destinationId: string): void {
    this.#database.prepare(CANCEL_REPLAYS).run(destinationId);
  }

  #row(id: string): ReplayRow | undefined {
    return this.#database
      .prepare<[string], ReplayRow>(`select ${REPLAY_COLUMNS} from replays where id = ?`)
      .get(id);
  }

  #step(id: string, step: ReplayStep): StoredReplay | undefined {
    const row = this.#row(id);
    if (!row || row.state !== "running") return row && storedReplay(row);
    const met = this.#candidates(row);
    const wanted = met.filter((candidate) => candidate.wanted === 1);
    const made = isMaking(row) ? allotted(wanted, step.deliveryIds) : [];
    for (const { id: deliveryId, event_id: eventId, position } of made) {
      const { now: dueAt, expiresAt } = step;
      const delivery = { id: deliveryId, destinationId: row.destination_id, dueAt, expiresAt };
      this.#accept.addAgain(eventId, delivery, dueAt, position);
    }
    const next = stepped(row, { met, wanted, made, ids: step.deliveryIds.length });
    this.#database
      .prepare(
        "update replays set done = ?, phase = ?, position = ?, state = ?, total = ? where id = ?",
      )
      .run(next.done, next.phase, next.position, next.state, next.total, id);
    return storedReplay(next);
  }

  #candidates(row: ReplayRow): readonly Candidate[] {
    const { destination_id: destination, created_at: askedAt, since, until, position } = row;
    const { ofDeliveries, states, narrowed, madeBefore, again } = passOf(row);
    const given = {
      destination,
      since,
      until,
      askedAt,
      position,
      madeBefore,
      again: Number(again),
    };
    if (ofDeliveries) {
      return this.#database
        .prepare<unknown[], Candidate>(
          `select id as position, event_id,
                  created_at >= @since and created_at < @until
                    and state in (select value from json_each(@states))
                    and exists (select 1 from events where id = event_id and test = 0)
                    and ${OWING} as wanted
             from deliveries
            where destination_id = @destination and id > @position and id < @madeBefore
              ${narrowed}
            order by id limit ${MOST_LOOKED_AT}`,
        )
        .all({ ...given, states: row.states });
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
      .all(given);
  }
}

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
