import { type PostSync, runTimes } from "@syncbell/core";
import type { Destination } from "./destination.ts";
import { expectation } from "./expected-run.ts";
import type { MakeId } from "./ids.ts";
import { type PipelineState, UNSEEN, advance, runEndOf, usualSeconds } from "./incident.ts";
import { type Situation, decide } from "./match.ts";
import { plan } from "./plan.ts";
import type {
  ExpectedRun,
  KnownPipeline,
  LastRun,
  PipelineTurn,
  StoredPipeline,
} from "./store/pipeline-records.ts";

export interface TurnOptions extends Pick<Situation, "now" | "stateOf"> {
  readonly eventId: string;
  readonly makeId: MakeId;
  readonly destinations: readonly Destination[];
}

/**
 * Decides the end of a run by how its pipeline stands, and goes on with the pipeline. Pure. What a run
 * that comes late or once more says of the schedule is old, too.
 */
export function takeTurn(
  event: PostSync,
  { pipeline, tellings }: KnownPipeline,
  { eventId, now, makeId, stateOf, destinations }: TurnOptions,
): PipelineTurn {
  const before = pipeline?.state ?? UNSEEN;
  const { state, incident } = advance(before, runEndOf(event, eventId, now));
  const isNews = incident.transition !== "late" && incident.transition !== "repeated";
  const verdicts = decide(event, destinations, {
    now,
    incident,
    ...(stateOf ? { stateOf } : {}),
    tellingOf: (id) => tellings.get(id) ?? {},
  });
  return {
    ...plan(verdicts, destinations, { event, incident, now, makeId }),
    incident,
    pipeline: pipeline && !isNews ? { ...pipeline, state } : keptOf(event, state, now),
  };
}

function keptOf(event: PostSync, state: PipelineState, now: number): StoredPipeline {
  const expected = expectedAfter(event, state, now);
  return { state, last: lastRunOf(event), ...(expected ? { expected } : {}) };
}

function lastRunOf(event: PostSync): LastRun {
  return {
    tenantName: event.tenant.name,
    taskName: event.task.name,
    taskType: event.task_type,
    syncId: event.sync.id,
    status: event.status,
    stopped: runTimes(event).stopped ?? null,
  };
}

/** The run that comes next by the schedule, unless that is paused. */
function expectedAfter(
  { task, ...event }: PostSync,
  state: PipelineState,
  now: number,
): ExpectedRun | undefined {
  if (!task.schedule || task.schedule_paused) return undefined;
  const { stopped = now } = runTimes({ task, ...event } as PostSync);
  // A run that stops in the future is told by a clock that is ahead.
  const stoppedAt = Math.min(stopped, now);
  return expectation(task.schedule, { stoppedAt, seconds: usualSeconds(state) });
}
