import type { Decision } from "../../decision.ts";
import type { DeliveryRef, NewDelivery } from "../delivery-records.ts";
import type { AcceptResult, NewEvent } from "../event-records.ts";
import type { StoredPipeline } from "../pipeline-records.ts";
import type { Telling } from "../../tell.ts";
import { digestEvents } from "./accept-digests.ts";
import { type OwedDelivery, oweDeliveries } from "./deliveries.ts";
import { insertInto } from "./insert.ts";
import { takeNames } from "./names.ts";
import { keepPipelines, lockPipelines, nameOf } from "./pipelines.ts";
import type { Session } from "./session.ts";
import { outdate } from "./superseding.ts";
import { tellingsOf } from "./tellings.ts";

type Decided = Pick<NewEvent, "decisions" | "deliveries" | "digested" | "outdated"> & {
  readonly incident?: object;
};

/** An event that is new, with what was decided for it. */
interface DecidedEvent {
  readonly event: NewEvent;
  readonly decided: Decided;
}

/**
 * Keeps events within a transaction; answers one result each, in order. What more than one transaction
 * may want is taken first and in one order (names, pipelines, what is owed of incidents, digests), so
 * that they wait for each other in line.
 */
export async function acceptEvents(
  session: Session,
  events: readonly NewEvent[],
): Promise<readonly AcceptResult[]> {
  const named = await takeNames(session, events);
  const made = new Map<string, readonly DeliveryRef[]>();
  const news = events.filter(({ id, name }) => named.get(name)?.eventId === id);
  const pipelines = new Map(await lockPipelines(session, keysOf(news)));
  for (const round of rounds(news)) {
    const decided = await decideRound(session, round, pipelines);
    for (const [id, deliveries] of await keepRound(session, decided)) made.set(id, deliveries);
  }
  const known = await deliveriesOf(
    session,
    events.flatMap(({ id, name }) => {
      const { eventId = id } = named.get(name) ?? {};
      return eventId === id ? [] : [eventId];
    }),
  );
  return events.map(({ id, name, bodyHash }): AcceptResult => {
    const { eventId = id, hash = bodyHash } = named.get(name) ?? {};
    if (eventId === id) return { kind: "accepted", id, deliveries: made.get(id) ?? [] };
    if (hash !== bodyHash) return { kind: "conflict" };
    return { kind: "duplicate", id: eventId, deliveries: known.get(eventId) ?? [] };
  });
}

function keysOf(events: readonly NewEvent[]) {
  const keys = events.flatMap(({ decide, tenantId, taskId }) =>
    decide && tenantId !== undefined && taskId !== undefined ? [{ tenantId, taskId }] : [],
  );
  return [...new Map(keys.map((key) => [nameOf(key), key])).values()];
}

/** Events in rounds, of which none has two runs of a pipeline: the later one sees what came of the other. */
function rounds(events: readonly NewEvent[]): readonly (readonly NewEvent[])[] {
  const made: NewEvent[][] = [];
  const last = new Map<string, number>();
  for (const event of events) {
    const [key] = keysOf([event]);
    const round = key ? (last.get(nameOf(key)) ?? -1) + 1 : 0;
    if (key) last.set(nameOf(key), round);
    (made[round] ??= []).push(event);
  }
  return made;
}

/** Decides events by their pipelines, and goes on with these. */
async function decideRound(
  session: Session,
  events: readonly NewEvent[],
  pipelines: Map<string, StoredPipeline>,
): Promise<readonly DecidedEvent[]> {
  const incidents = keysOf(events).flatMap(
    (key) => pipelines.get(nameOf(key))?.state.incidentId ?? [],
  );
  const tellings = await tellingsOf(session, incidents.toSorted(), { lock: true });
  const kept: Parameters<typeof keepPipelines>[1][number][] = [];
  const decided = events.map((event): DecidedEvent => {
    const { decide } = event;
    const [key] = keysOf([event]);
    if (!decide || !key) return { event, decided: event };
    const pipeline = pipelines.get(nameOf(key));
    const told = tellings.get(pipeline?.state.incidentId ?? "") ?? new Map<string, Telling>();
    const turn = decide({ ...(pipeline ? { pipeline } : {}), tellings: told });
    pipelines.set(nameOf(key), turn.pipeline);
    kept.push([key, turn.pipeline, event.receivedAt]);
    return { event, decided: turn };
  });
  await keepPipelines(session, kept);
  return decided;
}

const eventRows = insertInto<DecidedEvent>(
  "events",
  [
    ["id", "text"],
    ["event_type", "text"],
    ["status", "text"],
    ["tenant_id", "text"],
    ["task_id", "text"],
    ["received_at", "bigint"],
    ["test", "bigint"],
    ["incident", "text"],
    ["body", "bytea"],
  ],
  ({ event, decided: { incident } }) => [
    event.id,
    event.eventType,
    event.status,
    event.tenantId,
    event.taskId,
    event.receivedAt,
    Number(event.test),
    incident ? JSON.stringify(incident) : null,
    event.body,
  ],
);

interface DecisionOfEvent extends Decision {
  readonly eventId: string;
  readonly digestId: string | undefined;
}

const decisionRows = insertInto<DecisionOfEvent>(
  "decisions",
  [
    ["event_id", "text"],
    ["destination_id", "text"],
    ["decision", "text"],
    ["reason", "text"],
    ["unevaluable", "bigint"],
    ["digest_id", "text"],
  ],
  ({ eventId, destinationId, decision, reason, unevaluable, digestId }) => [
    eventId,
    destinationId,
    decision,
    reason,
    Number(unevaluable),
    digestId,
  ],
);

/** Keeps events with what was decided for them; answers the deliveries of each. */
async function keepRound(
  session: Session,
  round: readonly DecidedEvent[],
): Promise<ReadonlyMap<string, readonly DeliveryRef[]>> {
  await eventRows.run(session, round);
  const digests = await digestEvents(
    session,
    round.map(({ event, decided: { digested = [] } }) => ({ event, parts: digested })),
  );
  const digestOf = (eventId: string, destinationId: string): string | undefined =>
    digests.get(eventId)?.find((ref) => ref.destinationId === destinationId)?.id;
  await decisionRows.run(
    session,
    round.flatMap(({ event: { id: eventId }, decided: { decisions } }) =>
      decisions.map((decision) => ({
        ...decision,
        eventId,
        digestId: digestOf(eventId, decision.destinationId),
      })),
    ),
  );
  await oweDeliveries(
    session,
    round.flatMap(({ event, decided: { deliveries } }) =>
      deliveries.map((delivery) => owed(event, delivery)),
    ),
  );
  for (const { decided } of round) {
    for (const one of decided.outdated ?? []) await outdate(session, one);
  }
  return new Map(
    round.map(({ event: { id }, decided: { deliveries } }) => [
      id,
      [
        ...deliveries.map((one) => ({ id: one.id, destinationId: one.destinationId })),
        ...(digests.get(id) ?? []),
      ],
    ]),
  );
}

function owed({ id, tenantId, receivedAt }: NewEvent, delivery: NewDelivery): OwedDelivery {
  return { ...delivery, eventId: id, tenantId, createdAt: receivedAt };
}

/** The deliveries of events that are known, by event. */
async function deliveriesOf(
  session: Session,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, readonly DeliveryRef[]>> {
  if (eventIds.length === 0) return new Map();
  const rows = await session.rows<{ id: string; event_id: string; destination_id: string }>(
    `select id, event_id, destination_id from deliveries where event_id = any($1)
      union
     select deliveries.id, decisions.event_id, deliveries.destination_id
       from decisions join deliveries on deliveries.id = decisions.digest_id
      where decisions.event_id = any($1)
      order by id`,
    [eventIds],
  );
  const groups = Map.groupBy(rows, ({ event_id }) => event_id);
  return new Map(
    [...groups].map(([id, members]) => [
      id,
      members.map((row) => ({ id: row.id, destinationId: row.destination_id })),
    ]),
  );
}
