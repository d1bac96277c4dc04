import type { Telling } from "../../tell.ts";
import type {
  KnownPipeline,
  OverduePipeline,
  PipelineKey,
  StoredPipeline,
} from "../pipeline-records.ts";
import {
  type KeptRow,
  type OverdueRow,
  PIPELINE_AGAIN,
  PIPELINE_COLUMNS,
  overdueAt,
  overduePipeline,
  pipelineValues,
  storedPipeline,
} from "../pipeline-row.ts";
import { clean } from "./connections.ts";
import { insertInto } from "./insert.ts";
import type { Session } from "./session.ts";
import { tellingsOf } from "./tellings.ts";

interface PipelineRow extends KeptRow {
  readonly tenant_id: string;
  readonly task_id: string;
}

const COLUMNS = "tenant_id, task_id, state, last, expected";

/** Stands for the state of a pipeline that was locked before anything was heard of it. */
const UNHEARD = "";

const keep = insertInto<readonly [PipelineKey, StoredPipeline, number]>(
  "pipelines",
  PIPELINE_COLUMNS,
  (kept) => pipelineValues(...kept),
  PIPELINE_AGAIN,
);

/** Keeps how pipelines stand, of each pipeline one. */
export async function keepPipelines(
  session: Session,
  kept: readonly (readonly [PipelineKey, StoredPipeline, number])[],
): Promise<void> {
  await keep.run(session, kept);
}

/**
 * Takes pipelines for the transaction alone, in the order of their keys, so that no two transactions wait
 * for each other; answers those of which something was heard, by {@link nameOf}.
 */
export async function lockPipelines(
  session: Session,
  keys: readonly PipelineKey[],
): Promise<ReadonlyMap<string, StoredPipeline>> {
  const known = new Map(await lockKnown(session, keys));
  const unheard = keys.filter((key) => !known.has(nameOf(key)));
  if (unheard.length > 0) {
    await session.rows(
      `insert into pipelines (tenant_id, task_id, state, heard_at)
       select tenant_id, task_id, '${UNHEARD}', 0
         from unnest($1::text[], $2::text[]) as given (tenant_id, task_id)
        order by tenant_id collate "C", task_id collate "C"
       on conflict do nothing`,
      columnsOf(unheard),
    );
    // Another transaction may have made one in between.
    for (const [name, pipeline] of await lockKnown(session, unheard)) known.set(name, pipeline);
  }
  return new Map([...known].flatMap(([name, row]) => (row ? [[name, row] as const] : [])));
}

async function lockKnown(
  session: Session,
  keys: readonly PipelineKey[],
): Promise<readonly (readonly [string, StoredPipeline | undefined])[]> {
  const rows = await session.rows<PipelineRow>(
    `select ${COLUMNS} from pipelines
      where (tenant_id, task_id) in (select * from unnest($1::text[], $2::text[]))
      order by tenant_id, task_id for update`,
    columnsOf(keys),
  );
  return rows.map((row) => [
    nameOf({ tenantId: row.tenant_id, taskId: row.task_id }),
    pipelineOf(row),
  ]);
}

function columnsOf(keys: readonly PipelineKey[]): readonly unknown[] {
  return [keys.map(({ tenantId }) => tenantId), keys.map(({ taskId }) => taskId)];
}

/** Names a pipeline in memory: those that are one in the database have one name. */
export function nameOf({ tenantId, taskId }: PipelineKey): string {
  return JSON.stringify([clean(tenantId), clean(taskId)]);
}

function pipelineOf(row: PipelineRow): StoredPipeline | undefined {
  return row.state === UNHEARD ? undefined : storedPipeline(row);
}

/** Reads a pipeline, without taking it. */
export async function knownPipeline(
  session: Session,
  { tenantId, taskId }: PipelineKey,
): Promise<KnownPipeline> {
  const [row] = await session.rows<PipelineRow>(
    `select ${COLUMNS} from pipelines where tenant_id = $1 and task_id = $2`,
    [tenantId, taskId],
  );
  const pipeline = row && pipelineOf(row);
  if (!pipeline) return { tellings: new Map() };
  const { incidentId } = pipeline.state;
  const tellings =
    incidentId === undefined
      ? new Map<string, Telling>()
      : ((await tellingsOf(session, [incidentId])).get(incidentId) ?? new Map<string, Telling>());
  return { pipeline, tellings };
}

export async function overduePipelines(
  session: Session,
  now: number,
  limit: number,
): Promise<readonly OverduePipeline[]> {
  const rows = await session.rows<OverdueRow>(
    `select tenant_id, task_id, last, expected from pipelines
      where overdue_at is not null and overdue_at <= $1 order by overdue_at limit $2`,
    [now, limit],
  );
  return rows.map(overduePipeline);
}

/** Takes down that it was told; answers false where the run has come, or another dispatcher told it. */
export async function raise(
  session: Session,
  { tenantId, taskId, expected }: OverduePipeline,
): Promise<boolean> {
  const changed = await session.changes(
    `update pipelines set overdue_at = null, expected = null
      where tenant_id = $1 and task_id = $2 and overdue_at = $3`,
    [tenantId, taskId, overdueAt(expected)],
  );
  return changed > 0;
}
