import type { Database, Statement } from "better-sqlite3";
import { hasArrived } from "../arrived.ts";
import type { AttemptRecord } from "../delivery-records.ts";
import type { Judge, Judgement, Recorded } from "../destination-records.ts";
import { readHealth } from "../read-health.ts";
import type { SqliteAccept, Stories } from "./accept.ts";
import type { SqlitePipelines } from "./pipelines.ts";
import type { SqliteSuperseding } from "./superseding.ts";

interface UpdatedRow {
  readonly failure_of: string | null;
  readonly digest_id: string | null;
}

/** Records attempts, and what they make of their destinations, in one transaction. */
export class SqliteRecord {
  readonly #accept: SqliteAccept;
  readonly #pipelines: SqlitePipelines;
  readonly #superseding: SqliteSuperseding;
  readonly #update: Statement<unknown[], UpdatedRow>;
  readonly #attempt: Statement;
  readonly #health: Statement<[string], { health: string | null }>;
  readonly #setHealth: Statement;
  readonly #disable: Statement;
  readonly record: (records: readonly AttemptRecord[], judge: Judge) => readonly Recorded[];

  constructor(
    database: Database,
    accept: SqliteAccept,
    { pipelines, superseding }: Pick<Stories, "pipelines" | "superseding">,
  ) {
    this.#accept = accept;
    this.#pipelines = pipelines;
    this.#superseding = superseding;
    this.#update = database.prepare(
      `update deliveries
          set state = ?, step = ?, due_at = coalesce(?, due_at), attempts = attempts + ?,
              reason = coalesce(?, case when return_to = ? then reason end),
              return_to = null, lease_until = null
        where id = ? and fence = ? and state = 'sending'
       returning failure_of, digest_id`,
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
    const updated = this.#update.get(
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
    if (!updated) return { recorded: false };
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
    this.#tell(record, updated);
    const judgement = this.#judge(record, judge);
    return judgement ? { recorded: true, judgement } : { recorded: true };
  }

  /** Takes down what a destination has been told, and what need not wait for that any more. */
  #tell(record: AttemptRecord, { failure_of: failureOf, digest_id: digestId }: UpdatedRow): void {
    const { destinationId, attempt, dueAt = 0 } = record;
    const at = attempt ? attempt.startedAt + attempt.durationMs : dueAt;
    if (hasArrived(record)) {
      if (failureOf !== null) this.#pipelines.tell(failureOf, destinationId, at);
      if (digestId !== null) this.#pipelines.tellDigest(digestId, destinationId, at);
    }
    if (failureOf !== null) this.#superseding.rouse(failureOf, destinationId, at);
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
