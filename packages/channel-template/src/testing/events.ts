import { readFileSync } from "node:fs";
import {
  type Event,
  type Notification,
  type NotificationOptions,
  type PipelinePostSync,
  notificationOf,
} from "@syncbell/core";

/** An example event, as a producer posts it. */
export function exampleEvent(task: "pipeline" | "transform"): PipelinePostSync {
  const file = new URL(`../../../core/fixtures/${task}.post_sync.succeeded.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as PipelinePostSync;
}

/** The example pipeline's run, failed with an error that quotes a connection string. */
export function failedRun(): PipelinePostSync {
  const example = exampleEvent("pipeline");
  return {
    ...example,
    status: "failed",
    sync: {
      ...example.sync,
      exit_code: 1,
      termination_reason: "Error",
      termination_message:
        'Traceback:\n  File "connector.py", line 212\nDSN: postgresql://loader:hunter22@db.example.com/x',
    },
    started_at: "2024-11-11T10:00:34.029456Z",
    stopped_at: "2024-11-11T10:11:19Z",
  };
}

export const LINKS: NotificationOptions["links"] = [
  { label: "run", url: "https://app.example.com/tenant1/syncs/sync-1?tab=(log)" },
  { label: "docs", url: "https://docs.example.com/" },
];

const receivedAt = Date.UTC(2026, 10, 24, 12, 30, 0, 250);

/** The notification of an event; further fields of it may be anything that JSON can hold. */
export function notificationFrom(
  event: Event | Readonly<Record<string, unknown>>,
  options: NotificationOptions = { links: LINKS ?? [] },
): Notification {
  const given = event as Event;
  const raw = JSON.stringify(given);
  return notificationOf(
    { id: "evt_01", type: given.event_type, receivedAt, raw, event: given },
    options,
  );
}
