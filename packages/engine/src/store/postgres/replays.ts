import type { NewReplay, ReplayStep, StoredReplay } from "../replay-records.ts";
import {
  FIRST_PASS,
  MOST_LOOKED_AT,
  type Made,
  type Met,
  REPLAY_COLUMNS,
  allotted,
  isMaking,
  passOf,
  stepped,
  storedReplay,
} from "../replay-row.ts";
import type { ReplayRow } from "../schema.ts";
import { oweAgain } from "./deliveries.ts";
import type { Session } from "./session.ts";

/** Ends the replays of a destination. */
export const CANCEL_REPLAYS =
  "update replays set state = 'cancelled' where state = 'running' and destination_id = $1";

const READ = `select ${REPLAY_COLUMNS} from replays`;

interface Candidate extends Met {
  readonly wanted: boolean;
}

export async function addReplay(session: Session, replay: NewReplay): Promise<void> {
  const { id, destinationId, since, until, states, createdAt } = replay;
  await session.rows(
    `insert into replays (id, destination_id, since, until, states, state, total, done, phase,
       position, created_at)
     values ($1, $2, $3, $4, $5, 'running', 0, 0, $6, '', $7)`,
    [id, destinationId, since, until, JSON.stringify(states), FIRST_PASS, createdAt],
  );
}

export async function replayById(session: Session, id: string): Promise<StoredReplay | undefined> {
  const [row] = await session.rows<ReplayRow>(`${READ} where id = $1`, [id]);
  return row && storedReplay(row);
}

export async function runningReplays(session: Session): Promise<readonly StoredReplay[]> {
  const rows = await session.rows<ReplayRow>(`${READ} where state = 'running' order by id`);
  return rows.map(storedReplay);
}

/** Goes on with a replay by one step, within a transaction; another dispatcher waits for that. */
export async function stepReplay(
  session: Session,
  id: string,
  step: ReplayStep,
): Promise<StoredReplay | undefined> {
  const [row] = await session.rows<ReplayRow>(`${READ} where id = $1 for update`, [id]);
  if (!row || row.state !== "running") return row && storedReplay(row);
  const met = await candidatesOf(session, row);
  const wanted = met.filter((candidate) => candidate.wanted);
  const made = isMaking(row) ? allotted(wanted, step.deliveryIds) : [];
  await make(session, row, made, step);
  const next = stepped(row, { met, wanted, made, ids: step.deliveryIds.length });
  await session.rows(
    "update replays set done = $1, phase = $2, position = $3, state = $4, total = $5 where id = $6",
    [next.done, next.phase, next.position, next.state, next.total, id],
  );
  return storedReplay(next);
}

async function make(
  session: Session,
  { destination_id: destinationId, phase }: ReplayRow,
  made: readonly Made[],
  { now, expiresAt }: ReplayStep,
): Promise<void> {
  const repeated = made.map(({ id, event_id: eventId, position }) => {
    const of = phase.endsWith("deliveries") ? position : undefined;
    return { id, destinationId, dueAt: now, expiresAt, eventId, of };
  });
  await oweAgain(session, repeated, now);
}

function candidatesOf(session: Session, row: ReplayRow): Promise<readonly Candidate[]> {
  const { destination_id: destination, created_at: askedAt, since, until, position } = row;
  const { ofDeliveries, states, narrowed, madeBefore, again } = passOf(row);
  if (ofDeliveries) {
    return session.rows<Candidate>(
      `select id as position, event_id,
              created_at >= $6 and created_at < $7 and state = any($8)
                and exists (select 1 from events where id = event_id and test = 0)
                and ${OWING} as wanted
         from deliveries
        where destination_id = $1 and id > $5 and id < $3
          ${narrowed}
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

/**
 * Nothing is owed for the event at the moment, nothing was made for it since the replay was asked for,
 * and nothing of it has arrived: unless what arrived is wanted again.
 */
const OWING = `not exists (
  select 1 from deliveries as other
   where other.event_id = deliveries.event_id and other.destination_id = $1
     and (other.state in ('pending', 'sending') or other.created_at >= $2 or other.id >= $3
          or (other.state = 'delivered' and not $4)))`;
