import type { Event } from "@syncbell/core";

/** What an event may be asked to have of its own. */
export interface EventFields {
  readonly status?: string;
  readonly tenant?: string;
  readonly task?: string;
  readonly sync?: string;
  readonly [field: string]: unknown;
}

/** The notice that a pipeline's sync has ended, as a producer posts it. */
export function postSync({ status, tenant, task, sync, ...others }: EventFields = {}): Event {
  return {
    event_type: "post_sync",
    status: status ?? "succeeded",
    task_type: "pipeline",
    task: { id: task ?? "pipeline-1", name: "Salesforce" },
    tenant: { id: tenant ?? "tenant-1", name: "Test Tenant" },
    sync: { id: sync ?? "sync-1" },
    started_at: "2024-11-11T10:00:34Z",
    stopped_at: "2024-11-11T10:11:19Z",
    ...others,
  };
}

/** The bytes of an event. */
export function bytesOf(event: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(event));
}
