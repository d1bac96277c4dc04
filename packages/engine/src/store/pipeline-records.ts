import type { Decision } from "../decision.ts";
import type { PipelineState, RunIncident } from "../incident.ts";
import type { Telling } from "../tell.ts";
import type { NewDelivery } from "./delivery-records.ts";
import type { DigestPart } from "./digest-records.ts";

/** Names a pipeline. */
export interface PipelineKey {
  readonly tenantId: string;
  readonly taskId: string;
}

/** What is known of a pipeline besides how it stands, names cut: for a notice that a run is overdue. */
export interface LastRun {
  readonly tenantName: string;
  readonly taskName: string;
  readonly taskType: "pipeline" | "transform";
  readonly syncId: string;
  readonly status: string;
  readonly stopped: number | null;
}

/** A run that is expected. Times are epoch milliseconds. */
export interface ExpectedRun {
  readonly expectedAt: number;
  readonly graceMs: number;
}

/** What is kept of a pipeline. */
export interface StoredPipeline {
  readonly state: PipelineState;
  readonly last?: LastRun;
  /** Absent: none is, or it was told that it is overdue. */
  readonly expected?: ExpectedRun;
}

/** A pipeline when an event of it is decided, and who was told what of the incident that goes on. */
export interface KnownPipeline {
  /** Absent: nothing was heard of it. */
  readonly pipeline?: StoredPipeline;
  readonly tellings: ReadonlyMap<string, Telling>;
}

/** The failures of an incident that wait for a destination. */
export interface Outdated {
  readonly incidentId: string;
  readonly destinationId: string;
}

/** What becomes of an event and its pipeline. */
export interface PipelineTurn {
  readonly pipeline: StoredPipeline;
  readonly incident: RunIncident;
  readonly decisions: readonly Decision[];
  readonly deliveries: readonly NewDelivery[];
  readonly digested: readonly DigestPart[];
  /** Failures that end, as the event is not told and makes them old. */
  readonly outdated: readonly Outdated[];
}

/**
 * Decides an event by how its pipeline stands. Called inside the transaction that keeps the event, so
 * that of two events each sees what the other made of the pipeline; must be pure and not throw.
 */
export type DecideByPipeline = (known: KnownPipeline) => PipelineTurn;

/** A pipeline whose run has not come in time. */
export interface OverduePipeline extends PipelineKey {
  readonly last: LastRun;
  readonly expected: ExpectedRun;
}
