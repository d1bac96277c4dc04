import { createHash } from "node:crypto";
import { type NotificationSource, isDestinationEvent, isPostSync } from "@syncbell/core";

/**
 * The key that an alert on a pipeline, or on a destination of Syncbell, goes by: the same for each of its
 * runs and for no other pipeline: a run that succeeds closes what a run that failed has opened. A test has a key of its
 * own, so that it closes nothing real. 41 characters that need no escaping anywhere.
 */
export function alertKey({ event }: NotificationSource, test: boolean): string {
  const subject = isPostSync(event)
    ? [event.tenant.id, event.task.id]
    : isDestinationEvent(event)
      ? ["destination", event.destination.id]
      : [event.event_type];
  const digest = createHash("sha256")
    .update(JSON.stringify([...subject, test]))
    .digest("hex");
  return `syncbell-${digest.slice(0, 32)}`;
}
