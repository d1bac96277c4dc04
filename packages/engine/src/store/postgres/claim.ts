import {
  ASKED_FOR,
  BODY_COLUMNS,
  type BodyRow,
  type ClaimedRow,
  RETURNING_CLAIMED,
  claimedDelivery,
  digestBody,
  inOrderOfDue,
  storedBody,
} from "../claimed-row.ts";
import type {
  Claim,
  ClaimRequest,
  ClaimShare,
  Claimed,
  ClaimedDelivery,
} from "../delivery-records.ts";
import type { StoredBody } from "../event-records.ts";
import { readDigest } from "./digests.ts";
import { Paces } from "./paces.ts";
import { withoutHeld } from "./probes.ts";
import type { Session, Sessions } from "./session.ts";
import { settle } from "./superseding.ts";

/**
 * Takes a few deliveries of each share, in the order of the shares, past those that another dispatcher is
 * taking, until they have enough bytes.
 */
function claimText(which: string, order: string, set: string): string {
  return `with taken as (
    select share.number, one.id,
           octet_length(events.body) + coalesce(octet_length(untold.body), 0) as bytes
      from unnest($1::text[], $2::bigint[]) with ordinality as share (destination_id, count, number)
     cross join lateral (
       select id, event_id, untold_id from deliveries
        where destination_id = share.destination_id and ${which}
        order by ${order} limit share.count for update skip locked) as one
      join events on events.id = one.event_id
      left join events as untold on untold.id = one.untold_id),
  enough as (
    select id, coalesce(sum(bytes) over (order by number groups between unbounded preceding
                                          and 1 preceding), 0) as before
      from taken)
  update deliveries set state = 'sending', lease_until = $3, fence = fence + 1${set}
   where id = any(array(select id from enough where before < $4)) ${RETURNING_CLAIMED}`;
}

// By their ids, what is due in the same millisecond goes out in the order in which it was made.
const CLAIM_DUE = claimText("state = 'pending' and due_at <= $5", "due_at, id", "");
const CLAIM_MANUAL = claimText(
  ASKED_FOR,
  "manual_at, id",
  ", return_to = state, manual = manual - 1",
);

/** Leases deliveries, and reads what they are to tell. */
export async function claim(
  sessions: Sessions,
  { now, leaseUntil, shares, enoughBytes }: ClaimRequest,
): Promise<Claimed> {
  const most = Number.isFinite(enoughBytes) ? Math.ceil(enoughBytes) : Number.MAX_SAFE_INTEGER;
  const { rows, buckets } = await sessions.transaction(async (session) => {
    await settle(session, now);
    const paces = await Paces.lock(session, shares, now);
    const claimShares = async (text: string, asked: readonly ClaimShare[], ...more: unknown[]) => {
      const allowed = paces.allowed(asked);
      if (allowed.length === 0) return [];
      const given = [...columnsOf(allowed), leaseUntil, most, ...more];
      const claimedRows = inOrder(await session.rows<ClaimedRow>(text, given), allowed);
      paces.take(claimedRows.map(({ destination_id }) => destination_id));
      return claimedRows;
    };
    const asked = await claimShares(
      CLAIM_MANUAL,
      shares.filter((one) => one.manual),
    );
    const others = await claimShares(
      CLAIM_DUE,
      await withoutHeld(
        session,
        shares.filter((one) => !one.manual),
        now,
      ),
      now,
    );
    await paces.keep(session);
    return { rows: [...asked, ...others], buckets: paces.buckets };
  });
  const bodies = await bodiesOf(sessions, rows, now);
  return { deliveries: rows.map((row) => claimed(row, bodies)), buckets };
}

function columnsOf(shares: readonly ClaimShare[]): readonly unknown[] {
  return [shares.map(({ destinationId }) => destinationId), shares.map(({ count }) => count)];
}

/** In the order of the shares. */
function inOrder(
  rows: readonly ClaimedRow[],
  shares: readonly ClaimShare[],
): readonly ClaimedRow[] {
  const groups = Map.groupBy(rows, ({ destination_id }) => destination_id);
  // A destination may have more than one share.
  const ids = new Set(shares.map(({ destinationId }) => destinationId));
  return [...ids].flatMap((id) => inOrderOfDue(groups.get(id) ?? []));
}

/** What deliveries tell, by the id of the event or of the digest. Nothing is added to a digest by now. */
async function bodiesOf(
  session: Session,
  rows: readonly ClaimedRow[],
  now: number,
): Promise<ReadonlyMap<string, StoredBody>> {
  const bodies = new Map<string, StoredBody>();
  const ids = new Set(
    rows.flatMap(({ digest_id, event_id, untold_id }) => [
      ...(digest_id === null ? [event_id] : []),
      ...(untold_id === null ? [] : [untold_id]),
    ]),
  );
  if (ids.size > 0) {
    const events = await session.rows<BodyRow>(
      `select ${BODY_COLUMNS} from events where id = any($1)`,
      [[...ids]],
    );
    for (const row of events) bodies.set(row.id, storedBody(row));
  }
  for (const id of new Set(rows.flatMap(({ digest_id }) => digest_id ?? []))) {
    bodies.set(id, digestBody(id, await readDigest(session, id, now)));
  }
  return bodies;
}

function claimed(row: ClaimedRow, bodies: ReadonlyMap<string, StoredBody>): ClaimedDelivery {
  const untold = row.untold_id === null ? undefined : bodies.get(row.untold_id)?.body;
  return claimedDelivery(row, bodies.get(row.digest_id ?? row.event_id), untold);
}

/** Makes leases last longer, where they are still held. */
export async function renew(
  session: Session,
  claims: readonly Claim[],
  leaseUntil: number,
): Promise<void> {
  if (claims.length === 0) return;
  await session.rows(
    `with held as (
       select deliveries.id from deliveries
         join unnest($1::text[], $2::bigint[]) as given (id, fence)
           on deliveries.id = given.id and deliveries.fence = given.fence
        where deliveries.state = 'sending' order by deliveries.id for update of deliveries)
     update deliveries set lease_until = $3 where id = any(array(select id from held))`,
    [claims.map(({ id }) => id), claims.map(({ fence }) => fence), leaseUntil],
  );
}

/** What becomes of a delivery whose lease ended: a manual attempt that was cut off is owed again. */
export function releaseExpired(session: Session, now: number): Promise<number> {
  return session.changes(
    `with ended as (
       select id from deliveries where state = 'sending' and lease_until <= $1
        order by id for update skip locked)
     update deliveries
        set state = coalesce(return_to, 'pending'),
            manual = manual + case when return_to is null then 0 else 1 end,
            return_to = null, lease_until = null
      where id = any(array(select id from ended))`,
    [now],
  );
}
