import type { RunOutcome } from "@syncbell/core";
import type { DigestEntry, DigestPart, StoredDigest, StoredDigestLine } from "../digest-records.ts";
import type { DigestLineRow, DigestRow } from "../schema.ts";
import { clean } from "./connections.ts";
import { insertInto } from "./insert.ts";
import type { Session } from "./session.ts";

/** How many lines of a digest are read back: more than any channel shows. */
const MOST_LINES = 25;

const OUTCOMES: readonly RunOutcome[] = ["succeeded", "failed", "skipped", "cancelled", "other"];

/** A digest that more can become a part of. */
export interface OpenDigest {
  readonly id: string;
  readonly destinationId: string;
  readonly closesAt: number;
}

/**
 * Finds the digests of destinations that are open, and keeps them open until the transaction ends: nobody
 * sends one that is being added to. Nobody else opens one for these destinations meanwhile either.
 */
export async function lockDigests(
  session: Session,
  destinationIds: readonly string[],
  now: number,
): Promise<readonly OpenDigest[]> {
  await session.rows(
    `select pg_advisory_xact_lock(place) from (
       select hashtextextended(id, 0) as place from unnest($1::text[]) as given (id)
        group by 1 order by 1) as places`,
    [destinationIds],
  );
  // One that somebody had sent before its time is closed, whether or not it is known that it arrived: a
  // receiver may drop what comes again by the same id.
  const rows = await session.rows<{ id: string; destination_id: string; closes_at: number }>(
    `select digests.id, digests.destination_id, digests.closes_at
       from digests join deliveries on deliveries.id = digests.id
      where digests.destination_id = any($1) and digests.closes_at > $2
        and deliveries.state = 'pending' and deliveries.fence = 0
      order by digests.id for update of deliveries`,
    [destinationIds, now],
  );
  return rows.map((row) => ({
    id: row.id,
    destinationId: row.destination_id,
    closesAt: row.closes_at,
  }));
}

const make = insertInto<readonly [DigestPart, number]>(
  "digests",
  [
    ["id", "text"],
    ["destination_id", "text"],
    ["opened_at", "bigint"],
    ["closes_at", "bigint"],
    ["events", "bigint"],
  ],
  ([{ destinationId, open }, now]) => [open.id, destinationId, now, open.dueAt, 0],
);

/** Opens digests, as the deliveries that were made for them. */
export async function openDigests(
  session: Session,
  opened: readonly (readonly [DigestPart, number])[],
): Promise<void> {
  await make.run(session, opened);
}

/** What is added to a digest. */
export interface Addition {
  readonly digestId: string;
  readonly entry: DigestEntry;
  readonly failureOf: string | undefined;
}

const sums = OUTCOMES.map((outcome) => `${outcome} = line.${outcome} + excluded.${outcome}`);

function linesOf(rest: string) {
  return insertInto<Addition>(
    "digest_lines as line",
    [
      ["digest_id", "text"],
      ["line_key", "text"],
      ["tenant_id", "text"],
      ["task_id", "text"],
      ["outcome", "text"],
      ...OUTCOMES.map((outcome) => [outcome, "bigint"] as const),
      ["failure_of", "text"],
      ["said", "text"],
      ["message", "text"],
    ],
    ({ digestId, entry, failureOf }) => [
      digestId,
      entry.key,
      entry.tenantId,
      entry.taskId,
      entry.outcome,
      ...OUTCOMES.map((outcome) => Number(outcome === entry.outcome)),
      failureOf,
      JSON.stringify(entry.said),
      entry.message,
    ],
    `on conflict (digest_id, line_key) do update set ${sums.join(", ")},
       failure_of = coalesce(excluded.failure_of, line.failure_of), ${rest}`,
  );
}

const fresh = linesOf(`outcome = excluded.outcome, said = excluded.said,
  message = coalesce(excluded.message, line.message)`);
const stale = linesOf("message = coalesce(line.message, excluded.message)");

/** Adds to digests that {@link lockDigests} has locked, or that were opened in this transaction. */
export async function addToDigests(
  session: Session,
  additions: readonly Addition[],
): Promise<void> {
  const counts = new Map<string, number>();
  for (const { digestId } of additions) counts.set(digestId, (counts.get(digestId) ?? 0) + 1);
  if (counts.size === 0) return;
  await session.rows(
    `update digests set events = events + count
       from unnest($1::text[], $2::bigint[]) as given (digest_id, count)
      where digests.id = given.digest_id`,
    [[...counts.keys()], [...counts.values()]],
  );
  // A line can be changed once by a statement: those of the same line go one after the other.
  let left = additions;
  while (left.length > 0) {
    const now = new Map<string, Addition>();
    const later: Addition[] = [];
    for (const one of left) {
      const key = JSON.stringify([one.digestId, clean(one.entry.key)]);
      if (now.has(key)) later.push(one);
      else now.set(key, one);
    }
    await fresh.run(
      session,
      [...now.values()].filter(({ entry }) => !entry.isStale),
    );
    await stale.run(
      session,
      [...now.values()].filter(({ entry }) => entry.isStale),
    );
    left = later;
  }
}

interface Sums extends Record<RunOutcome, number | null> {
  readonly tenants: number;
  readonly notices: number;
  readonly alarms: number;
}

type ReadLine = Pick<DigestLineRow, "task_id" | "said" | "message" | RunOutcome>;

/** Reads a digest that is being sent: nothing is added to it any more. */
export async function readDigest(
  session: Session,
  digestId: string,
  now: number,
): Promise<StoredDigest> {
  const [digest] = await session.rows<Pick<DigestRow, "opened_at" | "closes_at" | "events">>(
    "select opened_at, closes_at, events from digests where id = $1",
    [digestId],
  );
  const counted = OUTCOMES.map(
    (outcome) => `(sum(${outcome}) filter (where task_id is not null))::bigint as ${outcome}`,
  );
  const [summed] = await session.rows<Sums>(
    `select ${counted.join(", ")}, count(distinct tenant_id) as tenants,
            count(*) filter (where task_id is null) as notices,
            count(*) filter (where task_id is null and failed > 0) as alarms
       from digest_lines where digest_id = $1`,
    [digestId],
  );
  if (!digest || !summed) throw new Error(`the store holds no digest ${digestId}`);
  const pipelines = await session.rows<{ outcome: RunOutcome; count: number }>(
    `select case when failed > 0 then 'failed' else outcome end as outcome, count(*) as count
       from digest_lines where digest_id = $1 and task_id is not null group by 1`,
    [digestId],
  );
  const rows = await session.rows<ReadLine>(
    `select task_id, said, ${OUTCOMES.join(", ")}, message from digest_lines where digest_id = $1
      order by outcome <> 'failed', failed desc, task_id is null, line_key limit ${MOST_LINES}`,
    [digestId],
  );
  const lines = rows.map((row) => ({
    taskId: row.task_id ?? undefined,
    said: JSON.parse(row.said) as StoredDigestLine["said"],
    runs: OUTCOMES.reduce((sum, outcome) => sum + row[outcome], 0),
    failures: row.failed,
    message: row.message ?? undefined,
  }));
  const { tenants, notices, alarms, ...runs } = summed;
  // Some notices name no tenant.
  const [tenant] = await session.rows<{ id: string; name: string }>(
    `select tenant_id as id, said::json ->> 'tenant' as name from digest_lines
      where digest_id = $1 and tenant_id is not null and said::json ->> 'tenant' is not null limit 1`,
    [digestId],
  );
  return {
    openedAt: digest.opened_at,
    closedAt: Math.min(digest.closes_at, now),
    events: digest.events,
    pipelines: Object.fromEntries(pipelines.map(({ outcome, count }) => [outcome, count])),
    runs: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, runs[outcome] ?? 0])),
    notices,
    alarms,
    tenants,
    tenant: tenants === 1 ? tenant : undefined,
    lines,
  };
}
