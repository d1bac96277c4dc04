import { isDestinationEvent } from "./destination-event.ts";
import { isDigestEvent } from "./digest-event.ts";
import { type Event, type PostSync, isPostSync } from "./event.ts";
import { isOverdueEvent } from "./overdue-event.ts";
import { quoteLine } from "./quote.ts";
import { cut, fitParts } from "./text.ts";
import { runTimes } from "./run-times.ts";
import { titleOf } from "./titles.ts";
import { momentOrNothing, parseTimestamp } from "./timestamp.ts";

/** The longest line that {@link eventLine} makes unless told otherwise, in UTF-16 units. */
export const LONGEST_LINE = 2000;

type LinePart = readonly [label: string, value: string | null | undefined, priority: number];

/**
 * An event on one line: `Status: … | Tenant: … | Pipeline: … | Source: … | Sync: … | Started: … |
 * Stopped: …`. A transform says `Transform` in place of `Pipeline` and `Source`; what is not known
 * is left out; times are UTC to the second. Secrets are masked, nothing is escaped. Values are cut
 * so that the line keeps within `longest` UTF-16 units, the least telling first. A digest is said by its
 * title. With the `untold` failure before a recovery, the status and the start are those of both.
 */
export function eventLine(event: Event, longest: number = LONGEST_LINE, untold?: Event): string {
  if (isDigestEvent(event)) return cut(titleOf(event, undefined, false), longest);
  const failure = untold && isPostSync(untold) ? untold : undefined;
  const parts = isPostSync(event) ? postSyncParts(event, failure) : otherParts(event);
  const known = parts.flatMap(([label, value, priority]) => {
    const text = value ? quoteLine(value, longest) : "";
    return text === "" ? [] : [{ label, text, priority }];
  });
  const frame = known.reduce((sum, { label }) => sum + `${label}:  | `.length, 0);
  const values = fitParts(known, Math.max(0, longest - frame));
  return cut(known.map(({ label }, index) => `${label}: ${values[index]}`).join(" | "), longest);
}

function postSyncParts(event: PostSync, failure: PostSync | undefined): readonly LinePart[] {
  const { started, stopped } = runTimes(event);
  const { started: failedFrom = started } = failure ? runTimes(failure) : {};
  const task: readonly LinePart[] =
    event.task_type === "transform"
      ? [["Transform", event.task.name, 1]]
      : [
          ["Pipeline", event.task.name, 1],
          ["Source", event.task.extractor?.label || event.task.extractor?.name, 3],
        ];
  return [
    ["Status", failure ? `${failure.status}, then ${event.status}` : event.status, 0],
    ["Tenant", event.tenant.name, 2],
    ...task,
    ["Sync", event.sync.id, 1],
    ["Started", momentOrNothing(failedFrom), 0],
    ["Stopped", momentOrNothing(stopped), 0],
  ];
}

function otherParts(event: Event): readonly LinePart[] {
  const known: readonly LinePart[] = [
    ["Event", event.event_type, 0],
    ["Status", event.status, 0],
  ];
  if (isOverdueEvent(event)) {
    return [
      ...known,
      ["Tenant", event.tenant.name, 2],
      [event.task_type === "pipeline" ? "Pipeline" : "Transform", event.task.name, 1],
      ["Expected", momentOrNothing(parseTimestamp(event.expected_at)), 0],
    ];
  }
  if (!isDestinationEvent(event)) return known;
  const { id, reason } = event.destination;
  return [...known, ["Destination", id, 0], ["Reason", reason, 1]];
}
