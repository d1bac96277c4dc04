import { createHash } from "node:crypto";
import {
  type Notification,
  isDestinationEvent,
  isDigestEvent,
  isOverdueEvent,
  isPostSync,
} from "@syncbell/core";

/** What a notification does to an alert. */
export interface AlertChange {
  /** The alert. 41 characters that need no escaping anywhere. */
  readonly key: string;
  /** `none`: it is neither opened nor closed. */
  readonly change: "open" | "close" | "none";
}

/**
 * What somebody on call may expect of a notification:
 * - A pipeline has one alert. A run that failed, and one that is overdue, opens it or adds to it, and the
 *   next run that succeeds closes it, for then both troubles are over. A recovery whose failure was not
 *   told closes as any other: where nothing is open, that does nothing.
 * - A run that is `late` or `repeated` neither opens nor closes: what it says is old news.
 * - A digest in which a pipeline failed opens an alert of its own, which a person closes. No other digest
 *   does: a window in which nothing failed need not be one in which what had failed ran again.
 * - A destination of Syncbell has one alert: open while it fails or is disabled, closed when it recovers.
 * - A test has a key of its own and closes nothing, so that nothing real is touched.
 */
export function alertChange(notification: Notification): AlertChange {
  return { key: keyOf(notification), change: changeOf(notification) };
}

function changeOf({ outcome, incident, source, test }: Notification): AlertChange["change"] {
  const { transition } = incident ?? {};
  if (!test && (transition === "late" || transition === "repeated")) return "none";
  if (outcome === "failed") return "open";
  return outcome === "succeeded" && !test && !isDigestEvent(source.event) ? "close" : "none";
}

function keyOf({ source, test }: Notification): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([...subjectOf(source), test]))
    .digest("hex");
  return `syncbell-${digest.slice(0, 32)}`;
}

function subjectOf({ event, id }: Notification["source"]): readonly string[] {
  if (isPostSync(event) || isOverdueEvent(event)) return [event.tenant.id, event.task.id];
  if (isDestinationEvent(event)) return ["destination", event.destination.id];
  return isDigestEvent(event) ? ["digest", id] : [event.event_type];
}
