import { type PostSync, cut, runSeconds, runTimes } from "@syncbell/core";
import { type DecidedOptions, decided } from "./decided.ts";
import type { Subscription } from "./destination.ts";
import { expectation } from "./expected-run.ts";
import {
  type PipelineState,
  UNSEEN,
  advance,
  isStale,
  runEndOf,
  usualSeconds,
} from "./incident.ts";
import type {
  ExpectedRun,
  KnownPipeline,
  LastRun,
  PipelineTurn,
  StoredPipeline,
} from "./store/pipeline-records.ts";

export interface TurnOptions extends Pick<DecidedOptions, "now" | "stateOf" | "makeId"> {
  readonly eventId: string;
  readonly destinations: readonly Subscription[];
}

/**
 * Decides the end of a run by how its pipeline stands, and goes on with the pipeline. Pure. What a run
 * that comes late or once more says of the schedule is old, too.
 */
export function takeTurn(
  event: PostSync,
  { pipeline, tellings }: KnownPipeline,
  { eventId, now, destinations, ...world }: TurnOptions,
): PipelineTurn {
  const before = pipeline?.state ?? UNSEEN;
  const { state, incident } = advance(before, runEndOf(event, eventId, now));
  return {
    ...decided(event, destinations, { ...world, now, incident, tellings }),
    incident,
    pipeline: pipeline && isStale(incident) ? { ...pipeline, state } : keptOf(event, state, now),
  };
}

function keptOf(event: PostSync, state: PipelineState, now: number): StoredPipeline {
  const expected = expectedAfter(event, state, now);
  return { state, last: lastRunOf(event), ...(expected ? { expected } : {}) };
}

/** How much is kept of what a notice names, in UTF-16 units: it is read with every event. */
const LONGEST_NAME = 400;

function lastRunOf(event: PostSync): LastRun {
  return {
    tenantName: cut(event.tenant.name, LONGEST_NAME),
    taskName: cut(event.task.name, LONGEST_NAME),
    taskType: event.task_type,
    syncId: cut(event.sync.id, LONGEST_NAME),
    status: cut(event.status, LONGEST_NAME),
    stopped: runTimes(event).stopped ?? null,
  };
}

/** The run that comes next by the schedule, unless that is paused. */
function expectedAfter(
  event: PostSync,
  state: PipelineState,
  now: number,
): ExpectedRun | undefined {
  const { schedule, schedule_paused: isPaused } = event.task;
  if (!schedule || isPaused) return undefined;
  const { stopped = now } = runTimes(event);
  // A run that stops in the future is told by a clock that is ahead.
  const stoppedAt = Math.min(stopped, now);
  const startedAt = stoppedAt - (runSeconds(event) ?? 0) * 1000;
  return expectation(schedule, { startedAt, stoppedAt, seconds: usualSeconds(state) }, now);
}
