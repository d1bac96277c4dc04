import {
  type Incident,
  type PostSync,
  type RunOutcome,
  type Transition,
  runOutcome,
  runSeconds,
  runTimes,
} from "@syncbell/core";
import { storedKey } from "./stored-key.ts";

/** The end of a run, as far as it tells how its pipeline stands. Times are epoch milliseconds. */
export interface RunEnd {
  readonly eventId: string;
  readonly syncId: string;
  readonly outcome: RunOutcome;
  /** When it stopped, by the producer's clock. Absent: it does not say. */
  readonly stopped?: number;
  /** How long it took, in seconds. */
  readonly seconds?: number;
  /** When it was heard of. */
  readonly receivedAt: number;
}

/** What is remembered of a run, to know it again. */
type Remembered = Pick<RunEnd, "syncId" | "outcome" | "stopped" | "seconds">;

/** How a pipeline stands: what its runs that were heard of so far have made of it. */
export interface PipelineState {
  /** Absent: neither a success nor a failure was seen yet. */
  readonly health?: "healthy" | "failing";
  /** The event of the first failure of the incident that is going on, and when that failure stopped. */
  readonly incidentId?: string;
  readonly since?: number;
  /** Failures of the incident that is going on. */
  readonly failures: number;
  /** The run that stopped last of those that made a difference. */
  readonly latest?: { readonly stopped: number; readonly receivedAt: number };
  /** The runs heard of last, the newest at the end. */
  readonly recent: readonly Remembered[];
}

/** What a run is in the story of its pipeline, and the name of the incident that it is a part of. */
export interface RunIncident extends Incident {
  /** The incident that the run began, went on with, or ended. */
  readonly id?: string;
}

/** How much is remembered of the id of a sync: pipelines are read at each of their events. */
const LONGEST_SYNC = 64;
/** How many runs are remembered. */
const MOST_REMEMBERED = 16;

/** A pipeline of which nothing was heard yet. */
export const UNSEEN: PipelineState = { failures: 0, recent: [] };

/** A run out of its event. */
export function runEndOf(event: PostSync, eventId: string, receivedAt: number): RunEnd {
  const { stopped } = runTimes(event);
  const seconds = runSeconds(event);
  return {
    eventId,
    syncId: storedKey(event.sync.id, LONGEST_SYNC),
    outcome: runOutcome(event.status),
    ...(stopped === undefined ? {} : { stopped }),
    ...(seconds === undefined ? {} : { seconds }),
    receivedAt,
  };
}

/**
 * Goes on with a pipeline by a run: how it stands then, and what the run was in its story. Pure. Runs
 * that come late, or once more, make no difference; nor do those that neither succeeded nor failed.
 */
export function advance(
  state: PipelineState,
  run: RunEnd,
): { readonly state: PipelineState; readonly incident: RunIncident } {
  const transition = transitionOf(state, run);
  const at = run.stopped ?? run.receivedAt;
  const { incidentId: id = run.eventId, since = at, failures } = state;
  const story = (count: number): RunIncident =>
    count === 0
      ? { transition, failures: 0, seconds: 0 }
      : { transition, id, since, failures: count, seconds: Math.max(0, at - since) / 1000 };
  if (isStale({ transition })) {
    return { state, incident: story(failures) };
  }
  const heard = { ...state, recent: remembered(state, run) };
  if (transition === "other") return { state: heard, incident: story(failures) };
  const { incidentId: _, since: __, latest, ...rest } = heard;
  const next = { ...rest, ...latestOf(latest, run) };
  if (run.outcome === "failed") {
    return {
      state: { ...next, health: "failing", incidentId: id, since, failures: failures + 1 },
      incident: story(failures + 1),
    };
  }
  return { state: { ...next, health: "healthy", failures: 0 }, incident: story(failures) };
}

/** Whether a run came late, or was told once more: what it says is old. */
export function isStale({ transition }: Pick<Incident, "transition">): boolean {
  return transition === "late" || transition === "repeated";
}

function transitionOf(state: PipelineState, run: RunEnd): Transition {
  if (isLate(state, run)) return "late";
  if (state.recent.some((one) => isSameEnd(one, run))) return "repeated";
  if (run.outcome === "failed") return state.health === "failing" ? "failing" : "broke";
  if (run.outcome !== "succeeded") return "other";
  if (state.health === undefined) return "first";
  return state.health === "failing" ? "recovered" : "healthy";
}

/**
 * Nothing stops after it was heard of: a clock that is ahead is believed against itself alone, or it would
 * make late what others tell, and whatever comes after it is set right.
 */
function isLate({ latest }: PipelineState, { stopped, receivedAt }: RunEnd): boolean {
  if (latest === undefined || stopped === undefined) return false;
  const isAhead = stopped > receivedAt;
  return stopped < (isAhead ? latest.stopped : Math.min(latest.stopped, latest.receivedAt));
}

/** A run that is told once more, under another name; one that ended otherwise the next time is news. */
function isSameEnd(known: Remembered, run: RunEnd): boolean {
  return (
    known.syncId === run.syncId && known.outcome === run.outcome && known.stopped === run.stopped
  );
}

function latestOf(
  latest: PipelineState["latest"],
  { stopped, receivedAt }: RunEnd,
): Pick<PipelineState, "latest"> {
  if (stopped !== undefined) return { latest: { stopped, receivedAt } };
  return latest ? { latest } : {};
}

function remembered({ recent }: PipelineState, run: RunEnd): readonly Remembered[] {
  const { syncId, outcome, stopped, seconds } = run;
  const one = {
    syncId,
    outcome,
    ...(stopped === undefined ? {} : { stopped }),
    ...(seconds === undefined ? {} : { seconds }),
  };
  return [...recent.slice(1 - MOST_REMEMBERED), one];
}

/** How many of the last runs say how long the next may take. */
const RUNS_TO_GO_BY = 5;

/** How long a run of the pipeline may take, in seconds: the longest of the last few. */
export function usualSeconds({ recent }: PipelineState): number {
  return Math.max(0, ...recent.slice(-RUNS_TO_GO_BY).map(({ seconds = 0 }) => seconds));
}
