import {
  type DigestEvent,
  type DigestLine,
  type Event,
  type Link,
  type Notification,
  type NotificationOptions,
  type PipelinePostSync,
  type TransformPostSync,
  notificationOf,
} from "@syncbell/core";

/** The run of the pipeline whose line stands in Syncbell's description of the Slack message. */
export const salesforceRun: PipelinePostSync = {
  event_type: "post_sync",
  status: "succeeded",
  task_type: "pipeline",
  sync: { id: "sync-7yq5xvmvb1xtq5g7k6aw" },
  task: { id: "pipeline-1", name: "Salesforce", extractor: { name: "tap", label: "Salesforce" } },
  tenant: { id: "tenant-1", name: "Test Tenant" },
  started_at: "2024-11-11T10:00:34.029456Z",
  stopped_at: "2024-11-11T12:11:19.999+02:00",
};

const traceback = `Traceback (most recent call last):
  File "/project/.meltano/extractors/tap-salesforce/venv/bin/tap-salesforce", line 8, in <module>
    sys.exit(main())
  File "tap_salesforce/__init__.py", line 412, in main
    do_sync(sf, catalog, state)
psycopg.OperationalError: connection to postgres://loader:hunter22@warehouse:5432/raw failed:
FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute`;

/** The same pipeline's failure, with an error as a run prints it: a password is in it. */
export const failedRun: PipelinePostSync = {
  ...salesforceRun,
  status: "failed",
  task: { ...salesforceRun.task, loader: { name: "target", label: "Warehouse" } },
  sync: {
    id: "sync-2m8d1q0c9t4b7x3w5z6e",
    termination_reason: "Error",
    termination_message: traceback,
    exit_code: 1,
  },
};

/** A failure that says far more than fits, the error itself at its end. */
export const longFailedRun: PipelinePostSync = {
  ...failedRun,
  sync: {
    ...failedRun.sync,
    termination_message: [
      "Traceback (most recent call last):",
      ...Array.from({ length: 900 }, (_, frame) => `  File "etl/step_${frame}.py", line ${frame}`),
      "MemoryError: could not allocate 2.1 GiB for the batch",
    ].join("\n"),
  },
};

export const transformRun: TransformPostSync = {
  event_type: "post_sync",
  status: "succeeded",
  task_type: "transform",
  sync: { id: "sync-0k5r9v2n6h1j8p4s7u3y", exit_code: 0 },
  task: { id: "transform-1", name: "Marts & Reports", dbt_commands: [{ command: "dbt build" }] },
  tenant: { id: "tenant-1", name: "Test Tenant" },
  started_at: "2024-11-11T10:20:00Z",
  stopped_at: "2024-11-11T10:24:31Z",
};

export const skippedRun: PipelinePostSync = {
  ...salesforceRun,
  status: "skipped",
  sync: { id: "sync-5c1z7y3x9w2v8u4t6s0r", termination_reason: "A run is already in progress" },
};

/** Links as the dispatcher's configuration makes them. */
export const links: readonly Link[] = [
  { label: "run", url: "https://app.example.com/test-tenant/syncs/sync-1" },
  { label: "runbook", url: "https://wiki.example.com/runbooks/salesforce" },
];

/** The same run with other words in every place that a tenant can fill. */
export function runSaying(words: string): PipelinePostSync {
  return {
    ...salesforceRun,
    status: words,
    sync: { id: words, termination_message: words, termination_reason: words },
    task: {
      ...salesforceRun.task,
      name: words,
      extractor: { name: words, label: words },
      loader: { name: words, label: words },
    },
    tenant: { ...salesforceRun.tenant, name: words },
  };
}

/** A digest with these lines, of several tenants unless one is named. */
export function digestOf(
  lines: readonly DigestLine[],
  failed: number,
  tenant: string | undefined,
): DigestEvent {
  const none = { total: 0, succeeded: 0, failed: 0, skipped: 0, cancelled: 0, other: 0 };
  const ended = { ...none, total: 40, failed, succeeded: 40 - failed };
  return {
    event_type: "digest",
    status: failed > 0 ? "failed" : "succeeded",
    since: "2024-11-11T10:00:00Z",
    seconds: 600,
    events: 40,
    pipelines: ended,
    runs: ended,
    notices: 0,
    tenants: tenant === undefined ? 3 : 1,
    ...(tenant === undefined ? {} : { tenant: { id: "tenant-1", name: tenant } }),
    lines,
  };
}

/** The notification of an event. Its JSON text is left out: a message to Slack is made of words. */
export function notificationFrom(event: Event, options: NotificationOptions = {}): Notification {
  const source = { id: "evt_01", type: event.event_type, receivedAt: 0, raw: "" };
  return notificationOf({ ...source, event }, options);
}
