import type { Database, Statement } from "better-sqlite3";
import type {
  AttemptRecord,
  ClaimRequest,
  ClaimedDelivery,
  DueDestination,
  StoredBody,
} from "./store.ts";

interface ClaimedRow {
  readonly id: string;
  readonly event_id: string;
  readonly destination_id: string;
  readonly fence: number;
  readonly step: number;
  readonly attempts: number;
  readonly expires_at: number | null;
  readonly due_at: number;
}

interface BodyRow {
  readonly id: string;
  readonly event_type: string;
  readonly received_at: number;
  readonly body: Uint8Array;
}

/**
 * The worker's statements: what is due, claim, record, release. The claim starts from the
 * destinations and takes a few of each, so that no backlog stands before another destination.
 */
export class SqliteWork {
  readonly #due: Statement<[], { destination_id: string; due_at: number }>;
  readonly #claim: Statement<unknown[], ClaimedRow>;
  readonly #body: Statement<[string], BodyRow>;
  readonly #update: Statement;
  readonly #attempt: Statement;
  readonly #release: Statement;
  readonly claim: (request: ClaimRequest) => readonly ClaimedDelivery[];
  readonly record: (records: readonly AttemptRecord[]) => readonly boolean[];

  constructor(database: Database) {
    this.#due = database.prepare(
      // Jumps from one destination to the next in the index, whatever the length of each backlog.
      `with recursive pending (destination_id) as (
         select min(destination_id) from deliveries where state = 'pending'
         union all
         select (select min(d.destination_id) from deliveries d
                  where d.state = 'pending' and d.destination_id > pending.destination_id)
           from pending where pending.destination_id is not null
       )
       select destination_id,
              (select min(d.due_at) from deliveries d
                where d.state = 'pending' and d.destination_id = pending.destination_id) as due_at
         from pending where destination_id is not null`,
    );
    this.#claim = database.prepare(
      `update deliveries set state = 'sending', lease_until = ?, fence = fence + 1
        where id in (select id from deliveries
                      where destination_id = ? and state = 'pending' and due_at <= ?
                      order by due_at limit ?)
       returning id, event_id, destination_id, fence, step, attempts, expires_at, due_at`,
    );
    this.#body = database.prepare(
      "select id, event_type, received_at, body from events where id = ?",
    );
    this.#update = database.prepare(
      `update deliveries
          set state = ?, step = ?, due_at = coalesce(?, due_at), attempts = attempts + ?,
              lease_until = null
        where id = ? and fence = ? and state = 'sending'`,
    );
    this.#attempt = database.prepare(
      `insert into attempts
         (delivery_id, number, started_at, duration_ms, outcome, status, reason, response, manual)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#release = database.prepare(
      `update deliveries set state = 'pending', lease_until = null
        where state = 'sending' and lease_until <= ?`,
    );
    const claim = database.transaction((request: ClaimRequest) => this.#claimShares(request));
    this.claim = (request) => claim.immediate(request);
    const record = database.transaction((records: readonly AttemptRecord[]) =>
      records.map((one) => this.#recordOne(one)),
    );
    this.record = (records) => record.immediate(records);
  }

  due(): readonly DueDestination[] {
    return this.#due
      .all()
      .map(({ destination_id, due_at }) => ({ destinationId: destination_id, dueAt: due_at }));
  }

  releaseExpired(now: number): number {
    return this.#release.run(now).changes;
  }

  #claimShares({ now, leaseUntil, shares }: ClaimRequest): readonly ClaimedDelivery[] {
    const bodies = new Map<string, StoredBody>();
    return shares.flatMap(({ destinationId, count }) => {
      // What `returning` answers has no order of its own.
      const rows = this.#claim.all(leaseUntil, destinationId, now, count);
      return rows
        .toSorted((a, b) => a.due_at - b.due_at)
        .map((row) => ({
          id: row.id,
          destinationId: row.destination_id,
          fence: row.fence,
          step: row.step,
          attempts: row.attempts,
          expiresAt: row.expires_at ?? undefined,
          event: this.#bodyOf(row.event_id, bodies),
        }));
    });
  }

  #bodyOf(eventId: string, bodies: Map<string, StoredBody>): StoredBody {
    const known = bodies.get(eventId);
    if (known) return known;
    const row = this.#body.get(eventId);
    if (!row) throw new Error(`the store holds a delivery of ${eventId} but not the event`);
    const { id, event_type, received_at, body } = row;
    const loaded = { id, type: event_type, receivedAt: received_at, body };
    bodies.set(eventId, loaded);
    return loaded;
  }

  #recordOne({ deliveryId, fence, state, step, dueAt, attempt }: AttemptRecord): boolean {
    const made = attempt ? 1 : 0;
    const { changes } = this.#update.run(state, step, dueAt ?? null, made, deliveryId, fence);
    if (changes === 0) return false;
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
    return true;
  }
}
