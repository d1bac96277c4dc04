import { isDeepStrictEqual } from "node:util";
import { type Contact, HEALTHY, type Health } from "../../breaker.ts";
import { isArrival } from "../arrived.ts";
import type { AttemptRecord } from "../delivery-records.ts";
import type { Judge, Judgement } from "../destination-records.ts";
import { readHealth } from "../read-health.ts";
import { acceptEvents } from "./accept.ts";
import type { Session } from "./session.ts";

interface Judged {
  readonly judgements: ReadonlyMap<AttemptRecord, Judgement>;
  readonly healths: ReadonlyMap<string, Health>;
  readonly disabled: ReadonlyMap<string, number>;
}

/**
 * Judges destinations by attempts; keeps what changed, and the events that it raises. A destination that
 * goes on working is not taken for the transaction alone: most do, and nothing changes.
 */
export async function judgeDestinations(
  session: Session,
  records: readonly AttemptRecord[],
  judge: Judge,
): Promise<ReadonlyMap<AttemptRecord, Judgement>> {
  const contacts = records.filter(({ contact }) => contact !== undefined);
  const ids = [...new Set(contacts.map(({ destinationId }) => destinationId))];
  const known = await healthsOf(session, ids);
  const troubled = new Set(
    contacts
      .filter(
        ({ contact, destinationId }) => contact && isTrouble(contact, known.get(destinationId)),
      )
      .map(({ destinationId }) => destinationId),
  );
  const quiet = judgeAll(
    contacts.filter(({ destinationId }) => !troubled.has(destinationId)),
    judge,
    known,
  );
  for (const id of destinationsIn(quiet)) troubled.add(id);
  if (troubled.size === 0) return quiet.judgements;
  const { judgements, healths, disabled } = judgeAll(
    contacts.filter(({ destinationId }) => troubled.has(destinationId)),
    judge,
    await healthsOf(session, [...troubled], "order by id for update"),
  );
  const kept = destinationsIn({ judgements });
  await session.rows(
    `update destinations set health = given.health,
            state = case when given.disabled_at is null then state else 'disabled' end,
            disabled_at = case when given.disabled_at is null or state = 'disabled'
                               then destinations.disabled_at else given.disabled_at end,
            updated_at = case when given.disabled_at is null or state = 'disabled'
                              then updated_at else given.disabled_at end
       from unnest($1::text[], $2::text[], $3::bigint[]) as given (id, health, disabled_at)
      where destinations.id = given.id`,
    [
      kept,
      kept.map((id) => JSON.stringify(healths.get(id))),
      kept.map((id) => disabled.get(id) ?? null),
    ],
  );
  const raised = [...judgements.values()].flatMap(({ events }) => events);
  if (raised.length > 0) await acceptEvents(session, raised);
  return judgements;
}

/** Whether an attempt can change how its destination stands. */
function isTrouble({ outcome }: Contact, health: Health = HEALTHY): boolean {
  return !isArrival(outcome) || !isDeepStrictEqual(health, HEALTHY);
}

function destinationsIn({ judgements }: Pick<Judged, "judgements">): readonly string[] {
  return [...new Set([...judgements.keys()].map(({ destinationId }) => destinationId))];
}

async function healthsOf(
  session: Session,
  ids: readonly string[],
  rest = "",
): Promise<ReadonlyMap<string, Health>> {
  if (ids.length === 0) return new Map();
  const rows = await session.rows<{ id: string; health: string | null }>(
    `select id, health from destinations where id = any($1) ${rest}`,
    [ids],
  );
  return new Map(rows.map(({ id, health }) => [id, readHealth(health)]));
}

/** One attempt after the other, each by what the one before made of its destination. */
function judgeAll(
  records: readonly AttemptRecord[],
  judge: Judge,
  known: ReadonlyMap<string, Health>,
): Judged {
  const healths = new Map(known);
  const judgements = new Map<AttemptRecord, Judgement>();
  const disabled = new Map<string, number>();
  for (const record of records) {
    const { destinationId, contact } = record;
    const health = healths.get(destinationId);
    const judgement = contact && health && judge(destinationId, health, contact);
    if (!judgement) continue;
    judgements.set(record, judgement);
    healths.set(destinationId, judgement.health);
    if (judgement.disable) disabled.set(destinationId, contact.endedAt);
  }
  return { judgements, healths, disabled };
}
