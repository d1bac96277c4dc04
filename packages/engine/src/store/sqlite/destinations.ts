import type { Database } from "better-sqlite3";
import type {
  DestinationState,
  NamedDestination,
  StoredDestination,
} from "../destination-records.ts";
import { ALL_DESTINATIONS, storedDestination } from "../destination-row.ts";
import type { DestinationRow } from "../schema.ts";
import type { OwedEnd } from "../store.ts";
import { CANCEL_REPLAYS } from "./replays.ts";

/** A destination that came back, or whose channel or config is another. */
const IS_ANOTHER = "(deleted_at is not null or fingerprint is not @fingerprint)";

/** Nothing is left of a trouble but that people were told of it: they are told of its end too. */
const STILL_TOLD = `case when json_extract(health, '$.failing') then '{"failing":true}' end`;

/** Such a one starts anew; a paused one stays paused. */
const STARTS_ANEW = `
  state = case when deleted_at is not null or (state = 'disabled' and ${IS_ANOTHER})
               then 'active' else state end,
  health = case when deleted_at is not null then null
                when ${IS_ANOTHER} then ${STILL_TOLD} else health end,
  disabled_at = case when deleted_at is not null then null else disabled_at end,
  fingerprint = @fingerprint`;

/** The destinations' statements. */
export class SqliteDestinations {
  readonly #database: Database;
  readonly name: (named: readonly NamedDestination[], now: number) => void;

  constructor(database: Database) {
    this.#database = database;
    const name = database.transaction((named: readonly NamedDestination[], now: number) =>
      this.#name(named, now),
    );
    this.name = (named, now) => name.immediate(named, now);
  }

  all(): readonly StoredDestination[] {
    return this.#database
      .prepare<[], DestinationRow>(ALL_DESTINATIONS)
      .all()
      .map(storedDestination);
  }

  put({ id, fingerprint }: NamedDestination, definition: string, now: number): void {
    this.#database
      .prepare(
        `insert into destinations (id, source, definition, fingerprint, created_at, updated_at)
         values (@id, 'api', @definition, @fingerprint, @now, @now)
         on conflict (id) do update set ${STARTS_ANEW},
           updated_at = @now, definition = @definition`,
      )
      .run({ id, definition, fingerprint, now });
  }

  setState(id: string, state: DestinationState, now: number): void {
    this.#database
      .prepare(
        `update destinations
            set health = case when @state <> 'active' then health
                              when state = 'disabled' then ${STILL_TOLD}
                              -- Whoever resumes it wants to see now whether it works.
                              else json_remove(health, '$.holdUntil', '$.probes') end,
                disabled_at = case when @state = 'disabled' then @now else disabled_at end,
                state = @state, updated_at = @now
          where id = @id`,
      )
      .run({ state, now, id });
  }

  delete(id: string, now: number): void {
    this.#database
      .transaction(() => {
        this.#database
          .prepare("update destinations set deleted_at = ?, definition = null where id = ?")
          .run(now, id);
        this.#database.prepare(CANCEL_REPLAYS).run(id);
      })
      .immediate();
  }

  deletedAmong(ids: readonly string[]): readonly string[] {
    return this.#database
      .prepare<[string], { id: string }>(
        `select id from destinations
          where deleted_at is not null and id in (select value from json_each(?))`,
      )
      .all(JSON.stringify(ids))
      .map(({ id }) => id);
  }

  hasten(destinationId: string, now: number, limit: number): number {
    return this.#database
      .prepare(
        `update deliveries set due_at = @now
          where id in (select id from deliveries
                        where destination_id = @destinationId and state = 'pending' and due_at > @now
                          and attempts = 0 and manual = 0 and digest_id is null
                          and waits_for is null
                        order by due_at limit @limit)`,
      )
      .run({ now, destinationId, limit }).changes;
  }

  endOwed(destinationId: string, { state, reason, madeBy, limit }: OwedEnd): number {
    return this.#database
      .transaction(() => {
        this.#database
          .prepare(
            `update deliveries set manual = 0
              where destination_id = ? and manual > 0 and state <> 'sending' and created_at <= ?`,
          )
          .run(destinationId, madeBy);
        return this.#database
          .prepare(
            `update deliveries set state = ?, reason = ?
              where id in (select id from deliveries
                            where destination_id = ? and state = 'pending' and created_at <= ?
                            limit ?)`,
          )
          .run(state, reason, destinationId, madeBy, limit).changes;
      })
      .immediate();
  }

  #name(named: readonly NamedDestination[], now: number): void {
    const keep = this.#database.prepare(
      `insert into destinations (id, fingerprint, created_at, updated_at)
       values (@id, @fingerprint, @now, @now)
       on conflict (id) do update set ${STARTS_ANEW},
         updated_at = case when ${IS_ANOTHER} then @now else updated_at end,
         source = 'file', definition = null, deleted_at = null`,
    );
    for (const { id, fingerprint } of named) keep.run({ id, fingerprint, now });
    this.#database
      .prepare(
        `update destinations set deleted_at = ?
          where deleted_at is null and source = 'file'
            and id not in (select value from json_each(?))`,
      )
      .run(now, JSON.stringify(named.map(({ id }) => id)));
  }
}
