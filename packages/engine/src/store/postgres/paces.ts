import { type Bucket, filled } from "../../pace.ts";
import type { ClaimShare } from "../delivery-records.ts";
import type { Session } from "./session.ts";

interface BucketRow {
  readonly destination_id: string;
  /** Null: nothing was ever taken from it. */
  readonly tokens: number | null;
  readonly filled_at: number | null;
}

/** The buckets of a claim, which no other claim takes from until its transaction ends. */
export class Paces {
  readonly buckets: Map<string, Bucket> = new Map();

  /** Takes the buckets of the shares that have a pace, in the order of their destinations. */
  static async lock(session: Session, shares: readonly ClaimShare[], now: number): Promise<Paces> {
    const paces = new Paces();
    const paceOf = new Map(
      shares.flatMap(({ destinationId: id, pace }) => (pace ? [[id, pace]] : [])),
    );
    if (paceOf.size === 0) return paces;
    const rows = await session.rows<BucketRow>(
      `insert into paces (destination_id) select * from unnest($1::text[])
       on conflict (destination_id) do update set destination_id = excluded.destination_id
       returning destination_id, tokens, filled_at`,
      [[...paceOf.keys()].toSorted()],
    );
    for (const { destination_id: id, tokens, filled_at: filledAt } of rows) {
      const pace = paceOf.get(id);
      const kept = tokens === null || filledAt === null ? undefined : { tokens, filledAt };
      if (pace) paces.buckets.set(id, filled(kept, pace, now));
    }
    return paces;
  }

  /** What the buckets allow of some shares; those that get nothing are left out. */
  allowed(shares: readonly ClaimShare[]): readonly ClaimShare[] {
    return shares.flatMap((share) => {
      const { tokens = Infinity } = this.buckets.get(share.destinationId) ?? {};
      const count = Math.min(share.count, Math.floor(tokens));
      return count > 0 ? [{ ...share, count }] : [];
    });
  }

  /** Takes a token for each delivery, by its destination. */
  take(destinationIds: readonly string[]): void {
    for (const id of destinationIds) {
      const bucket = this.buckets.get(id);
      if (bucket) this.buckets.set(id, { ...bucket, tokens: bucket.tokens - 1 });
    }
  }

  async keep(session: Session): Promise<void> {
    if (this.buckets.size === 0) return;
    await session.rows(
      `update paces set tokens = given.tokens, filled_at = given.filled_at
         from unnest($1::text[], $2::float8[], $3::bigint[]) as given (id, tokens, filled_at)
        where paces.destination_id = given.id`,
      [
        [...this.buckets.keys()],
        [...this.buckets.values()].map(({ tokens }) => tokens),
        [...this.buckets.values()].map(({ filledAt }) => filledAt),
      ],
    );
  }
}
