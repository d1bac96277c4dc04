import type {
  DeliveryRef,
  Explanation,
  Preview,
  Quarantined,
  RunIncident,
  StoredDelivery,
  StoredEvent,
  StoredReplay,
} from "@syncbell/engine";

/**
 * An event as the API shows it. The event itself is put in as the text that came, so that the order
 * of its keys and its large numbers survive.
 */
export function eventJson(event: StoredEvent): string {
  const head = JSON.stringify({ id: event.id, received_at: timestamp(event.receivedAt) });
  const tail = JSON.stringify({
    decisions: event.decisions.map(({ destinationId, decision, reason }) => ({
      destination_id: destinationId,
      decision,
      reason,
    })),
    deliveries: event.deliveries.map(({ id, destinationId, state }) => ({
      id,
      destination_id: destinationId,
      state,
    })),
  });
  const posted = Buffer.from(event.body).toString("utf8");
  return `${head.slice(0, -1)},"event":${posted},${tail.slice(1)}`;
}

/** A delivery as the API shows it: absent values are null, times are ISO 8601 in UTC. */
export function deliveryView(delivery: StoredDelivery): object {
  return {
    id: delivery.id,
    event_id: delivery.eventId,
    destination_id: delivery.destinationId,
    state: delivery.state,
    created_at: timestamp(delivery.createdAt),
    due_at: timestamp(delivery.dueAt),
    // Where no attempt says why it ended.
    ...(delivery.reason === undefined ? {} : { reason: delivery.reason }),
    attempts: delivery.attempts.map((attempt) => ({
      number: attempt.number,
      started_at: timestamp(attempt.startedAt),
      duration_ms: attempt.durationMs,
      outcome: attempt.outcome,
      status: attempt.status ?? null,
      reason: attempt.reason ?? null,
      response: attempt.response ?? null,
      manual: attempt.manual,
    })),
  };
}

/** The deliveries that a call made. */
export function deliveryRefs(deliveries: readonly DeliveryRef[]): readonly object[] {
  return deliveries.map(({ id, destinationId }) => ({ id, destination_id: destinationId }));
}

/** A replay as the API shows it. */
export function replayView(replay: StoredReplay): object {
  return {
    id: replay.id,
    state: replay.state,
    total: replay.total,
    done: replay.done,
    destination_id: replay.destinationId,
    since: timestamp(replay.since),
    until: timestamp(replay.until),
    states: replay.states,
    created_at: timestamp(replay.createdAt),
  };
}

/** A body in quarantine as the API shows it, put in as the text that came. */
export function quarantinedJson(entry: Quarantined): string {
  const head = JSON.stringify({
    id: entry.id,
    received_at: timestamp(entry.receivedAt),
    last_received_at: timestamp(entry.lastReceivedAt),
    times: entry.times,
    key: entry.key ?? null,
  });
  const body = Buffer.from(entry.body).toString("utf8");
  return `${head.slice(0, -1)},"errors":${entry.errors},"body":${body}}`;
}

/** What would be decided for an event, as the API shows it. */
export function explanationView({ incident, decisions }: Explanation): object {
  return {
    ...(incident ? { incident: incidentView(incident) } : {}),
    decisions: decisions.map(({ destinationId, decision, reason, dueAt }) => ({
      destination_id: destinationId,
      decision,
      reason,
      ...(dueAt === undefined ? {} : { due_at: timestamp(dueAt) }),
    })),
  };
}

/** How a pipeline stood, as rules see it. */
function incidentView({ transition, failures, seconds }: RunIncident): object {
  return { transition, failures, seconds };
}

/** A message that would be sent, as the API shows it; one that can't be made has its problem. */
export function previewView(preview: Preview): object {
  const { destinationId: destination_id } = preview;
  if (!preview.ok) return { destination_id, message: null, problem: preview.problem };
  const { message, bytes, limit = null, warnings } = preview;
  return { destination_id, message, bytes, limit, warnings };
}

/** A moment as the API shows it: ISO 8601, in UTC. */
export function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
