import { ASKED_FOR, type FirstRow, dueDestinationsOf } from "../claimed-row.ts";
import type { DueDestination } from "../delivery-records.ts";
import type { Session } from "./session.ts";

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

interface DueRow extends FirstRow {
  readonly manual: boolean;
}

/** What every destination is owed; the cost is that of the destinations, not of the deliveries. */
export async function dueDestinations(session: Session): Promise<readonly DueDestination[]> {
  const rows = await session.rows<DueRow>(FIRST);
  return dueDestinationsOf(
    rows.filter(({ manual }) => !manual),
    rows.filter(({ manual }) => manual),
  );
}
