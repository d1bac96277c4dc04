import { EXPIRED_REASON } from "../delivery-records.ts";
import type { Session } from "./session.ts";

/** What is still to be sent: by itself, or as somebody asked for it. */
const OWED = "(state in ('pending', 'sending') or manual > 0)";

/** Forgets old events of which nothing is owed, within a transaction. */
export async function forgetEvents(
  session: Session,
  belowId: string,
  afterId: string,
  limit: number,
): Promise<string | undefined> {
  const looked = await session.rows<{ id: string }>(
    `select id from events where id > $1 and id < $2 order by id limit $3 for update`,
    [afterId, belowId, limit],
  );
  const all = looked.map(({ id }) => id);
  // By itself, so that it sees what was owed before the events were taken.
  const owed = await session.rows<{ event_id: string }>(
    `select event_id from deliveries where event_id = any($1) and ${OWED}
      union
     select untold_id from deliveries where untold_id = any($1) and ${OWED}`,
    [all],
  );
  const kept = new Set(owed.map(({ event_id }) => event_id));
  const ids = all.filter((id) => !kept.has(id));
  if (ids.length > 0) for (const text of FORGET) await session.rows(text, [ids]);
  return all.at(-1);
}

const DIGESTS =
  "select digest_id from deliveries where event_id = any($1) and digest_id is not null";
const FORGET: readonly string[] = [
  `delete from digest_lines where digest_id in (${DIGESTS})`,
  `delete from digests where id in (${DIGESTS})`,
  "delete from attempts where delivery_id in (select id from deliveries where event_id = any($1))",
  "delete from deliveries where event_id = any($1)",
  "delete from decisions where event_id = any($1)",
  "delete from events where id = any($1)",
];

export function forgetNames(session: Session, time: number, limit: number): Promise<number> {
  return session.changes(
    `delete from event_names where name = any(array(
       select name from event_names where accepted_at < $1
        order by accepted_at limit $2 for update skip locked))`,
    [time, limit],
  );
}

export function forgetPipelines(session: Session, time: number, limit: number): Promise<number> {
  return session.changes(
    // As a condition, what is taken would be taken again for each row that the server looks at.
    `with old as materialized
       (select tenant_id, task_id from pipelines where heard_at < $1
         order by tenant_id, task_id limit $2 for update skip locked)
     delete from pipelines using old
      where pipelines.tenant_id = old.tenant_id and pipelines.task_id = old.task_id`,
    [time, limit],
  );
}

export function forgetTold(session: Session, time: number, limit: number): Promise<number> {
  return session.changes(
    `with old as materialized
       (select incident_id, destination_id from told
         where at < $1 and not exists
           (select 1 from pipelines where pipelines.incident_id = told.incident_id)
           and not exists
           (select 1 from deliveries
             where waits_for = told.incident_id
               and deliveries.destination_id = told.destination_id and state = 'pending')
         order by incident_id, destination_id limit $2 for update skip locked)
     delete from told using old
      where told.incident_id = old.incident_id and told.destination_id = old.destination_id`,
    [time, limit],
  );
}

export function forgetReplays(session: Session, time: number, limit: number): Promise<number> {
  return session.changes(
    `delete from replays where id = any(array(
       select id from replays where state <> 'running' and created_at < $1
        order by id limit $2 for update skip locked))`,
    [time, limit],
  );
}

export function forgetQuarantined(session: Session, time: number, limit: number): Promise<number> {
  return session.changes(
    `delete from quarantine where id = any(array(
       select id from quarantine where last_received_at < $1
        order by id limit $2 for update skip locked))`,
    [time, limit],
  );
}

/** Ends what is pending and was worth delivering until `now`. */
export function expire(session: Session, now: number, limit: number): Promise<number> {
  return session.changes(
    `update deliveries set state = 'expired', reason = $1
      where id = any(array(select id from deliveries
                            where state = 'pending' and expires_at is not null and expires_at <= $2
                            order by expires_at limit $3 for update skip locked))`,
    [EXPIRED_REASON, now, limit],
  );
}
