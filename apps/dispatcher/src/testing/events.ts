import { readFileSync } from "node:fs";

/** The events that come with the dispatcher. */
export const FIXTURES = [
  "pipeline.post_sync.succeeded",
  "transform.post_sync.succeeded",
  "pipeline.post_sync.failed",
] as const;

export type Fixture = (typeof FIXTURES)[number];

/** The bytes of an event that comes with the dispatcher. */
export function fixture(name: Fixture): Buffer {
  return readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url));
}

interface PostSyncFields {
  readonly status?: string;
  readonly sync?: string;
  readonly taskName?: string;
  readonly [field: string]: unknown;
}

/** A small pipeline's notice, as JSON; fields that are not known go in as they are. */
export function postSync(fields: PostSyncFields = {}): string {
  const { status = "succeeded", sync = "sync-1", taskName = "orders", ...others } = fields;
  return JSON.stringify({
    event_type: "post_sync",
    status,
    task_type: "pipeline",
    sync: { id: sync },
    task: { id: "pipeline-1", name: taskName },
    tenant: { id: "tenant-1", name: "Acme" },
    ...others,
  });
}

/** The line of {@link postSync} for a destination that is told in one line. */
export function lineOf(sync: string, status = "succeeded"): string {
  return `Status: ${status} | Tenant: Acme | Pipeline: orders | Sync: ${sync}`;
}
