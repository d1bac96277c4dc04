import type { Database, Statement } from "better-sqlite3";
import type { Telling } from "../../tell.ts";
import type {
  KnownPipeline,
  OverduePipeline,
  PipelineKey,
  StoredPipeline,
} from "../pipeline-records.ts";
import {
  type KeptRow,
  type OverdueRow,
  PIPELINE_AGAIN,
  PIPELINE_COLUMNS,
  overdueAt,
  overduePipeline,
  pipelineValues,
  storedPipeline,
} from "../pipeline-row.ts";

interface KnownRow extends KeptRow {
  readonly incident_id: string | null;
}

/** How pipelines stand, and who was told what of an incident. */
export class SqlitePipelines {
  readonly #kept: Statement<[string, string], KnownRow>;
  readonly #told: Statement<[string], { destination_id: string; at: number }>;
  readonly #owed: Statement<[string], { destination_id: string; waits: number; sending: number }>;
  readonly #digested: Statement<[string], { destination_id: string }>;
  readonly #keep: Statement;
  readonly #tell: Statement;
  readonly #tellDigest: Statement;
  readonly #overdue: Statement<[number, number], OverdueRow>;
  readonly #raised: Statement;

  constructor(database: Database) {
    this.#kept = database.prepare(
      "select state, last, expected, incident_id from pipelines where tenant_id = ? and task_id = ?",
    );
    this.#told = database.prepare("select destination_id, at from told where incident_id = ?");
    this.#owed = database.prepare(
      `select destination_id, max(state = 'pending') as waits, max(state = 'sending') as sending
         from deliveries
        where failure_of = ? and state in ('pending', 'sending')
        group by destination_id`,
    );
    this.#digested = database.prepare(
      // The digest itself, and where it is sent once more.
      `select distinct sent.destination_id from digest_lines
         join deliveries as made on made.id = digest_lines.digest_id
         join deliveries as sent
           on sent.event_id = made.event_id and sent.digest_id = digest_lines.digest_id
        where digest_lines.failure_of = ? and sent.state in ('pending', 'sending')`,
    );
    this.#keep = database.prepare(
      `insert into pipelines (${PIPELINE_COLUMNS.map(([name]) => name).join(", ")})
       values (${PIPELINE_COLUMNS.map(() => "?").join(", ")}) ${PIPELINE_AGAIN}`,
    );
    const latest = "on conflict do update set at = max(at, excluded.at)";
    this.#tell = database.prepare(`insert into told values (?, ?, ?) ${latest}`);
    this.#tellDigest = database.prepare(
      `insert into told
       select distinct failure_of, ?, ? from digest_lines
        where digest_id = ? and failure_of is not null ${latest}`,
    );
    this.#overdue = database.prepare(
      `select tenant_id, task_id, last, expected from pipelines
        where overdue_at is not null and overdue_at <= ? order by overdue_at limit ?`,
    );
    this.#raised = database.prepare(
      `update pipelines set overdue_at = null, expected = null
        where tenant_id = ? and task_id = ? and overdue_at = ?`,
    );
  }

  known({ tenantId, taskId }: PipelineKey): KnownPipeline {
    const row = this.#kept.get(tenantId, taskId);
    if (!row) return { tellings: new Map() };
    const { incident_id: incidentId } = row;
    const tellings = incidentId === null ? new Map() : this.tellings(incidentId);
    return { pipeline: storedPipeline(row), tellings };
  }

  /** What destinations were told of an incident, by destination. */
  tellings(incidentId: string): ReadonlyMap<string, Telling> {
    const tellings = new Map<string, Telling>();
    const add = (id: string, more: Telling): void =>
      void tellings.set(id, { ...tellings.get(id), ...more });
    for (const { destination_id: id, at } of this.#told.all(incidentId)) add(id, { toldAt: at });
    for (const { destination_id: id, waits, sending } of this.#owed.all(incidentId)) {
      add(id, { waits: waits === 1, sending: sending === 1 });
    }
    for (const { destination_id: id } of this.#digested.all(incidentId)) {
      add(id, { digested: true });
    }
    return tellings;
  }

  keep(key: PipelineKey, kept: StoredPipeline, now: number): void {
    this.#keep.run(...pipelineValues(key, kept, now));
  }

  /** Takes down that a destination was told of a failure of an incident. */
  tell(incidentId: string, destinationId: string, at: number): void {
    this.#tell.run(incidentId, destinationId, at);
  }

  /** Takes down that a destination was told of the failures in a digest. */
  tellDigest(digestId: string, destinationId: string, at: number): void {
    this.#tellDigest.run(destinationId, at, digestId);
  }

  overdue(now: number, limit: number): readonly OverduePipeline[] {
    return this.#overdue.all(now, limit).map(overduePipeline);
  }

  /** Answers false where the run has come meanwhile, or somebody else has told it. */
  raised({ tenantId, taskId, expected }: OverduePipeline): boolean {
    return this.#raised.run(tenantId, taskId, overdueAt(expected)).changes > 0;
  }
}
