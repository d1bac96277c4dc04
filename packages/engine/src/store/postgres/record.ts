import type { AttemptRecord } from "../delivery-records.ts";
import { hasArrived } from "../arrived.ts";
import type { Judge, Recorded } from "../destination-records.ts";
import { insertInto } from "./insert.ts";
import { judgeDestinations } from "./judge.ts";
import type { Session } from "./session.ts";
import { rouse } from "./superseding.ts";
import { keepTold, keepToldDigest } from "./tellings.ts";

interface UpdatedRow {
  readonly id: string;
  readonly fence: number;
  readonly failure_of: string | null;
  readonly digest_id: string | null;
}

type Attempted = AttemptRecord & { readonly attempt: NonNullable<AttemptRecord["attempt"]> };

const attempts = insertInto<Attempted>(
  "attempts",
  [
    ["delivery_id", "text"],
    ["number", "bigint"],
    ["started_at", "bigint"],
    ["duration_ms", "bigint"],
    ["outcome", "text"],
    ["status", "bigint"],
    ["reason", "text"],
    ["response", "text"],
    ["manual", "bigint"],
  ],
  ({ deliveryId, attempt }) => [
    deliveryId,
    attempt.number,
    attempt.startedAt,
    attempt.durationMs,
    attempt.outcome,
    attempt.status,
    attempt.reason,
    attempt.response,
    Number(attempt.manual),
  ],
);

/**
 * Records attempts, and what they make of their destinations, within a transaction. Deliveries are taken
 * in the order of their ids, destinations after them in the order of theirs.
 */
export async function recordAttempts(
  session: Session,
  records: readonly AttemptRecord[],
  judge: Judge,
): Promise<readonly Recorded[]> {
  // A lease is recorded once.
  const first = new Map(
    records.toReversed().map((record) => [`${record.deliveryId} ${record.fence}`, record]),
  );
  const updated = await updateDeliveries(session, [...first.values()]);
  const rowOf = (record: AttemptRecord): UpdatedRow | undefined => {
    const row = updated.get(record.deliveryId);
    const isFirst = first.get(`${record.deliveryId} ${record.fence}`) === record;
    return isFirst && row?.fence === record.fence ? row : undefined;
  };
  const recorded = records.filter((record) => rowOf(record) !== undefined);
  await attempts.run(
    session,
    recorded.filter((record): record is Attempted => record.attempt !== undefined),
  );
  await tell(
    session,
    recorded.flatMap((record) => {
      const row = rowOf(record);
      return row ? [{ record, row }] : [];
    }),
  );
  const judgements = await judgeDestinations(session, recorded, judge);
  return records.map((record) => {
    if (rowOf(record) === undefined) return { recorded: false };
    const judgement = judgements.get(record);
    return judgement ? { recorded: true, judgement } : { recorded: true };
  });
}

async function updateDeliveries(
  session: Session,
  records: readonly AttemptRecord[],
): Promise<ReadonlyMap<string, UpdatedRow>> {
  const rows = await session.rows<UpdatedRow>(
    `with given as (
       select * from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[],
                            $6::bigint[], $7::text[])
                       as given (id, fence, state, step, due_at, made, reason)),
     held as (
       select deliveries.id from deliveries join given
           on deliveries.id = given.id and deliveries.fence = given.fence
        where deliveries.state = 'sending' order by deliveries.id for update of deliveries)
     update deliveries
        set state = given.state, step = given.step,
            due_at = coalesce(given.due_at, deliveries.due_at),
            attempts = deliveries.attempts + given.made,
            -- Back in the state that it was in, it is there for the same reason.
            reason = coalesce(given.reason,
                       case when deliveries.return_to = given.state then deliveries.reason end),
            return_to = null, lease_until = null
       from given
      where deliveries.id = given.id and deliveries.fence = given.fence
        and deliveries.id = any(array(select id from held))
     returning deliveries.id, deliveries.fence, deliveries.failure_of, deliveries.digest_id`,
    [
      records.map(({ deliveryId }) => deliveryId),
      records.map(({ fence }) => fence),
      records.map(({ state }) => state),
      records.map(({ step }) => step),
      records.map(({ dueAt }) => dueAt ?? null),
      records.map(({ attempt }) => (attempt ? 1 : 0)),
      records.map(({ reason }) => reason ?? null),
    ],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

interface RecordedRow {
  readonly record: AttemptRecord;
  readonly row: UpdatedRow;
}

/** Takes down what destinations have been told, and what need not wait for that any more. */
async function tell(session: Session, recorded: readonly RecordedRow[]): Promise<void> {
  const endOf = ({ attempt, dueAt = 0 }: AttemptRecord): number =>
    attempt ? attempt.startedAt + attempt.durationMs : dueAt;
  const ofFailures = recorded.flatMap(({ record, row: { failure_of: incidentId } }) =>
    incidentId === null
      ? []
      : [{ incidentId, destinationId: record.destinationId, at: endOf(record), record }],
  );
  await keepTold(
    session,
    ofFailures.filter(({ record }) => hasArrived(record)),
  );
  for (const { record, row } of recorded) {
    if (!hasArrived(record) || row.digest_id === null) continue;
    const { destinationId } = record;
    await keepToldDigest(session, row.digest_id, { destinationId, at: endOf(record) });
  }
  await rouse(session, ofFailures);
}
