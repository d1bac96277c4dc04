import type { PipelinePostSync } from "@syncbell/core";

const SAMPLE_LENGTH_MS = 11 * 60_000;

/** An event like those of a producer, to try a destination out with. */
export function sampleEvent(
  status: "succeeded" | "failed" | "skipped",
  tenantId: string | undefined,
  id: string,
  now: number,
): PipelinePostSync {
  const failed = status === "failed";
  return {
    event_type: "post_sync",
    task_type: "pipeline",
    status,
    started_at: new Date(now - SAMPLE_LENGTH_MS).toISOString(),
    stopped_at: new Date(now).toISOString(),
    sync: {
      id: `sync-${id}`,
      state: status,
      exit_code: failed ? 1 : 0,
      termination_reason: failed ? "Error" : "Completed",
      termination_message: failed ? "This is how an error would look." : null,
    },
    task: {
      id: "task-sample",
      name: "Sample pipeline",
      extractor: { label: "Sample source" },
      loader: { label: "Sample target" },
    },
    tenant: { id: tenantId ?? "tenant-sample", name: "Sample tenant" },
  };
}
