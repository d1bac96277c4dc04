import { isDestinationEvent } from "./destination-event.ts";
import { type Event, type PostSync, isPostSync } from "./event.ts";
import { quoteLine } from "./quote.ts";
import { cut, fitParts } from "./text.ts";
import { runTimes } from "./run-times.ts";
import { formatUtcSeconds } from "./timestamp.ts";

/** The longest line that {@link eventLine} makes unless told otherwise, in UTF-16 units. */
export const LONGEST_LINE = 2000;

type LinePart = readonly [label: string, value: string | null | undefined, priority: number];

/**
 * An event on one line: `Status: … | Tenant: … | Pipeline: … | Source: … | Sync: … | Started: … |
 * Stopped: …`. A transform says `Transform` in place of `Pipeline` and `Source`; what is not known
 * is left out; times are UTC to the second. Secrets are masked, nothing is escaped. Values are cut
 * so that the line keeps within `longest` UTF-16 units, the least telling first.
 */
export function eventLine(event: Event, longest: number = LONGEST_LINE): string {
  const known = (isPostSync(event) ? postSyncParts(event) : otherParts(event)).flatMap(
    ([label, value, priority]) => {
      const text = value ? quoteLine(value, longest) : "";
      return text === "" ? [] : [{ label, text, priority }];
    },
  );
  const frame = known.reduce((sum, { label }) => sum + `${label}:  | `.length, 0);
  const values = fitParts(known, Math.max(0, longest - frame));
  return cut(known.map(({ label }, index) => `${label}: ${values[index]}`).join(" | "), longest);
}

function postSyncParts(event: PostSync): readonly LinePart[] {
  const { started, stopped } = runTimes(event);
  const task: readonly LinePart[] =
    event.task_type === "transform"
      ? [["Transform", event.task.name, 1]]
      : [
          ["Pipeline", event.task.name, 1],
          ["Source", event.task.extractor?.label || event.task.extractor?.name, 3],
        ];
  return [
    ["Status", event.status, 0],
    ["Tenant", event.tenant.name, 2],
    ...task,
    ["Sync", event.sync.id, 1],
    ["Started", started === undefined ? undefined : formatUtcSeconds(started), 0],
    ["Stopped", stopped === undefined ? undefined : formatUtcSeconds(stopped), 0],
  ];
}

function otherParts(event: Event): readonly LinePart[] {
  const known: readonly LinePart[] = [
    ["Event", event.event_type, 0],
    ["Status", event.status, 0],
  ];
  if (!isDestinationEvent(event)) return known;
  const { id, reason } = event.destination;
  return [...known, ["Destination", id, 0], ["Reason", reason, 1]];
}
