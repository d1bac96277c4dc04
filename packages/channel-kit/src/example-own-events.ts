import type { DigestEvent, DigestLine, OutcomeCounts, OverdueEvent } from "@syncbell/core";
import { pipelineRun } from "./example-events.ts";

const { task, tenant } = pipelineRun;

/** The notice that the pipeline's run has not come. */
export const overdueRun: OverdueEvent = {
  event_type: "sync.overdue",
  status: "overdue",
  tenant: { id: tenant.id, name: tenant.name },
  task: { id: task.id, name: task.name },
  task_type: "pipeline",
  expected_at: "2024-11-11T16:11:19.999Z",
  grace_seconds: 2_160,
  last: {
    sync_id: pipelineRun.sync.id,
    status: "succeeded",
    stopped_at: "2024-11-11T10:11:19.999Z",
  },
};

/** As many lines as a digest has at most. */
const MOST_LINES = 25;

const MESSAGES = [
  "requests.exceptions.HTTPError: 403 Client Error: REQUEST_LIMIT_EXCEEDED",
  "FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute",
  null,
];

/** What a digest says of the pipeline at an index: the first dozen failed, of which some work again. */
function line(index: number): DigestLine {
  const failures = index < 12 ? 1 + (index % 3) : 0;
  const isWorking = index % 4 === 1 || failures === 0;
  const end = isWorking ? "succeeded" : "failed";
  return {
    tenant: `Tenant ${1 + (index % 3)}`,
    name: `salesforce-to-postgres-${index + 1}`,
    task_id: `pipeline-${index + 1}`,
    runs: failures + (isWorking ? 1 : 0),
    failures,
    status: index === MOST_LINES - 1 ? "skipped" : end,
    sync_id: `sync-${index + 1}`,
    stopped_at: "2024-11-11T10:11:19.999Z",
    message: failures > 0 ? (MESSAGES[index % MESSAGES.length] ?? null) : null,
  };
}

/** What happened to 40 pipelines of three tenants in ten minutes: a dozen failed. */
export const digestOfMany: DigestEvent = {
  event_type: "digest",
  status: "failed",
  since: "2024-11-11T10:05:00.000Z",
  seconds: 600,
  events: 55,
  pipelines: counts({ failed: 12, succeeded: 27, skipped: 1 }),
  runs: counts({ failed: 24, succeeded: 30, skipped: 1 }),
  notices: 0,
  tenants: 3,
  lines: Array.from({ length: MOST_LINES }, (_, index) => line(index)),
};

/** The digest of ten minutes in which one tenant's only pipeline ran once. */
export const digestOfOne: DigestEvent = {
  ...digestOfMany,
  status: "succeeded",
  events: 1,
  pipelines: counts({ succeeded: 1 }),
  runs: counts({ succeeded: 1 }),
  tenants: 1,
  tenant: { id: tenant.id, name: tenant.name },
  lines: [{ ...line(12), tenant: tenant.name, name: task.name }],
};

/** The digest of many, of which each line has the next of these words wherever somebody can fill them in. */
export function digestSaying(words: readonly string[]): DigestEvent {
  const lines = digestOfMany.lines.map((each, index) => {
    const said = words[index % words.length] ?? "";
    return { ...each, tenant: said, name: said, status: said, sync_id: said, message: said };
  });
  return { ...digestOfMany, lines };
}

function counts(ends: Partial<OutcomeCounts>): OutcomeCounts {
  const none = { total: 0, succeeded: 0, failed: 0, skipped: 0, cancelled: 0, other: 0 };
  const total = Object.values(ends).reduce((sum, count) => sum + count, 0);
  return { ...none, ...ends, total };
}
