import {
  type NewQuarantined,
  QUARANTINE_MOST_BYTES,
  QUARANTINE_MOST_ENTRIES,
} from "../quarantine-records.ts";
import type { Session } from "./session.ts";

/** Keeps a body once, and makes room for it; within a transaction. Answers the id that it has. */
export async function quarantine(session: Session, entry: NewQuarantined): Promise<string> {
  const { id, key, body, bodyHash, errors, receivedAt } = entry;
  const [kept] = await session.rows<{ id: string }>(
    `insert into quarantine
       (id, name, body, body_hash, errors, received_at, last_received_at, times)
     values ($1, $2, $3, $4, $5, $6, $6, 1)
     on conflict (body_hash) do update set times = quarantine.times + 1,
       last_received_at = excluded.last_received_at, errors = excluded.errors
     returning id`,
    [id, key ?? null, body, bodyHash, errors, receivedAt],
  );
  const keptId = kept?.id ?? id;
  if (keptId === id) await makeRoom(session, id);
  return keptId;
}

/** Drops the oldest, but never the one that was just kept. */
async function makeRoom(session: Session, keptId: string): Promise<void> {
  await session.rows(
    `delete from quarantine where id = any(array(
       select id from (
         select id, row_number() over newest_first as entries,
                sum(length(body)) over newest_first as bytes
           from quarantine
         window newest_first as (order by id = $1 desc, last_received_at desc, id desc)) as held
        where id <> $1 and (entries > ${QUARANTINE_MOST_ENTRIES} or bytes > ${QUARANTINE_MOST_BYTES})
        order by id))`,
    [keptId],
  );
}

export async function releaseQuarantined(session: Session, id: string): Promise<boolean> {
  return (await session.changes("delete from quarantine where id = $1", [id])) > 0;
}
