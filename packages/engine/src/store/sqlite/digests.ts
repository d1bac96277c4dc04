import type { RunOutcome } from "@syncbell/core";
import type { Database, Statement } from "better-sqlite3";
import type { DigestPart, StoredDigest, StoredDigestLine } from "../digest-records.ts";
import type { DigestLineRow, DigestRow } from "../schema.ts";

/** How many lines of a digest are read back: more than any channel shows. */
const MOST_LINES = 25;

const OUTCOMES: readonly RunOutcome[] = ["succeeded", "failed", "skipped", "cancelled", "other"];

interface Sums extends Record<RunOutcome, number> {
  readonly tenants: number;
  readonly notices: number;
  readonly alarms: number;
}

/** Digests: which is open, what is in it. All within a transaction that the caller has open. */
export class SqliteDigests {
  readonly #open: Statement<[string, number], { id: string }>;
  readonly #make: Statement;
  readonly #count: Statement;
  readonly #add: Statement;
  readonly #digest: Statement<[string], DigestRow>;
  readonly #sums: Statement<[string], Sums>;
  readonly #pipelines: Statement<[string], { outcome: RunOutcome; count: number }>;
  readonly #lines: Statement<[string, number], DigestLineRow>;
  readonly #named: Statement<[string], { id: string; name: string }>;

  constructor(database: Database) {
    // One that somebody had sent before its time is closed, whether or not it is known that it arrived: a
    // receiver may drop what comes again by the same id.
    this.#open = database.prepare(
      `select digests.id from digests join deliveries on deliveries.id = digests.id
        where digests.destination_id = ? and closes_at > ?
          and deliveries.state = 'pending' and deliveries.fence = 0
        order by closes_at desc limit 1`,
    );
    this.#make = database.prepare("insert into digests values (?, ?, ?, ?, 0)");
    this.#count = database.prepare("update digests set events = events + 1 where id = ?");
    const sum = OUTCOMES.map((outcome) => `${outcome} = ${outcome} + excluded.${outcome}`);
    this.#add = database.prepare(
      `insert into digest_lines (digest_id, line_key, tenant_id, task_id, outcome,
         ${OUTCOMES.join(", ")}, failure_of, said, message)
       values (@digest, @key, @tenant, @task, @outcome,
         ${OUTCOMES.map((outcome) => `@outcome = '${outcome}'`).join(", ")},
         @failureOf, @said, @message)
       on conflict do update set ${sum.join(", ")},
         outcome = iif(@stale, outcome, excluded.outcome),
         said = iif(@stale, said, excluded.said),
         failure_of = coalesce(excluded.failure_of, failure_of),
         message = iif(@stale, coalesce(message, excluded.message),
                       coalesce(excluded.message, message))`,
    );
    this.#digest = database.prepare("select * from digests where id = ?");
    this.#sums = database.prepare(
      `select ${OUTCOMES.map((outcome) => `sum(${outcome}) filter (where task_id is not null) as ${outcome}`).join(", ")},
              count(distinct tenant_id) as tenants,
              count(*) filter (where task_id is null) as notices,
              count(*) filter (where task_id is null and failed > 0) as alarms
         from digest_lines where digest_id = ?`,
    );
    this.#pipelines = database.prepare(
      `select iif(failed > 0, 'failed', outcome) as outcome, count(*) as count
         from digest_lines where digest_id = ? and task_id is not null group by 1`,
    );
    this.#lines = database.prepare(
      `select * from digest_lines where digest_id = ?
        order by outcome <> 'failed', failed desc, task_id is null, line_key limit ?`,
    );
    // Some notices name no tenant.
    this.#named = database.prepare(
      `select tenant_id as id, said ->> 'tenant' as name from digest_lines
        where digest_id = ? and tenant_id is not null and said ->> 'tenant' is not null limit 1`,
    );
  }

  /** Which digest of a destination an event that comes now becomes a part of, if one is open. */
  openFor(destinationId: string, now: number): string | undefined {
    return this.#open.get(destinationId, now)?.id;
  }

  /** Opens a digest, as the delivery that was made for it. */
  open({ destinationId, open: { id, dueAt } }: DigestPart, now: number): void {
    this.#make.run(id, destinationId, now, dueAt);
  }

  add(digestId: string, { entry, failureOf }: DigestPart): void {
    this.#count.run(digestId);
    this.#add.run({
      digest: digestId,
      key: entry.key,
      tenant: entry.tenantId ?? null,
      task: entry.taskId ?? null,
      outcome: entry.outcome,
      failureOf: failureOf ?? null,
      said: JSON.stringify(entry.said),
      message: entry.message ?? null,
      stale: Number(entry.isStale),
    });
  }

  /** Reads a digest that is being sent. */
  read(digestId: string, now: number): StoredDigest {
    const digest = this.#digest.get(digestId);
    const sums = this.#sums.get(digestId);
    if (!digest || !sums) throw new Error(`the store holds no digest ${digestId}`);
    const { tenants, notices, alarms, ...runs } = sums;
    const rows = this.#lines.all(digestId, MOST_LINES);
    const pipelines = this.#pipelines.all(digestId).map(({ outcome, count }) => [outcome, count]);
    const lines = rows.map((row) => ({
      taskId: row.task_id ?? undefined,
      said: JSON.parse(row.said) as StoredDigestLine["said"],
      runs: OUTCOMES.reduce((sum, outcome) => sum + row[outcome], 0),
      failures: row.failed,
      message: row.message ?? undefined,
    }));
    return {
      openedAt: digest.opened_at,
      closedAt: Math.min(digest.closes_at, now),
      events: digest.events,
      pipelines: Object.fromEntries(pipelines) as StoredDigest["pipelines"],
      runs: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, runs[outcome] ?? 0])),
      notices,
      alarms,
      tenants,
      tenant: tenants === 1 ? this.#named.get(digestId) : undefined,
      lines,
    };
  }
}
