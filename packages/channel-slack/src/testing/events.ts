import {
  type Notification,
  type NotificationOptions,
  type PipelinePostSync,
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

/** The same run with other words in every place that a tenant can fill. */
export function runSaying(words: string): PipelinePostSync {
  return {
    ...salesforceRun,
    status: words,
    sync: { ...salesforceRun.sync, id: words, termination_message: words },
    task: { ...salesforceRun.task, name: words, extractor: { name: words, label: words } },
    tenant: { ...salesforceRun.tenant, name: words },
  };
}

/** The notification of an event. Its JSON text is left out: a message to Slack is made of words. */
export function notificationFrom(
  event: PipelinePostSync,
  options: NotificationOptions = {},
): Notification {
  const source = { id: "evt_01", type: "post_sync", receivedAt: 0, raw: "" };
  return notificationOf({ ...source, event }, options);
}
