import { NAME_WINDOW_MS } from "../store.ts";
import type { NewEvent } from "../event-records.ts";
import { insertInto } from "./insert.ts";
import type { Session } from "./session.ts";

/** Whose name it is, and by what bytes. */
export interface Named {
  readonly eventId: string;
  readonly hash: string;
}

const names = insertInto<NewEvent>(
  "event_names",
  [
    ["name", "text"],
    ["event_id", "text"],
    ["body_hash", "text"],
    ["accepted_at", "bigint"],
  ],
  ({ name, id, bodyHash, receivedAt }) => [name, id, bodyHash, receivedAt],
  `on conflict (name) do update set event_id = excluded.event_id, body_hash = excluded.body_hash,
     accepted_at = excluded.accepted_at
   where excluded.accepted_at - event_names.accepted_at >= ${NAME_WINDOW_MS}`,
);

/** Gives each name to the first of these events, unless it is an older one's. */
export async function takeNames(
  session: Session,
  events: readonly NewEvent[],
): Promise<ReadonlyMap<string, Named>> {
  const first = new Map<string, NewEvent>();
  for (const event of events) if (!first.has(event.name)) first.set(event.name, event);
  const sorted = [...first.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  await names.run(session, sorted);
  const rows = await session.rows<{ name: string; event_id: string; body_hash: string }>(
    "select name, event_id, body_hash from event_names where name = any($1)",
    [[...first.keys()]],
  );
  return new Map(
    rows.map(({ name, event_id, body_hash }) => [name, { eventId: event_id, hash: body_hash }]),
  );
}
