import type { Database, Statement } from "better-sqlite3";
import { type Bucket, filled } from "../../pace.ts";
import {
  ASKED_FOR,
  BODY_COLUMNS,
  type BodyRow,
  type ClaimedRow,
  type FirstRow,
  RETURNING_CLAIMED,
  claimedDelivery,
  digestBody,
  dueDestinationsOf,
  inOrderOfDue,
  storedBody,
} from "../claimed-row.ts";
import type {
  Claim,
  ClaimRequest,
  ClaimShare,
  Claimed,
  DueDestination,
} from "../delivery-records.ts";
import type { StoredBody } from "../event-records.ts";
import type { PaceRow } from "../schema.ts";
import type { Stories } from "./accept.ts";
import type { SqliteDigests } from "./digests.ts";
import type { SqliteSuperseding } from "./superseding.ts";

/** What becomes of a delivery whose lease ends: a manual attempt that was cut off is owed again. */
export const RELEASE = `update deliveries
    set state = coalesce(return_to, 'pending'), manual = manual + (return_to is not null),
        return_to = null, lease_until = null
  where state = 'sending'`;

/** The destinations of some deliveries: jumps from one to the next in an index, whatever lies between. */
function destinationsOf(which: string): string {
  return `with recursive met (destination_id) as (
    select min(destination_id) from deliveries where ${which}
    union all
    select (select min(destination_id) from deliveries
             where ${which} and destination_id > met.destination_id)
      from met where met.destination_id is not null
  )`;
}

/**
 * What is due, and the leases. The claim starts from the destinations and takes a few of each, so that
 * no backlog stands before another destination.
 */
export class SqliteClaim {
  readonly #due: Statement<[], FirstRow>;
  readonly #askedFor: Statement<[], { destination_id: string }>;
  readonly #claim: Statement<unknown[], ClaimedRow>;
  readonly #claimManual: Statement<unknown[], ClaimedRow>;
  readonly #body: Statement<[string], BodyRow>;
  readonly #renew: Statement;
  readonly #release: Statement;
  readonly #digests: SqliteDigests;
  readonly #superseding: SqliteSuperseding;
  readonly #bucket: Statement<[string], PaceRow>;
  readonly #keepBucket: Statement;
  readonly claim: (request: ClaimRequest) => Claimed;
  readonly renew: (claims: readonly Claim[], leaseUntil: number) => void;

  constructor(
    database: Database,
    { digests, superseding }: Pick<Stories, "digests" | "superseding">,
  ) {
    this.#digests = digests;
    this.#superseding = superseding;
    this.#due = database.prepare(
      `${destinationsOf("state = 'pending'")}
       select destination_id,
              (select min(due_at) from deliveries
                where state = 'pending' and destination_id = met.destination_id) as at
         from met where destination_id is not null`,
    );
    this.#askedFor = database.prepare(
      `${destinationsOf(ASKED_FOR)}
       select destination_id from met where destination_id is not null`,
    );
    this.#claim = database.prepare(
      `update deliveries set state = 'sending', lease_until = ?, fence = fence + 1
        where id in (select id from deliveries
                      where destination_id = ? and state = 'pending' and due_at <= ?
                      order by due_at limit ?)
       ${RETURNING_CLAIMED}`,
    );
    this.#claimManual = database.prepare(
      `update deliveries set return_to = state, state = 'sending', manual = manual - 1,
              lease_until = ?, fence = fence + 1
        where id in (select id from deliveries
                      where destination_id = ? and ${ASKED_FOR}
                      order by manual_at limit ?)
       ${RETURNING_CLAIMED}`,
    );
    this.#bucket = database.prepare("select * from paces where destination_id = ?");
    this.#keepBucket = database.prepare(
      `insert into paces (destination_id, tokens, filled_at) values (?, ?, ?)
       on conflict do update set tokens = excluded.tokens, filled_at = excluded.filled_at`,
    );
    this.#body = database.prepare(`select ${BODY_COLUMNS} from events where id = ?`);
    this.#renew = database.prepare(
      "update deliveries set lease_until = ? where id = ? and fence = ? and state = 'sending'",
    );
    this.#release = database.prepare(`${RELEASE} and lease_until <= ?`);
    const claim = database.transaction((request: ClaimRequest) => this.#claimAll(request));
    this.claim = (request) => claim.immediate(request);
    const renew = database.transaction((claims: readonly Claim[], leaseUntil: number) => {
      for (const { id, fence } of claims) this.#renew.run(leaseUntil, id, fence);
    });
    this.renew = (claims, leaseUntil) => renew.immediate(claims, leaseUntil);
  }

  due(): readonly DueDestination[] {
    return dueDestinationsOf(this.#due.all(), this.#askedFor.all());
  }

  releaseExpired(now: number): number {
    return this.#release.run(now).changes;
  }

  #claimAll({ now, leaseUntil, shares, enoughBytes }: ClaimRequest): Claimed {
    this.#superseding.settle(now);
    const bodies = new Map<string, StoredBody>();
    const buckets = new Map<string, Bucket>();
    let bytes = 0;
    const deliveries = shares.flatMap((share) => {
      if (bytes >= enoughBytes) return [];
      const rows = inOrderOfDue(this.#claimPaced(share, { now, leaseUntil, buckets }));
      return rows.map((row) => {
        const event =
          row.digest_id === null
            ? this.#bodyOf(row.event_id, bodies)
            : this.#digestOf(row.digest_id, now, bodies);
        const untold = row.untold_id === null ? undefined : this.#body.get(row.untold_id)?.body;
        const delivery = claimedDelivery(row, event, untold);
        bytes += delivery.event.body.byteLength + (untold?.byteLength ?? 0);
        return delivery;
      });
    });
    return { deliveries, buckets };
  }

  /** Claims what the pace allows, and takes as much from the bucket. */
  #claimPaced(
    share: ClaimShare,
    { now, leaseUntil, buckets }: { now: number; leaseUntil: number; buckets: Map<string, Bucket> },
  ): readonly ClaimedRow[] {
    const { destinationId, pace } = share;
    if (!pace) return this.#claimShare(share, now, leaseUntil);
    const row = this.#bucket.get(destinationId);
    const kept = row && { tokens: row.tokens, filledAt: row.filled_at };
    const { tokens, filledAt } = filled(kept, pace, now);
    const count = Math.min(share.count, Math.floor(tokens));
    const rows = count > 0 ? this.#claimShare({ ...share, count }, now, leaseUntil) : [];
    const left = { tokens: tokens - rows.length, filledAt };
    buckets.set(destinationId, left);
    const isSetBack = filledAt < (kept?.filledAt ?? filledAt);
    if (rows.length > 0 || isSetBack) this.#keepBucket.run(destinationId, left.tokens, filledAt);
    return rows;
  }

  #claimShare({ destinationId, count, manual }: ClaimShare, now: number, leaseUntil: number) {
    return manual
      ? this.#claimManual.all(leaseUntil, destinationId, count)
      : this.#claim.all(leaseUntil, destinationId, now, count);
  }

  #bodyOf(eventId: string, bodies: Map<string, StoredBody>): StoredBody | undefined {
    const known = bodies.get(eventId);
    if (known) return known;
    const row = this.#body.get(eventId);
    if (!row) return undefined;
    const body = storedBody(row);
    bodies.set(eventId, body);
    return body;
  }

  #digestOf(digestId: string, now: number, bodies: Map<string, StoredBody>): StoredBody {
    const known = bodies.get(digestId);
    if (known) return known;
    const body = digestBody(digestId, this.#digests.read(digestId, now));
    bodies.set(digestId, body);
    return body;
  }
}
