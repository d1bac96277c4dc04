import type { Telling } from "../../tell.ts";
import { insertInto } from "./insert.ts";
import type { Session } from "./session.ts";

type Tellings = ReadonlyMap<string, ReadonlyMap<string, Telling>>;

interface OwedRow {
  readonly incident_id: string;
  readonly destination_id: string;
  readonly state: "pending" | "sending";
}

/**
 * What destinations were told of incidents, by incident and destination. With `lock`, what is still owed
 * of them stays as it is until the transaction ends.
 */
export async function tellingsOf(
  session: Session,
  incidentIds: readonly string[],
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<Tellings> {
  const tellings = new Map(incidentIds.map((id) => [id, new Map<string, Telling>()]));
  if (incidentIds.length === 0) return tellings;
  const add = (incident: string, destination: string, more: Telling): void => {
    const known = tellings.get(incident);
    known?.set(destination, { ...known.get(destination), ...more });
  };
  // What is owed first: a failure that arrives meanwhile is waited for, and has been told then.
  const owed = await session.rows<OwedRow>(
    `select failure_of as incident_id, destination_id, state from deliveries
      where failure_of = any($1) and state in ('pending', 'sending')
      order by id ${lock ? "for update" : ""}`,
    [incidentIds],
  );
  for (const { incident_id: incident, destination_id: destination, state } of owed) {
    const { waits = false, sending = false } = tellings.get(incident)?.get(destination) ?? {};
    add(incident, destination, {
      waits: waits || state === "pending",
      sending: sending || state === "sending",
    });
  }
  const told = await session.rows<{ incident_id: string; destination_id: string; at: number }>(
    "select incident_id, destination_id, at from told where incident_id = any($1)",
    [incidentIds],
  );
  for (const { incident_id: incident, destination_id: destination, at } of told) {
    add(incident, destination, { toldAt: at });
  }
  // The digest itself, and where it is sent once more.
  const digested = await session.rows<{ incident_id: string; destination_id: string }>(
    `select distinct digest_lines.failure_of as incident_id, sent.destination_id
       from digest_lines join deliveries as made on made.id = digest_lines.digest_id
       join deliveries as sent
         on sent.event_id = made.event_id and sent.digest_id = digest_lines.digest_id
      where digest_lines.failure_of = any($1) and sent.state in ('pending', 'sending')`,
    [incidentIds],
  );
  for (const { incident_id: incident, destination_id: destination } of digested) {
    add(incident, destination, { digested: true });
  }
  return tellings;
}

/** That a destination was told of a failure of an incident. */
export interface Told {
  readonly incidentId: string;
  readonly destinationId: string;
  readonly at: number;
}

const LATEST =
  "on conflict (incident_id, destination_id) do update set at = greatest(told.at, excluded.at)";

const tell = insertInto<Told>(
  "told",
  [
    ["incident_id", "text"],
    ["destination_id", "text"],
    ["at", "bigint"],
  ],
  ({ incidentId, destinationId, at }) => [incidentId, destinationId, at],
  LATEST,
);

/** Takes down what destinations were told of. */
export async function keepTold(session: Session, told: readonly Told[]): Promise<void> {
  const latest = new Map<string, Told>();
  for (const one of told) {
    const key = JSON.stringify([one.incidentId, one.destinationId]);
    if (one.at >= (latest.get(key)?.at ?? -Infinity)) latest.set(key, one);
  }
  await tell.run(
    session,
    [...latest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one),
  );
}

/** Takes down that a destination was told of the failures in a digest. */
export async function keepToldDigest(
  session: Session,
  digestId: string,
  { destinationId, at }: Omit<Told, "incidentId">,
): Promise<void> {
  await session.rows(
    `insert into told (incident_id, destination_id, at)
     select distinct failure_of, $1, $2::bigint from digest_lines
      where digest_id = $3 and failure_of is not null order by 1 ${LATEST}`,
    [destinationId, at, digestId],
  );
}
