import type { DigestEvent, DigestLine, OutcomeCounts } from "../digest-event.ts";
import type { OverdueEvent } from "../overdue-event.ts";

/** Counts of what is given, with the total that they make. */
export function counts(given: Partial<Omit<OutcomeCounts, "total">> = {}): OutcomeCounts {
  const { succeeded = 0, failed = 0, skipped = 0, cancelled = 0, other = 0 } = given;
  const total = succeeded + failed + skipped + cancelled + other;
  return { total, succeeded, failed, skipped, cancelled, other };
}

/** The line of a pipeline of a tenant called Acme, that ran once and succeeded. */
export function digestLine(changes: Partial<DigestLine> = {}): DigestLine {
  return {
    tenant: "Acme",
    name: "Salesforce",
    task_id: "pipeline-1",
    runs: 1,
    failures: 0,
    status: "succeeded",
    sync_id: "sync-1",
    stopped_at: "2024-11-11T10:11:19.000Z",
    message: null,
    ...changes,
  };
}

/** The digest of ten minutes in which one tenant's only pipeline ran once. */
export function digest(changes: Partial<DigestEvent> = {}): DigestEvent {
  return {
    event_type: "digest",
    status: "succeeded",
    since: "2024-11-11T10:00:00.000Z",
    seconds: 600,
    events: 1,
    pipelines: counts({ succeeded: 1 }),
    runs: counts({ succeeded: 1 }),
    notices: 0,
    tenants: 1,
    tenant: { id: "tenant-1", name: "Acme" },
    lines: [digestLine()],
    ...changes,
  };
}

/** The notice of a pipeline that has run before and is half an hour late. */
export function overdue(changes: Partial<OverdueEvent> = {}): OverdueEvent {
  return {
    event_type: "sync.overdue",
    status: "overdue",
    tenant: { id: "tenant-1", name: "Acme" },
    task: { id: "pipeline-1", name: "Salesforce" },
    task_type: "pipeline",
    expected_at: "2024-11-11T12:00:00.000Z",
    grace_seconds: 1_800,
    last: { sync_id: "sync-1", status: "succeeded", stopped_at: "2024-11-11T06:11:19Z" },
    ...changes,
  };
}
