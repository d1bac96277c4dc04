import { counted, sayLength } from "./counted.ts";
import { type DestinationStatus, isDestinationEvent } from "./destination-event.ts";
import { type DigestEvent, isDigestEvent } from "./digest-event.ts";
import { sayEnd } from "./ending.ts";
import { type Event, isPostSync } from "./event.ts";
import type { Incident } from "./incident.ts";
import { isOverdueEvent } from "./overdue-event.ts";
import { say } from "./quote.ts";
import type { RunOutcome } from "./run-outcome.ts";

const DESTINATION_TITLES: Readonly<Record<DestinationStatus, string>> = {
  failing: "is failing",
  disabled: "was disabled",
  recovered: "works again",
};

/** What happened, in a few words: what a message is headed with. */
export function titleOf(event: Event, incident: Incident | undefined, isUntold: boolean): string {
  if (isDestinationEvent(event)) {
    return `Destination ${say(event.destination.id)} ${DESTINATION_TITLES[event.status]}`;
  }
  if (isOverdueEvent(event)) return `${say(event.task.name)} is overdue`.trim();
  if (isDigestEvent(event)) return digestTitle(event);
  const name = say(isPostSync(event) ? event.task.name : event.event_type);
  return `${name} ${ended(event, incident, isUntold)}`.trim();
}

function ended({ status }: Event, incident: Incident | undefined, isUntold: boolean): string {
  const { transition, failures = 0 } = incident ?? {};
  if (transition === "recovered") {
    const times = failures > 1 ? ` ${failures} times` : "";
    return isUntold
      ? `failed${times} and has recovered`
      : `recovered after ${counted(failures, "failure")}`;
  }
  if (transition === "failing") return `failed again, ${failures} times in a row`;
  return sayEnd(status);
}

function digestTitle({ pipelines, notices, tenants, tenant, seconds }: DigestEvent): string {
  const whose = tenant ? ` for ${say(tenant.name)}` : tenants > 1 ? ` for ${tenants} tenants` : "";
  const what = pipelines.total === 0 ? counted(notices, "notice") : pipelinesEnded(pipelines);
  return `${what}${whose} in ${sayLength(seconds)}`;
}

/** The ways to end other than a failure, the best first, as they are said of several pipelines. */
const ENDS: readonly (readonly [Exclude<RunOutcome, "failed">, one: string, many: string])[] = [
  ["succeeded", "succeeded", "succeeded"],
  ["skipped", "was skipped", "were skipped"],
  ["cancelled", "was cancelled", "were cancelled"],
  ["other", "ended otherwise", "ended otherwise"],
];

function pipelinesEnded(pipelines: DigestEvent["pipelines"]): string {
  const { total, failed } = pipelines;
  if (failed > 0) {
    return failed === total
      ? `${counted(failed, "pipeline")} failed`
      : `${failed} of ${total} pipelines failed`;
  }
  const [end, one, many] = ENDS.find(([outcome]) => pipelines[outcome] > 0) ?? ENDS[3]!;
  const count = pipelines[end];
  if (total === 1) return `1 pipeline ${one}`;
  return count === total
    ? `All ${total} pipelines ${many}`
    : `${count} of ${total} pipelines ${count === 1 ? one : many}`;
}
