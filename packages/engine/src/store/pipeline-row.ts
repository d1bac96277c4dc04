import type { PipelineState } from "../incident.ts";
import type {
  ExpectedRun,
  LastRun,
  OverduePipeline,
  PipelineKey,
  StoredPipeline,
} from "./pipeline-records.ts";

/** What is read of a pipeline, as JSON. */
export interface KeptRow {
  readonly state: string;
  readonly last: string | null;
  readonly expected: string | null;
}

/** A pipeline as it is read. */
export function storedPipeline({ state, last, expected }: KeptRow): StoredPipeline {
  return {
    state: JSON.parse(state) as PipelineState,
    ...(last === null ? {} : { last: JSON.parse(last) as LastRun }),
    ...(expected === null ? {} : { expected: JSON.parse(expected) as ExpectedRun }),
  };
}

/** The columns that a pipeline is written in, in the order of {@link pipelineValues}. */
export const PIPELINE_COLUMNS = [
  ["tenant_id", "text"],
  ["task_id", "text"],
  ["state", "text"],
  ["last", "text"],
  ["expected", "text"],
  ["incident_id", "text"],
  ["overdue_at", "bigint"],
  ["heard_at", "bigint"],
] as const;

/** Where a pipeline is known it is written over. */
export const PIPELINE_AGAIN = `on conflict (tenant_id, task_id) do update
  set state = excluded.state, last = excluded.last, expected = excluded.expected,
      incident_id = excluded.incident_id, overdue_at = excluded.overdue_at,
      heard_at = excluded.heard_at`;

export function pipelineValues(
  { tenantId, taskId }: PipelineKey,
  { state, last, expected }: StoredPipeline,
  now: number,
): readonly (string | number | null)[] {
  return [
    tenantId,
    taskId,
    JSON.stringify(state),
    last ? JSON.stringify(last) : null,
    expected ? JSON.stringify(expected) : null,
    state.incidentId ?? null,
    expected ? overdueAt(expected) : null,
    now,
  ];
}

/** When a run that has not come is overdue. */
export function overdueAt({ expectedAt, graceMs }: ExpectedRun): number {
  return Math.ceil(expectedAt + graceMs);
}

export interface OverdueRow {
  readonly tenant_id: string;
  readonly task_id: string;
  readonly last: string;
  readonly expected: string;
}

/** An overdue pipeline as it is read. */
export function overduePipeline(row: OverdueRow): OverduePipeline {
  return {
    tenantId: row.tenant_id,
    taskId: row.task_id,
    last: JSON.parse(row.last) as LastRun,
    expected: JSON.parse(row.expected) as ExpectedRun,
  };
}
