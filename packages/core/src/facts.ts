import { counted } from "./counted.ts";
import { type DestinationEvent, isDestinationEvent } from "./destination-event.ts";
import { type DigestEvent, isDigestEvent } from "./digest-event.ts";
import { type Event, type PostSync, isPostSync } from "./event.ts";
import type { Incident } from "./incident.ts";
import { type OverdueEvent, isOverdueEvent } from "./overdue-event.ts";
import { say } from "./quote.ts";
import { runSeconds, runTimes } from "./run-times.ts";
import { formatDuration, momentOrNothing, parseTimestamp } from "./timestamp.ts";

/** One labelled value, clean and on one line, with secrets masked; not escaped for any service. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

type Candidate = readonly [label: string, value: string | number | null | undefined];

/** What is known of an event, label by label; what is not known is left out. */
export function factsOf(
  event: Event,
  incident: Incident | undefined,
  untold: Event | undefined,
): readonly Fact[] {
  return candidatesOf(event, incident, untold).flatMap(([label, value]) => {
    const said = say(value ?? "");
    return said === "" ? [] : [{ label, value: said }];
  });
}

function candidatesOf(
  event: Event,
  incident: Incident | undefined,
  untold: Event | undefined,
): readonly Candidate[] {
  if (isPostSync(event)) {
    const failure = untold && isPostSync(untold) ? untold : undefined;
    return [...runFacts(event), ...incidentFacts(incident), ...failureFacts(failure)];
  }
  if (isDestinationEvent(event)) return destinationFacts(event);
  if (isOverdueEvent(event)) return overdueFacts(event);
  return isDigestEvent(event) ? digestFacts(event) : [["Event", event.event_type]];
}

function runFacts(event: PostSync): readonly Candidate[] {
  const { started, stopped } = runTimes(event);
  const pipeline = event.task_type === "pipeline" ? event.task : undefined;
  return [
    ["Tenant", event.tenant.name],
    [pipeline ? "Pipeline" : "Transform", event.task.name],
    ["Source", pipeline?.extractor?.label || pipeline?.extractor?.name],
    ["Target", pipeline?.loader?.label || pipeline?.loader?.name],
    ["Sync", event.sync.id],
    ["Started", momentOrNothing(started)],
    ["Stopped", momentOrNothing(stopped)],
    ["Duration", formatDuration(runSeconds(event) ?? -1)],
    ["Reason", event.sync.termination_reason],
    ["Exit code", event.sync.exit_code],
  ];
}

function incidentFacts(incident: Incident | undefined): readonly Candidate[] {
  if (!incident) return [];
  const { transition, failures, seconds, since } = incident;
  if (transition === "recovered") {
    return [
      ["Failures before", failures],
      ["Was failing for", formatDuration(seconds)],
    ];
  }
  if (transition !== "failing") return [];
  return [
    ["Failures in a row", failures],
    ["Failing since", momentOrNothing(since)],
  ];
}

/** Of a failure that was not told by itself. */
function failureFacts(failure: PostSync | undefined): readonly Candidate[] {
  if (!failure) return [];
  return [
    ["Failed sync", failure.sync.id],
    ["Failed at", momentOrNothing(runTimes(failure).stopped)],
    ["Failure", failure.sync.termination_reason],
  ];
}

function destinationFacts({ destination }: DestinationEvent): readonly Candidate[] {
  return [
    ["Destination", destination.id],
    ["Channel", destination.channel],
    ["Failures in a row", destination.failures || undefined],
    ["Failing since", momentOrNothing(parseTimestamp(destination.failing_since ?? ""))],
    ["Last reason", destination.reason],
  ];
}

function overdueFacts(event: OverdueEvent): readonly Candidate[] {
  const { expected_at, grace_seconds, last } = event;
  return [
    ["Tenant", event.tenant.name],
    [event.task_type === "pipeline" ? "Pipeline" : "Transform", event.task.name],
    ["Expected by", momentOrNothing(parseTimestamp(expected_at))],
    ["Waited beyond that", formatDuration(grace_seconds)],
    ["Last sync", last.sync_id],
    ["Last status", last.status],
    ["Last stopped", momentOrNothing(parseTimestamp(last.stopped_at ?? ""))],
  ];
}

function digestFacts({ runs, tenant, tenants, notices }: DigestEvent): readonly Candidate[] {
  const { total, succeeded, failed, skipped, cancelled, other } = runs;
  return [
    ["Tenant", tenant?.name],
    ["Tenants", tenants > 1 ? tenants : undefined],
    ["Runs", total || undefined],
    ["Failed", failed || undefined],
    ["Succeeded", succeeded || undefined],
    ["Skipped", skipped || undefined],
    ["Cancelled", cancelled || undefined],
    ["Ended otherwise", other || undefined],
    ["Also", notices > 0 && total > 0 ? counted(notices, "notice") : undefined],
  ];
}
