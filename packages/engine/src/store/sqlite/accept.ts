import type { Database, Statement } from "better-sqlite3";
import type { DeliveryRef, NewDelivery } from "../delivery-records.ts";
import type { DigestPart } from "../digest-records.ts";
import type { AcceptResult, NewEvent } from "../event-records.ts";
import type { PipelineKey } from "../pipeline-records.ts";
import type { SqliteDigests } from "./digests.ts";
import type { SqlitePipelines } from "./pipelines.ts";
import type { SqliteSuperseding } from "./superseding.ts";
import { NAME_WINDOW_MS } from "../store.ts";

/** What is kept of more than one event at a time. */
export interface Stories {
  readonly pipelines: SqlitePipelines;
  readonly digests: SqliteDigests;
  readonly superseding: SqliteSuperseding;
}

interface KnownName {
  readonly event_id: string;
  readonly body_hash: string;
  readonly accepted_at: number;
}

/** Keeps events: the statements behind the verb `accept`, prepared once. */
export class SqliteAccept {
  readonly #known: Statement<[string], KnownName>;
  readonly #deliveries: Statement<[{ event: string }], { id: string; destination_id: string }>;
  readonly #name: Statement;
  readonly #event: Statement;
  readonly #decision: Statement;
  readonly #delivery: Statement;
  readonly #again: Statement;
  readonly #pipelines: SqlitePipelines;
  readonly #digests: SqliteDigests;
  readonly #superseding: SqliteSuperseding;
  /** Keeps all of them in one transaction. */
  readonly run: (events: readonly NewEvent[]) => readonly AcceptResult[];

  constructor(database: Database, { pipelines, digests, superseding }: Stories) {
    this.#pipelines = pipelines;
    this.#digests = digests;
    this.#superseding = superseding;
    this.#known = database.prepare(
      "select event_id, body_hash, accepted_at from event_names where name = ?",
    );
    this.#deliveries = database.prepare(
      `select id, destination_id from deliveries where event_id = @event
       union select id, destination_id from deliveries
              where id in (select digest_id from decisions where event_id = @event)
       order by id`,
    );
    this.#name = database.prepare(
      `insert into event_names (name, event_id, body_hash, accepted_at) values (?, ?, ?, ?)
       on conflict (name) do update set event_id = excluded.event_id,
         body_hash = excluded.body_hash, accepted_at = excluded.accepted_at`,
    );
    this.#event = database.prepare(
      `insert into events (id, event_type, status, tenant_id, task_id, received_at, test, incident,
         body)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#decision = database.prepare(
      `insert into decisions (event_id, destination_id, decision, reason, unevaluable, digest_id)
       values (?, ?, ?, ?, ?, ?)`,
    );
    this.#delivery = database.prepare(
      `insert into deliveries (id, event_id, destination_id, tenant_id, state, created_at, due_at,
         expires_at, manual, manual_at, failure_of, waits_for, untold_id, digest_id, step, attempts,
         fence)
       select ?, id, ?, tenant_id, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0
         from events where id = ?`,
    );
    // Of a failure, also one that is sent again tells a destination what it will hear the end of; what
    // a digest tells is in its lines.
    this.#again = database.prepare(
      `update deliveries
          set (untold_id, digest_id) = (select untold_id, digest_id from deliveries where id = @of),
              failure_of = (select incident ->> 'id' from events
                             where id = deliveries.event_id
                               and incident ->> 'transition' in ('broke', 'failing')
                               and not exists (select 1 from deliveries as sent
                                                where sent.id = @of and sent.digest_id is not null))
        where id = @id`,
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
        .all({ event: known.event_id })
        .map(({ id, destination_id }): DeliveryRef => ({ id, destinationId: destination_id }));
      return { kind: "duplicate", id: known.event_id, deliveries };
    }
    const { decisions, deliveries, digested = [], outdated = [], incident } = this.#decide(event);
    this.#name.run(event.name, event.id, event.bodyHash, event.receivedAt);
    this.#event.run(
      event.id,
      event.eventType,
      event.status,
      event.tenantId ?? null,
      event.taskId ?? null,
      event.receivedAt,
      Number(event.test),
      incident ? JSON.stringify(incident) : null,
      event.body,
    );
    const digests = new Map(
      digested.map((part) => [part.destinationId, this.#digest(part, event)]),
    );
    for (const { destinationId, decision, reason, unevaluable } of decisions) {
      const digestId = digests.get(destinationId) ?? null;
      this.#decision.run(event.id, destinationId, decision, reason, Number(unevaluable), digestId);
    }
    for (const delivery of deliveries) this.addDelivery(event.id, delivery, event.receivedAt);
    for (const one of outdated) this.#superseding.outdate(one);
    const made = [
      ...deliveries.map(({ id, destinationId }) => ({ id, destinationId })),
      ...[...digests].map(([destinationId, id]) => ({ id, destinationId })),
    ];
    return { kind: "accepted", id: event.id, deliveries: made };
  }

  /** Owes an event that is stored to one more destination, within an open transaction. */
  addDelivery(eventId: string, delivery: NewDelivery, now: number, digestId?: string): void {
    const { id, destinationId, dueAt, expiresAt, isAskedFor = false } = delivery;
    const { failureOf, tellsOf, waitsFor } = delivery;
    const untoldId =
      tellsOf === undefined
        ? undefined
        : this.#superseding.supersede(tellsOf, destinationId, eventId);
    this.#delivery.run(
      id,
      destinationId,
      now,
      dueAt,
      expiresAt ?? null,
      Number(isAskedFor),
      isAskedFor ? now : null,
      failureOf ?? null,
      waitsFor ?? null,
      untoldId ?? null,
      digestId ?? null,
      eventId,
    );
  }

  /**
   * Owes an event to a destination once more, within an open transaction: what the delivery `of` sent, or
   * the event by itself.
   */
  addAgain(eventId: string, delivery: NewDelivery, now: number, of?: string): void {
    this.addDelivery(eventId, delivery, now);
    this.#again.run({ id: delivery.id, of: of ?? null });
  }

  /** Decides an event by its pipeline, and goes on with that. */
  #decide(event: NewEvent): Pick<NewEvent, "decisions" | "deliveries" | "digested" | "outdated"> & {
    readonly incident?: object;
  } {
    const { decide, tenantId, taskId, receivedAt } = event;
    if (!decide || tenantId === undefined || taskId === undefined) return event;
    const key: PipelineKey = { tenantId, taskId };
    const turn = decide(this.#pipelines.known(key));
    this.#pipelines.keep(key, turn.pipeline, receivedAt);
    return turn;
  }

  /** Makes an event a part of the destination's digest; answers the digest's delivery. */
  #digest(part: DigestPart, { id: eventId, receivedAt }: NewEvent): string {
    const { destinationId, open } = part;
    const known = this.#digests.openFor(destinationId, receivedAt);
    if (known === undefined) {
      this.addDelivery(eventId, open, receivedAt, open.id);
      this.#digests.open(part, receivedAt);
    }
    this.#digests.add(known ?? open.id, part);
    return known ?? open.id;
  }
}
