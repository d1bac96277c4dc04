import type { Database, Statement } from "better-sqlite3";
import type { Outdated } from "../pipeline-records.ts";

interface WaitingRow {
  readonly id: string;
  readonly event_id: string;
  readonly destination_id: string;
  readonly waits_for: string;
}

/** How long a recovery waits further where the failure before it is still being sent. */
const WAIT_MS = 5_000;

/**
 * A recovery and the failures before it that did not get out in time: they are told as one. All within a
 * transaction that the caller has open.
 */
export class SqliteSuperseding {
  readonly #pending: Statement<[string, string], { id: string; event_id: string }>;
  readonly #end: Statement;
  readonly #decision: Statement;
  readonly #rouse: Statement;
  readonly #due: Statement<[number], WaitingRow>;
  readonly #sending: Statement<[string, string]>;
  readonly #wasTold: Statement<[string, string]>;
  readonly #wait: Statement;
  readonly #resolve: Statement;

  constructor(database: Database) {
    this.#pending = database.prepare(
      `select id, event_id from deliveries
        where failure_of = ? and destination_id = ? and state = 'pending' order by event_id desc`,
    );
    this.#end = database.prepare(
      "update deliveries set state = 'cancelled', manual = 0, reason = ? where id = ?",
    );
    this.#decision = database.prepare(
      "update decisions set decision = ?, reason = ? where event_id = ? and destination_id = ?",
    );
    this.#rouse = database.prepare(
      `update deliveries set due_at = min(due_at, max(created_at, ?))
        where waits_for = ? and destination_id = ? and state = 'pending'`,
    );
    this.#due = database.prepare(
      `select id, event_id, destination_id, waits_for from deliveries
        where waits_for is not null and state = 'pending' and due_at <= ?`,
    );
    this.#sending = database.prepare(
      `select 1 from deliveries
        where failure_of = ? and destination_id = ? and state = 'sending' limit 1`,
    );
    this.#wasTold = database.prepare(
      "select 1 from told where incident_id = ? and destination_id = ?",
    );
    this.#wait = database.prepare("update deliveries set due_at = ? where id = ?");
    this.#resolve = database.prepare(
      "update deliveries set waits_for = null, untold_id = ? where id = ?",
    );
  }

  /**
   * Ends the failures of an incident that wait for a destination, as the recovery by the event `by` tells
   * them; answers the event of the last of them.
   */
  supersede(incidentId: string, destinationId: string, by: string): string | undefined {
    const reason = `superseded: the pipeline had recovered when its turn came, which ${by} tells`;
    return this.#supersede({ incidentId, destinationId }, reason);
  }

  /** Ends the failures of an incident that wait for a destination, as the recovery is not told there. */
  outdate(outdated: Outdated): void {
    const reason =
      "superseded: the pipeline recovered in muted hours, which drop the recovery as well";
    this.#supersede(outdated, reason);
  }

  #supersede({ incidentId, destinationId }: Outdated, reason: string): string | undefined {
    const failures = this.#pending.all(incidentId, destinationId);
    for (const { id, event_id: eventId } of failures) {
      this.#end.run(reason, id);
      this.#decision.run("superseded", reason, eventId, destinationId);
    }
    return failures[0]?.event_id;
  }

  /** Tells that a failure is not being sent any more: a recovery may have waited for that. */
  rouse(incidentId: string, destinationId: string, now: number): void {
    this.#rouse.run(now, incidentId, destinationId);
  }

  /** Settles what becomes of the recoveries that have waited long enough. */
  settle(now: number): void {
    for (const { id, event_id, destination_id, waits_for } of this.#due.all(now)) {
      if (this.#sending.get(waits_for, destination_id)) {
        this.#wait.run(now + WAIT_MS, id);
        continue;
      }
      const untold = this.supersede(waits_for, destination_id, event_id);
      if (untold !== undefined || this.#wasTold.get(waits_for, destination_id)) {
        this.#resolve.run(untold ?? null, id);
        continue;
      }
      const reason = "the pipeline recovered; no failure of it arrived, so this is not told either";
      this.#end.run(reason, id);
      this.#decision.run("filtered", reason, event_id, destination_id);
    }
  }
}
