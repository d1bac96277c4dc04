import type { DueDestination } from "../delivery-records.ts";
import type { Session } from "./session.ts";

/** What somebody asked for and nobody sends yet. */
export const ASKED_FOR = "manual > 0 and state <> 'sending'";

/**
 * The first of some deliveries of each destination, by an index over both: jumps from one to the next,
 * whatever lies between.
 */
function firstOfEach(which: string, order: string): string {
  const first = (from: string): string =>
    `select destination_id, ${order} as at from deliveries where ${which} ${from}
      order by destination_id, ${order} limit 1`;
  return `with recursive met as (
    (${first("")})
    union all
    select next.* from met
     cross join lateral (${first("and destination_id > met.destination_id")}) as next)
  select destination_id, at from met`;
}

/** Both in one statement: it is what each look of a worker begins with. */
const FIRST = `
  select *, false as manual from (${firstOfEach("state = 'pending'", "due_at")}) as due
  union all
  select *, true from (${firstOfEach(ASKED_FOR, "manual_at")}) as asked_for`;

interface FirstRow {
  readonly destination_id: string;
  readonly at: number;
  readonly manual: boolean;
}

/** What every destination is owed; the cost is that of the destinations, not of the deliveries. */
export async function dueDestinations(session: Session): Promise<readonly DueDestination[]> {
  const rows = await session.rows<FirstRow>(FIRST);
  const due = rows.filter((row) => !row.manual);
  const askedFor = rows.filter((row) => row.manual);
  const manual = new Set(askedFor.map(({ destination_id }) => destination_id));
  const pending = due.map(({ destination_id: destinationId, at: dueAt }) => ({
    destinationId,
    dueAt,
    manual: manual.delete(destinationId),
  }));
  return [...pending, ...[...manual].map((destinationId) => ({ destinationId, manual: true }))];
}
