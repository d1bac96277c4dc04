import type { CrashGround } from "./ground.ts";

/** How long a delivery may be overdue, or its lease over, before it is stuck, in milliseconds. */
const PATIENCE_MS = 30_000;

/** What is still to do, and what nobody will do. */
export interface Unfinished {
  readonly open: number;
  readonly stuck: readonly string[];
}

/** Looks into the store of dispatchers that serve since `since`, in epoch milliseconds. */
export async function unfinishedIn(
  { read }: Pick<CrashGround, "read">,
  since: number,
): Promise<Unfinished> {
  const rows = (await read(
    `select id || ' to ' || destination_id as delivery, state,
            case state when 'sending' then lease_until else due_at end as owed_at
       from deliveries where state in ('pending', 'sending')`,
  )) as { delivery: string; state: string; owed_at: number }[];
  const now = Date.now();
  const stuck = rows.filter(({ owed_at }) => Math.max(since, owed_at) < now - PATIENCE_MS);
  return {
    open: rows.length,
    stuck: stuck.map(({ delivery, state }) => `${delivery} is ${state}`),
  };
}

export interface KeptDelivery {
  readonly id: string;
  readonly state: string;
  /** How many attempts are on record. */
  readonly attempts: number;
}

/** What a store holds when all is over. */
export interface KeptStore {
  /** The ids of the events that were posted. */
  readonly events: ReadonlySet<string>;
  /** What was raised of destinations that failed and recovered. */
  readonly ownEvents: number;
  readonly deliveries: readonly KeptDelivery[];
  /** What in it does not agree with the rest of it. */
  readonly mistakes: readonly string[];
}

interface KeptEvent {
  readonly id: string;
  readonly event_type: string;
}

export async function keptIn({
  read,
  broken,
}: Pick<CrashGround, "read" | "broken">): Promise<KeptStore> {
  const events = (await read("select id, event_type from events")) as KeptEvent[];
  const names = await read("select name from event_names");
  const deliveries = (await read(
    `select d.id, d.state, d.attempts as counted,
            count(a.number) as attempts, coalesce(max(a.number), 0) as last
       from deliveries d left join attempts a on a.delivery_id = d.id group by d.id`,
  )) as (KeptDelivery & { counted: number; last: number })[];
  const miscounted = deliveries
    .filter(({ attempts, counted, last }) => attempts !== counted || attempts !== last)
    .map(({ id, attempts, counted, last }) =>
      [
        `${id} has ${attempts} attempts on record`,
        `counts ${counted}`,
        `the last is ${last}`,
      ].join(),
    );
  const posted = events.filter(({ event_type }) => event_type === "post_sync");
  const misnamed =
    names.length === events.length ? [] : [`${names.length} names for ${events.length} events`];
  return {
    events: new Set(posted.map(({ id }) => id)),
    ownEvents: events.length - posted.length,
    deliveries,
    mistakes: [...(await broken()), ...miscounted, ...misnamed],
  };
}
