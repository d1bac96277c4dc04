import type { NewDelivery } from "../delivery-records.ts";
import { insertInto } from "./insert.ts";
import type { Session } from "./session.ts";
import { supersede } from "./superseding.ts";

/** A delivery of an event that is stored. */
export interface OwedDelivery extends NewDelivery {
  readonly eventId: string;
  readonly tenantId: string | undefined;
  readonly createdAt: number;
  /** The digest that it sends. */
  readonly digestId?: string | undefined;
}

interface Resolved extends OwedDelivery {
  readonly untoldId: string | undefined;
}

const rows = insertInto<Resolved>(
  "deliveries",
  [
    ["id", "text"],
    ["event_id", "text"],
    ["destination_id", "text"],
    ["tenant_id", "text"],
    ["state", "text"],
    ["created_at", "bigint"],
    ["due_at", "bigint"],
    ["expires_at", "bigint"],
    ["manual", "bigint"],
    ["manual_at", "bigint"],
    ["failure_of", "text"],
    ["waits_for", "text"],
    ["untold_id", "text"],
    ["digest_id", "text"],
  ],
  ({ isAskedFor = false, ...one }) => [
    one.id,
    one.eventId,
    one.destinationId,
    one.tenantId,
    "pending",
    one.createdAt,
    one.dueAt,
    one.expiresAt,
    Number(isAskedFor),
    isAskedFor ? one.createdAt : null,
    one.failureOf,
    one.waitsFor,
    one.untoldId,
    one.digestId,
  ],
);

/** Owes events to destinations, and ends what these deliveries take the place of. */
export async function oweDeliveries(
  session: Session,
  owed: readonly OwedDelivery[],
): Promise<void> {
  const resolved: Resolved[] = [];
  for (const one of owed) {
    const { tellsOf, destinationId, eventId: by } = one;
    const untoldId =
      tellsOf === undefined ? undefined : await supersede(session, tellsOf, { destinationId, by });
    resolved.push({ ...one, untoldId });
  }
  await rows.run(session, resolved);
}

/** A delivery that is made once more. */
export interface RepeatedDelivery extends NewDelivery {
  readonly eventId: string;
  /** The delivery that it repeats, where that is known: it says the same. */
  readonly of?: string | undefined;
}

/** Owes events once more that are stored; those of which nothing is left are passed over. */
export async function oweAgain(
  session: Session,
  repeated: readonly RepeatedDelivery[],
  now: number,
): Promise<void> {
  if (repeated.length === 0) return;
  // Of a failure, also one that is sent again tells a destination what it will hear the end of; what
  // a digest tells is in its lines.
  await session.rows(
    `insert into deliveries (id, event_id, destination_id, tenant_id, state, created_at, due_at,
       expires_at, manual, manual_at, failure_of, untold_id, digest_id)
     select given.id, events.id, given.destination_id, events.tenant_id, 'pending', $1, given.due_at,
            given.expires_at, given.manual, case when given.manual > 0 then $1::bigint end,
            case when other.digest_id is null
                      and events.incident::json ->> 'transition' in ('broke', 'failing')
                 then events.incident::json ->> 'id' end,
            other.untold_id, other.digest_id
       from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
                   $8::text[])
              as given (id, event_id, destination_id, due_at, expires_at, manual, repeats)
       join events on events.id = given.event_id
       left join deliveries as other on other.id = given.repeats
        for key share of events`,
    [
      now,
      repeated.map(({ id }) => id),
      repeated.map(({ eventId }) => eventId),
      repeated.map(({ destinationId }) => destinationId),
      repeated.map(({ dueAt }) => dueAt),
      repeated.map(({ expiresAt }) => expiresAt ?? null),
      repeated.map(({ isAskedFor = false }) => Number(isAskedFor)),
      repeated.map(({ of }) => of ?? null),
    ],
  );
}
