import type { Database, Statement } from "better-sqlite3";
import { type AcceptResult, type DeliveryRef, NAME_WINDOW_MS, type NewEvent } from "./store.ts";

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
  readonly #all: (events: readonly NewEvent[]) => readonly AcceptResult[];

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
      `insert into events (id, event_type, status, tenant_id, task_id, received_at, body)
       values (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#decision = database.prepare(
      `insert into decisions (event_id, destination_id, decision, reason, unevaluable)
       values (?, ?, ?, ?, ?)`,
    );
    this.#delivery = database.prepare(
      `insert into deliveries
         (id, event_id, destination_id, state, created_at, due_at, expires_at, step, attempts, fence)
       values (?, ?, ?, 'pending', ?, ?, ?, 0, 0, 0)`,
    );
    const all = database.transaction((events: readonly NewEvent[]) =>
      events.map((event) => this.#one(event)),
    );
    this.#all = (events) => all.immediate(events);
  }

  /** Keeps all of them in one transaction. */
  run(events: readonly NewEvent[]): readonly AcceptResult[] {
    return this.#all(events);
  }

  #one(event: NewEvent): AcceptResult {
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
      event.body,
    );
    for (const { destinationId, decision, reason, unevaluable } of event.decisions) {
      this.#decision.run(event.id, destinationId, decision, reason, Number(unevaluable));
    }
    const deliveries = event.deliveries.map(({ id, destinationId, dueAt, expiresAt }) => {
      this.#delivery.run(id, event.id, destinationId, event.receivedAt, dueAt, expiresAt ?? null);
      return { id, destinationId };
    });
    return { kind: "accepted", id: event.id, deliveries };
  }
}
