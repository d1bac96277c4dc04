import { readFileSync } from "node:fs";
import { type Event, type Notification, notificationOf } from "@syncbell/core";

/** The JSON text of an example event, as a producer posts it. */
export function exampleEvent(task: "pipeline" | "transform"): string {
  const file = new URL(`../../../core/fixtures/${task}.post_sync.succeeded.json`, import.meta.url);
  return readFileSync(file, "utf8");
}

/** The notification of an event that came as this JSON text. */
export function notificationFrom(raw: string): Notification {
  const event = JSON.parse(raw) as Event;
  const receivedAt = Date.UTC(2026, 10, 24, 12, 30, 0, 250);
  return notificationOf({ id: "evt_01", type: event.event_type, receivedAt, raw, event });
}
