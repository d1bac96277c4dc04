import { heldUntil } from "../../breaker.ts";
import type { ClaimShare } from "../delivery-records.ts";
import { readHealth } from "../read-health.ts";
import type { Session } from "./session.ts";

/**
 * What may be claimed of some shares by how their destinations stand in the database: nothing of one that
 * is to be left alone, and of one that fails a single delivery where nobody else is sending to it, within
 * the transaction. What one dispatcher has not heard yet is so known to its claim.
 */
export async function withoutHeld(
  session: Session,
  shares: readonly ClaimShare[],
  now: number,
): Promise<readonly ClaimShare[]> {
  const standing = await healthOf(session, idsOf(shares), now);
  const failing = idsOf(shares).filter((id) => standing.get(id) === "failing");
  const free = failing.length > 0 ? await takeProbes(session, failing, now) : undefined;
  return shares.flatMap((share) => {
    const { destinationId: id } = share;
    if (standing.get(id) === undefined) return [share];
    return free?.delete(id) ? [{ ...share, count: 1 }] : [];
  });
}

function idsOf(shares: readonly ClaimShare[]): readonly string[] {
  return shares.map(({ destinationId }) => destinationId);
}

/** Those that are held or failing. */
async function healthOf(
  session: Session,
  ids: readonly string[],
  now: number,
  rest = "",
): Promise<ReadonlyMap<string, "held" | "failing">> {
  if (ids.length === 0) return new Map();
  const rows = await session.rows<{ id: string; health: string }>(
    `select id, health from destinations where id = any($1) and health is not null ${rest}`,
    [ids],
  );
  const troubled = new Map<string, "held" | "failing">();
  for (const { id, health: text } of rows) {
    const health = readHealth(text);
    if ((heldUntil(health, now) ?? 0) > now) troubled.set(id, "held");
    else if (health.failing) troubled.set(id, "failing");
  }
  return troubled;
}

/**
 * Takes the right to probe; answers for which. One that somebody is judging or taking at this moment is not
 * waited for: it is heard of.
 */
async function takeProbes(
  session: Session,
  ids: readonly string[],
  now: number,
): Promise<Set<string>> {
  const taken = await healthOf(session, ids, now, "order by id for update skip locked");
  const failing = [...taken].flatMap(([id, health]) => (health === "failing" ? [id] : []));
  // By a statement of its own, which sees what was sent before the lock was there.
  const busy = await session.rows<{ destination_id: string }>(
    `select distinct destination_id from deliveries
      where state = 'sending' and destination_id = any($1)`,
    [failing],
  );
  const sending = new Set(busy.map(({ destination_id: id }) => id));
  return new Set(failing.filter((id) => !sending.has(id)));
}
