import type { Database, Statement } from "better-sqlite3";
import type { DeliveryRef, NewDelivery } from "./delivery-records.ts";
import type { AcceptResult, NewEvent } from "./event-records.ts";
import { NAME_WINDOW_MS } from "./store.ts";

interface KnownName {
  readonly event_id: string;
  readonly body_hash: string;
  readonly accepted_at: number;
}

/** Keeps events: the statements behind the verb `accept`, prepared once. */
export class SqliteAccept {
  readonly #known: Statement<[string], KnownName>;
  readonly #deliveries: Statement<[string], { id: string; destination_id: string }>;
  readonly #name: Statement;
  readonly #event: Statement;
  readonly #decision: Statement;
  readonly #delivery: Statement;
  /** Keeps all of them in one transaction. */
  readonly run: (events: readonly NewEvent[]) => readonly AcceptResult[];

  constructor(database: Database) {
    this.#known = database.prepare(
      "select event_id, body_hash, accepted_at from event_names where name = ?",
    );
    this.#deliveries = database.prepare(
      "select id, destination_id from deliveries where event_id = ? order by id",
    );
    this.#name = database.prepare(
      `insert into event_names (name, event_id, body_hash, accepted_at) values (?, ?, ?, ?)
       on conflict (name) do update set event_id = excluded.event_id,
         body_hash = excluded.body_hash, accepted_at = excluded.accepted_at`,
    );
    this.#event = database.prepare(
      `insert into events (id, event_type, status, tenant_id, task_id, received_at, test, body)
       values (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#decision = database.prepare(
      `insert into decisions (event_id, destination_id, decision, reason, unevaluable)
       values (?, ?, ?, ?, ?)`,
    );
    this.#delivery = database.prepare(
      `insert into deliveries (id, event_id, destination_id, tenant_id, state, created_at, due_at,
         expires_at, manual, manual_at, step, attempts, fence)
       select ?, id, ?, tenant_id, 'pending', ?, ?, ?, ?, ?, 0, 0, 0 from events where id = ?`,
    );
    const all = database.transaction((events: readonly NewEvent[]) =>
      events.map((event) => this.acceptOne(event)),
    );
    this.run = (events) => all.immediate(events);
  }

  /** Keeps one event, within a transaction that the caller has open. */
  acceptOne(event: NewEvent): AcceptResult {
    const known = this.#known.get(event.name);
    if (known && event.receivedAt - known.accepted_at < NAME_WINDOW_MS) {
      if (known.body_hash !== event.bodyHash) return { kind: "conflict" };
      const deliveries = this.#deliveries
        .all(known.event_id)
        .map(({ id, destination_id }): DeliveryRef => ({ id, destinationId: destination_id }));
      return { kind: "duplicate", id: known.event_id, deliveries };
    }
    this.#name.run(event.name, event.id, event.bodyHash, event.receivedAt);
    this.#event.run(
      event.id,
      event.eventType,
      event.status,
      event.tenantId ?? null,
      event.taskId ?? null,
      event.receivedAt,
      Number(event.test),
      event.body,
    );
    for (const { destinationId, decision, reason, unevaluable } of event.decisions) {
      this.#decision.run(event.id, destinationId, decision, reason, Number(unevaluable));
    }
    for (const delivery of event.deliveries) this.addDelivery(event.id, delivery, event.receivedAt);
    const deliveries = event.deliveries.map(({ id, destinationId }) => ({ id, destinationId }));
    return { kind: "accepted", id: event.id, deliveries };
  }

  /** Owes an event that is stored to one more destination, within an open transaction. */
  addDelivery(eventId: string, delivery: NewDelivery, now: number): void {
    const { id, destinationId, dueAt, expiresAt, isAskedFor = false } = delivery;
    this.#delivery.run(
      id,
      destinationId,
      now,
      dueAt,
      expiresAt ?? null,
      Number(isAskedFor),
      isAskedFor ? now : null,
      eventId,
    );
  }
}
