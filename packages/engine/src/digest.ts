import {
  type DigestEvent,
  type DigestLine,
  type Event,
  type OutcomeCounts,
  type RunOutcome,
  cut,
  cutStart,
  isOverdueEvent,
  isPostSync,
  noticeOutcome,
  notificationOf,
  quoteLine,
  quoteLineEnd,
  runOutcome,
  runTimes,
} from "@syncbell/core";
import { type RunIncident, isStale } from "./incident.ts";
import { keysOf } from "./rule-subject.ts";
import type { DigestEntry, StoredDigest } from "./store/digest-records.ts";
import { storedKey } from "./stored-key.ts";

/** How much of what a failure said is kept for a digest, in UTF-16 units. */
const LONGEST_MESSAGE = 300;
const LONGEST_NAME = 200;

/** What an event adds to a digest: to the line of its pipeline, or of its kind. Clean and masked. */
export function digestEntry(event: Event, incident: RunIncident | undefined): DigestEntry {
  const { tenantId, taskId } = keysOf(event);
  const common = {
    tenantId,
    isStale: incident !== undefined && isStale(incident),
  };
  if (!isPostSync(event)) {
    const source = { id: "", type: event.event_type, receivedAt: 0, raw: "", event };
    const { title } = notificationOf(source);
    const about = isOverdueEvent(event) ? [tenantId, taskId] : [title];
    const tenant = isOverdueEvent(event) ? short(event.tenant.name) : null;
    return {
      ...common,
      key: lineKey("notice", event.event_type, ...about),
      taskId: undefined,
      outcome: noticeOutcome(event.status),
      said: { tenant, name: title, status: short(event.status), sync_id: null, stopped_at: null },
    };
  }
  const { task, tenant, sync, status } = event;
  const outcome = runOutcome(status);
  const { stopped } = runTimes(event);
  const message = lastWords(sync.termination_message ?? "");
  return {
    ...common,
    key: lineKey("run", tenantId, taskId),
    taskId,
    outcome,
    said: {
      tenant: short(tenant.name),
      name: short(task.name),
      status: short(status),
      sync_id: short(sync.id),
      stopped_at: stopped === undefined ? null : new Date(stopped).toISOString(),
    },
    ...(outcome === "failed" && message !== "" ? { message } : {}),
  };
}

/** The end of what a run said, which tells why it failed: of a trace, the error. */
function lastWords(text: string): string {
  return cutStart(quoteLineEnd(text, LONGEST_MESSAGE * 2), LONGEST_MESSAGE);
}

/** Names a line of a digest. */
function lineKey(...words: readonly (string | undefined)[]): string {
  return storedKey(JSON.stringify(words));
}

function short(text: string): string {
  return cut(quoteLine(text, LONGEST_NAME), LONGEST_NAME);
}

/** A digest as the event that it is sent as. Pure. */
export function digestEvent(digest: StoredDigest): DigestEvent {
  const { openedAt, closedAt, events, pipelines, runs, notices, alarms } = digest;
  const { tenants, tenant, lines } = digest;
  return {
    event_type: "digest",
    status: statusOf(pipelines, alarms),
    since: new Date(openedAt).toISOString(),
    seconds: Math.max(0, closedAt - openedAt) / 1000,
    events,
    pipelines: counted(pipelines),
    runs: counted(runs),
    notices,
    tenants,
    ...(tenant === undefined ? {} : { tenant }),
    lines: lines.map(({ said, taskId, runs: count, failures, message }): DigestLine => ({
      tenant: said.tenant,
      name: said.name,
      task_id: taskId ?? null,
      runs: count,
      failures,
      status: said.status,
      sync_id: said.sync_id,
      stopped_at: said.stopped_at,
      message: message ?? null,
    })),
  };
}

const WORST_FIRST: readonly RunOutcome[] = ["failed", "succeeded", "skipped", "cancelled"];

function statusOf(pipelines: StoredDigest["pipelines"], alarms: number): DigestEvent["status"] {
  if (alarms > 0) return "failed";
  return WORST_FIRST.find((outcome) => (pipelines[outcome] ?? 0) > 0) ?? "other";
}

function counted(by: Partial<Record<RunOutcome, number>>): OutcomeCounts {
  const { succeeded = 0, failed = 0, skipped = 0, cancelled = 0, other = 0 } = by;
  const total = succeeded + failed + skipped + cancelled + other;
  return { total, succeeded, failed, skipped, cancelled, other };
}
