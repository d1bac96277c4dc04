import type { OverdueEvent, Schedule } from "@syncbell/core";
import type { Receiver } from "./receiver.ts";
import type { RunningEngine } from "./running-engine.ts";

/** The end of a run, where it is not that of a run of `p` that took ten minutes and succeeded just now. */
export interface RunFields {
  readonly status?: string;
  readonly tenant?: string;
  readonly task?: string;
  /** When it stopped, in milliseconds since the epoch. */
  readonly stopped?: number;
  /** Whether it says nothing of its times. */
  readonly isTimeless?: boolean;
  readonly seconds?: number;
  readonly schedule?: Schedule;
  readonly isPaused?: boolean;
  readonly sync?: string;
  readonly message?: string;
}

type Engine = Pick<RunningEngine, "engine" | "clock">;

let posted = 0;

/** Posts the end of a run; answers the id of its event, and its deliveries by destination. */
export async function postRun(
  { engine, clock }: Engine,
  fields: RunFields = {},
): Promise<{ readonly id: string; readonly deliveries: Readonly<Record<string, string>> }> {
  const { tenant = "t", task = "p", stopped = clock.now(), seconds = 600, schedule } = fields;
  const event = {
    event_type: "post_sync",
    status: fields.status ?? "succeeded",
    task_type: "pipeline",
    task: {
      id: task,
      name: `Task ${task}`,
      ...(schedule ? { schedule } : {}),
      ...(fields.isPaused === undefined ? {} : { schedule_paused: fields.isPaused }),
    },
    tenant: { id: tenant, name: `Tenant ${tenant}` },
    sync: { id: fields.sync ?? `sync-${++posted}`, termination_message: fields.message ?? null },
    ...(fields.isTimeless
      ? {}
      : {
          started_at: new Date(stopped - seconds * 1000).toISOString(),
          stopped_at: new Date(stopped).toISOString(),
        }),
  };
  const accepted = await engine.accept({ bytes: Buffer.from(JSON.stringify(event)) });
  if (accepted.kind !== "accepted") throw new Error(`the run is ${accepted.kind}`);
  const deliveries = accepted.deliveries.map(({ id, destinationId }) => [destinationId, id]);
  return { id: accepted.id, deliveries: Object.fromEntries(deliveries) as Record<string, string> };
}

/** What a receiver was told, line by line, in the order in which it came in. */
export function linesOf({ requests }: Pick<Receiver, "requests">): readonly string[] {
  return requests.map(({ body }) => (JSON.parse(body) as { readonly line: string }).line);
}

/** What was decided for an event, one word for each destination, in the order of their ids. */
export async function decisionsOf({ engine }: Engine, eventId: string): Promise<readonly string[]> {
  const { decisions = [] } = (await engine.kept.event(eventId)) ?? {};
  return decisions
    .toSorted((a, b) => (a.destinationId < b.destinationId ? -1 : 1))
    .map(({ decision }) => decision);
}

/** Why it was decided so for a destination. */
export async function reasonFor(
  { engine }: Engine,
  eventId: string,
  destinationId = "ops",
): Promise<string | undefined> {
  const event = await engine.kept.event(eventId);
  return event?.decisions.find((one) => one.destinationId === destinationId)?.reason;
}

/** A notice of a run that is overdue, as it is kept. */
export interface OverdueNotice {
  readonly id: string;
  readonly receivedAt: number;
  readonly said: OverdueEvent;
}

const MOST_NOTICES = 5_000;

/** The notices of runs that are overdue, the oldest first. */
export async function overdueNotices({ engine }: Engine): Promise<readonly OverdueNotice[]> {
  const all = await engine.kept.events({ status: "overdue" }, { limit: MOST_NOTICES });
  const whole = await Promise.all(all.toReversed().map(({ id }) => engine.kept.event(id)));
  return whole.flatMap((event) =>
    event
      ? {
          id: event.id,
          receivedAt: event.receivedAt,
          said: JSON.parse(Buffer.from(event.body).toString()) as OverdueEvent,
        }
      : [],
  );
}

/** Of each notice, the task and the time at which its run should have ended. */
export async function overdueRuns(engine: Engine): Promise<readonly string[]> {
  return (await overdueNotices(engine)).map(({ said }) => `${said.task.id} ${said.expected_at}`);
}
