import {
  type DigestEvent,
  type Event,
  type Incident,
  type Notification,
  type PipelinePostSync,
  notificationOf,
} from "@syncbell/core";

const sync = {
  id: "sync-1",
  started_at: "2024-11-11T10:00:34Z",
  stopped_at: "2024-11-11T10:11:19Z",
};
const tenant = { id: "tenant-1", name: "Tenant" };
const common = { event_type: "post_sync", tenant } as const;

const FAILED: PipelinePostSync = {
  ...common,
  status: "failed",
  task_type: "pipeline",
  task: {
    id: "pipeline-1",
    name: "Pipeline",
    task_type: "pipeline",
    extractor: { id: "connector-1", name: "tap", label: "Source" },
    loader: { id: "connector-2", name: "target", label: "Target" },
    schedule: { kind: "interval", hours: 6 },
    schedule_paused: false,
  },
  sync: {
    ...sync,
    exit_code: 1,
    termination_reason: "Error",
    termination_message: "Traceback:\n  failed",
  },
  started_at: sync.started_at,
  stopped_at: sync.stopped_at,
};

const SUCCEEDED: Event = {
  ...common,
  status: "succeeded",
  task_type: "transform",
  task: { id: "transform-1", name: "Transform", task_type: "transform", schedule: null },
  sync: { ...sync, exit_code: null, termination_reason: null, termination_message: null },
};

const counts = { total: 1, succeeded: 0, failed: 1, skipped: 0, cancelled: 0, other: 0 };

const DIGEST: DigestEvent = {
  event_type: "digest",
  status: "failed",
  since: sync.started_at,
  seconds: 600,
  events: 1,
  pipelines: counts,
  runs: counts,
  notices: 0,
  tenants: 1,
  tenant,
  lines: [
    {
      tenant: tenant.name,
      name: FAILED.task.name,
      task_id: FAILED.task.id,
      runs: 1,
      failures: 1,
      status: FAILED.status,
      sync_id: sync.id,
      stopped_at: sync.stopped_at,
      message: "Traceback",
    },
  ],
};

const FAILING: Incident = { transition: "failing", failures: 2, seconds: 3_600, since: 0 };

/** What a template may meet: a run that failed again, one that succeeded, a digest. */
export const EXAMPLES: readonly Notification[] = [
  example(FAILED, FAILING),
  example(SUCCEEDED),
  example(DIGEST),
];

function example(event: Event, incident?: Incident): Notification {
  return notificationOf(
    { id: "evt_1", type: event.event_type, receivedAt: 0, raw: JSON.stringify(event), event },
    {
      links: [{ label: "run", url: "https://example.com/" }],
      ...(incident === undefined ? {} : { incident }),
    },
  );
}
