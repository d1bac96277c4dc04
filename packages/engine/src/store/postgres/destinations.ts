import type { Health } from "../../breaker.ts";
import type {
  DestinationSource,
  DestinationState,
  NamedDestination,
  StoredDestination,
} from "../destination-records.ts";
import { ALL_DESTINATIONS, DESTINATION_COLUMNS, storedDestination } from "../destination-row.ts";
import { readHealth } from "../read-health.ts";
import type { DestinationRow } from "../schema.ts";
import type { OwedEnd } from "../store.ts";
import { CANCEL_REPLAYS } from "./replays.ts";
import type { Session } from "./session.ts";

export async function allDestinations(session: Session): Promise<readonly StoredDestination[]> {
  return (await session.rows<DestinationRow>(ALL_DESTINATIONS)).map(storedDestination);
}

/** Where a destination is kept, and what it is made from. */
interface Kept {
  readonly source: DestinationSource;
  readonly definition: string | null;
}

/**
 * Makes these the destinations of the config file; those of an earlier one are deleted. Within a
 * transaction.
 */
export async function nameDestinations(
  session: Session,
  named: readonly NamedDestination[],
  now: number,
): Promise<void> {
  const inOrder = named.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (const one of inOrder) await keep(session, one, { source: "file", definition: null }, now);
  await session.rows(
    `update destinations set deleted_at = $1
      where id = any(array(select id from destinations
                            where deleted_at is null and source = 'file' and id <> all($2)
                            order by id for update))`,
    [now, named.map(({ id }) => id)],
  );
}

/** Keeps a destination of the API, within a transaction. */
export async function putDestination(
  session: Session,
  named: NamedDestination,
  definition: string,
  now: number,
): Promise<void> {
  await keep(session, named, { source: "api", definition }, now);
}

async function keep(
  session: Session,
  { id, fingerprint }: NamedDestination,
  { source, definition }: Kept,
  now: number,
): Promise<void> {
  const made = await session.changes(
    `insert into destinations (id, source, definition, fingerprint, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $5) on conflict (id) do nothing`,
    [id, source, definition, fingerprint, now],
  );
  if (made > 0) return;
  const row = await locked(session, id);
  if (!row) return;
  const isBack = row.deleted_at !== null;
  const isAnother = isBack || row.fingerprint !== fingerprint;
  const isEnabled = isBack || (isAnother && row.state === "disabled");
  const anew = isBack ? null : stillTold(row.health);
  await session.rows(
    `update destinations set source = $2, definition = $3, fingerprint = $4, state = $5, health = $6,
            disabled_at = $7, updated_at = $8, deleted_at = $9
      where id = $1`,
    [
      id,
      source,
      definition,
      fingerprint,
      isEnabled ? "active" : row.state,
      isAnother ? anew : row.health,
      isBack ? null : row.disabled_at,
      isAnother || source === "api" ? now : row.updated_at,
      source === "file" ? null : row.deleted_at,
    ],
  );
}

/** Nothing is left of a trouble but that people were told of it: they are told of its end too. */
function stillTold(health: string | null): string | null {
  return readHealth(health).failing ? JSON.stringify({ failing: true }) : null;
}

async function locked(session: Session, id: string): Promise<DestinationRow | undefined> {
  const [row] = await session.rows<DestinationRow>(
    `select ${DESTINATION_COLUMNS} from destinations where id = $1 for update`,
    [id],
  );
  return row;
}

/** Changes the state of a destination, within a transaction. */
export async function setDestinationState(
  session: Session,
  id: string,
  state: DestinationState,
  now: number,
): Promise<void> {
  const row = await locked(session, id);
  if (!row) return;
  await session.rows(
    "update destinations set state = $2, health = $3, disabled_at = $4, updated_at = $5 where id = $1",
    [
      id,
      state,
      state === "active" ? resumed(row) : row.health,
      state === "disabled" ? now : row.disabled_at,
      now,
    ],
  );
}

function resumed({ state, health }: DestinationRow): string | null {
  if (state === "disabled") return stillTold(health);
  if (health === null) return null;
  // Whoever resumes it wants to see now whether it works.
  const { holdUntil: _, probes: __, ...left } = JSON.parse(health) as Partial<Health>;
  return JSON.stringify(left);
}

/** Deletes a destination and ends its replays, within a transaction. */
export async function deleteDestination(session: Session, id: string, now: number): Promise<void> {
  await session.rows("update destinations set deleted_at = $1, definition = null where id = $2", [
    now,
    id,
  ]);
  await session.rows(CANCEL_REPLAYS, [id]);
}

export async function deletedAmong(
  session: Session,
  ids: readonly string[],
): Promise<readonly string[]> {
  const rows = await session.rows<{ id: string }>(
    "select id from destinations where deleted_at is not null and id = any($1)",
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** Ends some of what is owed to a destination, within a transaction; answers how many. */
export async function endOwed(
  session: Session,
  destinationId: string,
  { state, reason, madeBy, limit }: OwedEnd,
): Promise<number> {
  await session.rows(
    `update deliveries set manual = 0
      where id = any(array(select id from deliveries
                            where destination_id = $1 and manual > 0 and state <> 'sending'
                              and created_at <= $2 order by id for update))`,
    [destinationId, madeBy],
  );
  return session.changes(
    `update deliveries set state = $1, reason = $2
      where id = any(array(select id from deliveries
                            where destination_id = $3 and state = 'pending' and created_at <= $4
                            order by id limit $5 for update skip locked))`,
    [state, reason, destinationId, madeBy, limit],
  );
}

/** Makes due what a destination was to get later. */
export function hasten(
  session: Session,
  destinationId: string,
  now: number,
  limit: number,
): Promise<number> {
  return session.changes(
    `update deliveries set due_at = $1
      where id = any(array(select id from deliveries
                            where destination_id = $2 and state = 'pending' and due_at > $1
                              and attempts = 0 and manual = 0 and digest_id is null
                              and waits_for is null
                            order by due_at limit $3 for update skip locked))`,
    [now, destinationId, limit],
  );
}
