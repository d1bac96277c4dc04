import type { Outdated } from "../pipeline-records.ts";
import type { Session } from "./session.ts";

/** How long a recovery waits further where the failure before it is still being sent, in milliseconds. */
const WAIT_MS = 5_000;
/** How many recoveries are settled at a time. */
const MOST_SETTLED = 100;

/**
 * Ends the failures of an incident that wait for a destination, as the recovery by the event `by` tells
 * them; answers the event of the last of them.
 */
export async function supersede(
  session: Session,
  incidentId: string,
  { destinationId, by }: { readonly destinationId: string; readonly by: string },
): Promise<string | undefined> {
  const reason = `superseded: the pipeline had recovered when its turn came, which ${by} tells`;
  return supersedeFailures(session, { incidentId, destinationId }, reason);
}

/** Ends the failures of an incident that wait for a destination, as the recovery is not told there. */
export async function outdate(session: Session, outdated: Outdated): Promise<void> {
  const reason =
    "superseded: the pipeline recovered in muted hours, which drop the recovery as well";
  await supersedeFailures(session, outdated, reason);
}

async function supersedeFailures(
  session: Session,
  { incidentId, destinationId }: Outdated,
  reason: string,
): Promise<string | undefined> {
  const failures = await session.rows<{ id: string; event_id: string }>(
    `select id, event_id from deliveries
      where failure_of = $1 and destination_id = $2 and state = 'pending' order by event_id, id for update`,
    [incidentId, destinationId],
  );
  if (failures.length === 0) return undefined;
  await session.rows(
    "update deliveries set state = 'cancelled', manual = 0, reason = $1 where id = any($2)",
    [reason, failures.map(({ id }) => id)],
  );
  await session.rows(
    `update decisions set decision = 'superseded', reason = $1
      where event_id = any($2) and destination_id = $3`,
    [reason, failures.map(({ event_id }) => event_id), destinationId],
  );
  return failures.at(-1)?.event_id;
}

/** An incident of which a failure is not being sent to a destination any more. */
export interface Roused {
  readonly incidentId: string;
  readonly destinationId: string;
  readonly at: number;
}

/** Makes recoveries due that waited for a failure that was being sent. */
export async function rouse(session: Session, roused: readonly Roused[]): Promise<void> {
  if (roused.length === 0) return;
  await session.rows(
    `with waiting as (
       select deliveries.id, min(given.at) as at
         from deliveries join unnest($1::text[], $2::text[], $3::bigint[])
                as given (incident_id, destination_id, at)
           on deliveries.waits_for = given.incident_id
              and deliveries.destination_id = given.destination_id
        where deliveries.state = 'pending' and deliveries.waits_for is not null
        group by deliveries.id order by deliveries.id)
     update deliveries set due_at = least(due_at, greatest(created_at, waiting.at))
       from waiting where deliveries.id = waiting.id and deliveries.state = 'pending'`,
    [
      roused.map(({ incidentId }) => incidentId),
      roused.map(({ destinationId }) => destinationId),
      roused.map(({ at }) => at),
    ],
  );
}

interface WaitingRow {
  readonly id: string;
  readonly event_id: string;
  readonly destination_id: string;
  readonly waits_for: string;
}

/** Settles what becomes of the recoveries that have waited long enough, as far as nobody else does. */
export async function settle(session: Session, now: number): Promise<void> {
  const due = await session.rows<WaitingRow>(
    `select id, event_id, destination_id, waits_for from deliveries
      where waits_for is not null and state = 'pending' and due_at <= $1
      order by id limit ${MOST_SETTLED} for update skip locked`,
    [now],
  );
  for (const one of due) await settleOne(session, one, now);
}

/** Whether a failure of an incident is in one of these states at a destination. */
async function isOwed(
  session: Session,
  incidentId: string,
  destinationId: string,
  states: readonly ("pending" | "sending")[],
): Promise<boolean> {
  const owed = await session.rows(
    `select 1 from deliveries
      where failure_of = $1 and destination_id = $2 and state in ('pending', 'sending')
        and state = any($3) limit 1`,
    [incidentId, destinationId, states],
  );
  return owed.length > 0;
}

async function settleOne(
  session: Session,
  { id, event_id: eventId, destination_id: destinationId, waits_for: waitsFor }: WaitingRow,
  now: number,
): Promise<void> {
  const wait = () =>
    session.rows("update deliveries set due_at = $1 where id = $2", [now + WAIT_MS, id]);
  if (await isOwed(session, waitsFor, destinationId, ["sending"])) return void (await wait());
  const untold = await supersede(session, waitsFor, { destinationId, by: eventId });
  // Another dispatcher may have begun to send it since it was looked at: it is neither ended nor told yet.
  if (
    untold === undefined &&
    (await isOwed(session, waitsFor, destinationId, ["pending", "sending"]))
  ) {
    return void (await wait());
  }
  const told =
    untold === undefined
      ? await session.rows("select 1 from told where incident_id = $1 and destination_id = $2", [
          waitsFor,
          destinationId,
        ])
      : [];
  if (untold !== undefined || told.length > 0) {
    await session.rows("update deliveries set waits_for = null, untold_id = $1 where id = $2", [
      untold ?? null,
      id,
    ]);
    return;
  }
  const reason = "the pipeline recovered; no failure of it arrived, so this is not told either";
  await session.rows(
    "update deliveries set state = 'cancelled', manual = 0, reason = $1 where id = $2",
    [reason, id],
  );
  await session.rows(
    `update decisions set decision = 'filtered', reason = $1
      where event_id = $2 and destination_id = $3`,
    [reason, eventId, destinationId],
  );
}
