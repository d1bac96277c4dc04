import type { OtherEvent, PipelinePostSync, TransformPostSync } from "@syncbell/core";

const connector = {
  package_type: "git",
  version: "v1.5.1",
  capabilities: ["discover", "state"],
  settings_group_validation: [],
  created_at: "2024-02-28T21:34:22.029456Z",
  description: null,
  variant: null,
} as const;

const schedule = { kind: "interval", hours: 6, start_time: "2024-03-01T00:00:00Z" } as const;

/** The run of a pipeline that succeeded, with every field that a producer fills. */
export const pipelineRun: PipelinePostSync = {
  event_type: "post_sync",
  status: "succeeded",
  task_type: "pipeline",
  sync: {
    id: "sync-7yq5xvmvb1xtq5g7k6aw",
    task_id: "pipeline-salesforce",
    action: "sync",
    state: "done",
    started_at: "2024-11-11T10:00:34.029456Z",
    stopped_at: "2024-11-11T10:11:19.999000Z",
    exit_code: 0,
    termination_reason: null,
    termination_message: null,
  },
  task: {
    id: "pipeline-salesforce",
    name: "Salesforce",
    task_type: "pipeline",
    extractor: { ...connector, id: "connector-1", name: "tap-salesforce", label: "Salesforce" },
    loader: { ...connector, id: "connector-2", name: "target-postgres", label: "Postgres" },
    database_for_extractor: null,
    database_for_loader: "db-1",
    extractor_config: [{ id: "config-1", setting_id: "setting-1", env_var: "TAP_CLIENT_ID" }],
    loader_config: [],
    created_at: "2024-02-28T21:34:22Z",
    updated_at: "2024-02-28T21:34:22Z",
    selection_mode: "include_default",
    max_concurrent_syncs: 1,
    schedule,
    schedule_paused: false,
  },
  tenant: {
    id: "tenant-1",
    name: "Test Tenant",
    description: "A tenant of the tests",
    external_id: "customer-1",
    project_id: "project-1",
    database_id: "db-1",
    created_at: "2024-02-28T21:34:22Z",
  },
  started_at: "2024-11-11T10:00:34.029456Z",
  stopped_at: "2024-11-11T12:11:19.999+02:00",
};

/** The run of a transform that succeeded. */
export const transformRun: TransformPostSync = {
  event_type: "post_sync",
  status: "succeeded",
  task_type: "transform",
  sync: { ...pipelineRun.sync, id: "sync-njxpamxorr78jb4xaz3u", task_id: "transform-1" },
  task: {
    id: "transform-1",
    name: "Full Refresh: seed, run, test",
    task_type: "transform",
    database_id: "db-1",
    dbt_project_id: "dbt_project-1",
    dbt_commands: ["seed", "run", "test"].map((command, index) => ({
      id: `dbt_command-${index}`,
      dbt_project_id: "dbt_project-1",
      command,
    })),
    created_at: "2024-02-28T21:34:22Z",
    updated_at: "2024-02-28T21:34:22Z",
    schedule,
    schedule_paused: false,
  },
  tenant: pipelineRun.tenant,
  started_at: "2024-11-11T11:00:00Z",
  stopped_at: "2024-11-11T11:03:20Z",
};

/** An event of a type that Syncbell raises itself and that has no run behind it. */
export const otherEvent: OtherEvent = { event_type: "sync.overdue", status: "overdue" };

/** The pipeline's run, failed, with this as the last that it said. */
export function failedRun(lastWords: string): PipelinePostSync {
  const sync = {
    ...pipelineRun.sync,
    exit_code: 1,
    termination_reason: "Error",
    termination_message: lastWords,
  };
  return { ...pipelineRun, status: "failed", sync };
}

/** The failed run with other words in every place that a tenant can fill. */
export function runSaying(words: string, lastWords: string = words): PipelinePostSync {
  const { sync, ...failed } = failedRun(lastWords);
  const { extractor, loader } = pipelineRun.task;
  return {
    ...failed,
    status: words,
    sync: { ...sync, id: words, termination_reason: words },
    task: {
      ...failed.task,
      id: words,
      name: words,
      extractor: { ...extractor, name: words, label: words },
      loader: { ...loader, name: words, label: words },
    },
    tenant: { ...failed.tenant, id: words, name: words },
  };
}

/** The pipeline's run with null in every field that may be null. */
export const runOfNulls: PipelinePostSync = {
  event_type: "post_sync",
  status: "failed",
  task_type: "pipeline",
  sync: { ...nulled(pipelineRun.sync), id: "sync-1" },
  task: { ...nulled(pipelineRun.task), id: "task-1", name: "Nulls" },
  tenant: { ...nulled(pipelineRun.tenant), id: "tenant-1", name: "Nobody" },
  started_at: null,
  stopped_at: null,
};

function nulled<T extends object>(fields: T): { readonly [name in keyof T]: null } {
  const pairs = Object.keys(fields).map((name) => [name, null]);
  return Object.fromEntries(pairs) as { [name in keyof T]: null };
}
