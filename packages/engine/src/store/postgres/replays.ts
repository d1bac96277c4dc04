import type { NewReplay, ReplayStep, ReplayedState, StoredReplay } from "../replay-records.ts";
import type { ReplayRow } from "../schema.ts";
import { oweAgain } from "./deliveries.ts";
import type { Session } from "./session.ts";

/** What a replay goes through, in this order: once to count, once to make the deliveries. */
const PASSES = [
  "count deliveries",
  "count decisions",
  "make deliveries",
  "make decisions",
] as const;

/** How many rows one step looks at: some milliseconds, however few of them are wanted. */
const MOST_LOOKED_AT = 1_000;

/** Ends the replays of a destination. */
export const CANCEL_REPLAYS =
  "update replays set state = 'cancelled' where state = 'running' and destination_id = $1";

interface Candidate {
  readonly position: string;
  readonly event_id: string;
  readonly wanted: boolean;
}

export async function addReplay(session: Session, replay: NewReplay): Promise<void> {
  const { id, destinationId, since, until, states, createdAt } = replay;
  await session.rows(
    `insert into replays (id, destination_id, since, until, states, state, total, done, phase,
       position, created_at)
     values ($1, $2, $3, $4, $5, 'running', 0, 0, $6, '', $7)`,
    [id, destinationId, since, until, JSON.stringify(states), PASSES[0], createdAt],
  );
}

export async function replayById(session: Session, id: string): Promise<StoredReplay | undefined> {
  const [row] = await session.rows<ReplayRow>("select * from replays where id = $1", [id]);
  return row && stored(row);
}

export async function runningReplays(session: Session): Promise<readonly StoredReplay[]> {
  const rows = await session.rows<ReplayRow>(
    "select * from replays where state = 'running' order by id",
  );
  return rows.map(stored);
}

/** Goes on with a replay by one step, within a transaction; another dispatcher waits for that. */
export async function stepReplay(
  session: Session,
  id: string,
  step: ReplayStep,
): Promise<StoredReplay | undefined> {
  const [row] = await session.rows<ReplayRow>("select * from replays where id = $1 for update", [
    id,
  ]);
  if (!row || row.state !== "running") return row && stored(row);
  const candidates = await candidatesOf(session, row);
  const isMaking = row.phase.startsWith("make");
  const wanted = candidates.filter((candidate) => candidate.wanted);
  const taken = isMaking ? await make(session, row, wanted, step) : new Map<string, string>();
  // Where the ids were used up, the next step begins behind the last one that was taken.
  const isUsedUp = isMaking && taken.size === step.deliveryIds.length;
  const isOver = !isUsedUp && candidates.length < MOST_LOOKED_AT;
  const last = isUsedUp ? [...taken.values()].at(-1) : candidates.at(-1)?.position;
  const phase = isOver
    ? PASSES[PASSES.indexOf(row.phase as (typeof PASSES)[number]) + 1]
    : row.phase;
  const done = row.done + taken.size;
  const total = row.total + (isMaking ? 0 : wanted.length);
  const next: ReplayRow = {
    ...row,
    done,
    phase: phase ?? row.phase,
    position: isOver ? "" : (last ?? row.position),
    state: phase === undefined ? "done" : "running",
    // What was counted twice, or was owed again in between, is not made a second time.
    total: phase === undefined ? done : Math.max(total, done),
  };
  await session.rows(
    "update replays set done = $1, phase = $2, position = $3, state = $4, total = $5 where id = $6",
    [next.done, next.phase, next.position, next.state, next.total, id],
  );
  return stored(next);
}

/** Makes deliveries while there are ids; answers the events, each with the position it was met at. */
async function make(
  session: Session,
  { destination_id: destinationId, phase }: ReplayRow,
  wanted: readonly Candidate[],
  { now, expiresAt, deliveryIds }: ReplayStep,
): Promise<ReadonlyMap<string, string>> {
  const made = new Map<string, string>();
  const repeated = [];
  for (const { event_id: eventId, position } of wanted) {
    const id = deliveryIds[made.size];
    if (id === undefined) break;
    if (made.has(eventId)) continue;
    const of = phase.endsWith("deliveries") ? position : undefined;
    repeated.push({ id, destinationId, dueAt: now, expiresAt, eventId, of });
    made.set(eventId, position);
  }
  await oweAgain(session, repeated, now);
  return made;
}

function candidatesOf(session: Session, row: ReplayRow): Promise<readonly Candidate[]> {
  const { destination_id: destination, created_at: askedAt, since, until, phase, position } = row;
  const states = JSON.parse(row.states) as StoredReplay["states"];
  // Ids sort by the time at which they were made, whatever becomes of the clock: what this replay
  // makes itself lies above its own.
  const madeBefore = `dlv${row.id.slice("rpl".length)}`;
  const again = states.includes("delivered");
  if (phase.endsWith("deliveries")) {
    const isBadlyEnded = states.every((state) => BADLY_ENDED.has(state));
    return session.rows<Candidate>(
      `select id as position, event_id,
              created_at >= $6 and created_at < $7 and state = any($8)
                and exists (select 1 from events where id = event_id and test = 0)
                and ${OWING} as wanted
         from deliveries
        where destination_id = $1 and id > $5 and id < $3
          ${isBadlyEnded ? "and state in ('failed', 'expired', 'cancelled')" : ""}
        order by id limit ${MOST_LOOKED_AT}`,
      [destination, askedAt, madeBefore, again, position, since, until, states],
    );
  }
  if (!states.includes("disabled")) return Promise.resolve([]);
  return session.rows<Candidate>(
    `select event_id as position, event_id,
            exists (select 1 from events
                     where id = event_id and test = 0 and received_at >= $6 and received_at < $7)
              and ${OWING} as wanted
       from decisions as deliveries
      where destination_id = $1 and decision = 'disabled' and event_id > $5
      order by event_id limit ${MOST_LOOKED_AT}`,
    [destination, askedAt, madeBefore, again, position, since, until],
  );
}

/** The states whose deliveries have an index of their own. No delivery is `disabled`. */
const BADLY_ENDED: ReadonlySet<ReplayedState> = new Set([
  "failed",
  "expired",
  "cancelled",
  "disabled",
]);

/**
 * Nothing is owed for the event at the moment, nothing was made for it since the replay was asked for,
 * and nothing of it has arrived: unless what arrived is wanted again.
 */
const OWING = `not exists (
  select 1 from deliveries as other
   where other.event_id = deliveries.event_id and other.destination_id = $1
     and (other.state in ('pending', 'sending') or other.created_at >= $2 or other.id >= $3
          or (other.state = 'delivered' and not $4)))`;

function stored(row: ReplayRow): StoredReplay {
  return {
    id: row.id,
    destinationId: row.destination_id,
    since: row.since,
    until: row.until,
    states: JSON.parse(row.states) as StoredReplay["states"],
    state: row.state as StoredReplay["state"],
    total: row.total,
    done: row.done,
    createdAt: row.created_at,
  };
}
