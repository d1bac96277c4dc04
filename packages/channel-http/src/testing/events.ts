import { readFileSync } from "node:fs";
import { type DigestEvent, type Event, type Notification, notificationOf } from "@syncbell/core";

/** The JSON text of an example event, as a producer posts it. */
export function exampleEvent(task: "pipeline" | "transform"): string {
  const file = new URL(`../../../core/fixtures/${task}.post_sync.succeeded.json`, import.meta.url);
  return readFileSync(file, "utf8");
}

const counts = { total: 2, succeeded: 1, failed: 1, skipped: 0, cancelled: 0, other: 0 };

/** The JSON text of a digest of two pipelines, as the dispatcher makes it. */
export const digestEvent: string = JSON.stringify({
  event_type: "digest",
  status: "failed",
  since: "2026-11-24T12:20:00.000Z",
  seconds: 600,
  events: 2,
  pipelines: counts,
  runs: counts,
  notices: 0,
  tenants: 1,
  tenant: { id: "tenant-1", name: "Ténant 1" },
  lines: [
    {
      tenant: "Ténant 1",
      name: "Salesforce",
      task_id: "task-1",
      runs: 1,
      failures: 1,
      status: "failed",
      sync_id: "sync-1",
      stopped_at: "2026-11-24T12:25:00.000Z",
      message: "403 Client Error",
    },
  ],
} satisfies DigestEvent);

/** The notification of an event that came as this JSON text. */
export function notificationFrom(raw: string): Notification {
  const event = JSON.parse(raw) as Event;
  const receivedAt = Date.UTC(2026, 10, 24, 12, 30, 0, 250);
  return notificationOf({ id: "evt_01", type: event.event_type, receivedAt, raw, event });
}
