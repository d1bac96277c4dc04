import type { DigestEvent, DigestLine, OverdueEvent } from "@syncbell/core";

/** The notice that the example pipeline's run has not come. */
export const overdueRun: OverdueEvent = {
  event_type: "sync.overdue",
  status: "overdue",
  tenant: { id: "tenant-FrU00ir9", name: "Tenant 1" },
  task: { id: "pipeline-sfdcpipe", name: "tenant-1-tap-salesforce-to-primary" },
  task_type: "pipeline",
  expected_at: "2026-11-24T12:00:00Z",
  grace_seconds: 2_160,
  last: { sync_id: "sync-9417", status: "succeeded", stopped_at: "2026-11-24T06:11:19Z" },
};

const failedLines = Array.from({ length: 10 }, (_, index): DigestLine => {
  const number = index + 1;
  const failures = index % 3 === 0 ? 2 : 1;
  return {
    tenant: `Tenant ${1 + (index % 3)}`,
    name: `tenant-${number}-tap-salesforce-to-primary`,
    task_id: `task-${number}`,
    runs: failures + (index === 4 ? 1 : 0),
    failures,
    status: index === 4 ? "succeeded" : "failed",
    sync_id: `sync-${number}`,
    stopped_at: "2026-11-24T12:25:00Z",
    message: index === 0 ? "could not reach https://db.example.com as @loader" : null,
  };
});

/** A digest in which 12 of 40 pipelines failed; ten of them have a line. */
export const failedDigest: DigestEvent = {
  event_type: "digest",
  status: "failed",
  since: "2026-11-24T12:20:00Z",
  seconds: 600,
  events: 45,
  pipelines: { total: 40, succeeded: 26, failed: 12, skipped: 2, cancelled: 0, other: 0 },
  runs: { total: 45, succeeded: 27, failed: 16, skipped: 2, cancelled: 0, other: 0 },
  notices: 0,
  tenants: 3,
  lines: failedLines,
};

/** A digest in which all of 2 pipelines succeeded. */
export const soundDigest: DigestEvent = {
  ...failedDigest,
  status: "succeeded",
  events: 2,
  pipelines: { total: 2, succeeded: 2, failed: 0, skipped: 0, cancelled: 0, other: 0 },
  runs: { total: 2, succeeded: 2, failed: 0, skipped: 0, cancelled: 0, other: 0 },
  tenants: 2,
  lines: failedLines
    .slice(0, 2)
    .map((line) => ({ ...line, runs: 1, failures: 0, status: "succeeded", message: null })),
};
