import type { Database, Statement } from "better-sqlite3";
import { type Health, HEALTHY } from "../breaker.ts";
import type { AttemptRecord } from "./delivery-records.ts";
import type { Judge, Judgement, Recorded } from "./destination-records.ts";
import type { SqliteAccept } from "./sqlite-accept.ts";

/** Records attempts, and what they make of their destinations, in one transaction. */
export class SqliteRecord {
  readonly #accept: SqliteAccept;
  readonly #update: Statement;
  readonly #attempt: Statement;
  readonly #health: Statement<[string], { health: string | null }>;
  readonly #setHealth: Statement;
  readonly #disable: Statement;
  readonly record: (records: readonly AttemptRecord[], judge: Judge) => readonly Recorded[];

  constructor(database: Database, accept: SqliteAccept) {
    this.#accept = accept;
    this.#update = database.prepare(
      `update deliveries
          set state = ?, step = ?, due_at = coalesce(?, due_at), attempts = attempts + ?,
              reason = coalesce(?, case when return_to = ? then reason end),
              return_to = null, lease_until = null
        where id = ? and fence = ? and state = 'sending'`,
    );
    this.#attempt = database.prepare(
      `insert into attempts
         (delivery_id, number, started_at, duration_ms, outcome, status, reason, response, manual)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#health = database.prepare("select health from destinations where id = ?");
    this.#setHealth = database.prepare("update destinations set health = ? where id = ?");
    this.#disable = database.prepare(
      `update destinations set state = 'disabled', disabled_at = ?, updated_at = ?
        where id = ? and state <> 'disabled'`,
    );
    const record = database.transaction((records: readonly AttemptRecord[], judge: Judge) =>
      records.map((one) => this.#recordOne(one, judge)),
    );
    this.record = (records, judge) => record.immediate(records, judge);
  }

  #recordOne(record: AttemptRecord, judge: Judge): Recorded {
    const { deliveryId, fence, state, step, dueAt, attempt, reason } = record;
    const made = attempt ? 1 : 0;
    const { changes } = this.#update.run(
      state,
      step,
      dueAt ?? null,
      made,
      reason ?? null,
      // Back in the state that it was in, it is there for the same reason.
      state,
      deliveryId,
      fence,
    );
    if (changes === 0) return { recorded: false };
    if (attempt) {
      this.#attempt.run(
        deliveryId,
        attempt.number,
        attempt.startedAt,
        attempt.durationMs,
        attempt.outcome,
        attempt.status ?? null,
        attempt.reason ?? null,
        attempt.response ?? null,
        Number(attempt.manual),
      );
    }
    const judgement = this.#judge(record, judge);
    return judgement ? { recorded: true, judgement } : { recorded: true };
  }

  #judge({ destinationId, contact }: AttemptRecord, judge: Judge): Judgement | undefined {
    const row = contact && this.#health.get(destinationId);
    if (!row) return undefined;
    const judgement = judge(destinationId, readHealth(row.health), contact);
    if (!judgement) return undefined;
    this.#setHealth.run(JSON.stringify(judgement.health), destinationId);
    if (judgement.disable) this.#disable.run(contact.endedAt, contact.endedAt, destinationId);
    for (const event of judgement.events) this.#accept.acceptOne(event);
    return judgement;
  }
}

/** Reads a health as the store keeps it: what is undefined is not in the JSON. */
export function readHealth(text: string | null): Health {
  return text === null ? HEALTHY : { ...HEALTHY, ...(JSON.parse(text) as Partial<Health>) };
}
