import { z } from "zod";
import type { Event, OtherEvent, Timestamp } from "./event.ts";

/** How many of something ended in which way. */
export interface OutcomeCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cancelled: number;
  readonly other: number;
}

/** What a digest says of one pipeline, or of one kind of notice. */
export interface DigestLine {
  /** The tenant's name. */
  readonly tenant: string | null;
  readonly name: string;
  /** The id of the task; null where the line is about no pipeline. */
  readonly task_id: string | null;
  /** How many runs it stands for; of a notice, how often it came. */
  readonly runs: number;
  readonly failures: number;
  /** The producer's word for how the last run ended. */
  readonly status: string;
  /** The last run, and when it ended. */
  readonly sync_id: string | null;
  readonly stopped_at: Timestamp | null;
  /** What the last failure said, its end; without secrets. */
  readonly message: string | null;
}

/**
 * Several events in one message: Syncbell's own event, made for a destination with a `digest`.
 * `status` is `failed` where a pipeline failed, whether or not it works again, and where a notice is of a failure.
 */
export interface DigestEvent extends OtherEvent {
  readonly event_type: "digest";
  readonly status: "succeeded" | "failed" | "skipped" | "cancelled" | "other";
  /** When the window began, and how long it was. */
  readonly since: Timestamp;
  readonly seconds: number;
  /** How many events it stands for. */
  readonly events: number;
  /** Of the pipelines: `failed` are those that failed at least once, the others go by their last run. */
  readonly pipelines: OutcomeCounts;
  readonly runs: OutcomeCounts;
  /** Notices, which are about no run; one that came several times is one, with a line of its own. */
  readonly notices: number;
  readonly tenants: number;
  /** Whose pipelines they are, where it is one tenant's. */
  readonly tenant?: { readonly id: string; readonly name: string };
  /** A part of the pipelines, those that failed before the others. */
  readonly lines: readonly DigestLine[];
}

const counts = z.object({
  total: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  skipped: z.number(),
  cancelled: z.number(),
  other: z.number(),
});

const line = z.object({
  tenant: z.string().nullable(),
  name: z.string(),
  task_id: z.string().nullable(),
  runs: z.number(),
  failures: z.number(),
  status: z.string(),
  sync_id: z.string().nullable(),
  stopped_at: z.string().nullable(),
  message: z.string().nullable(),
});

const schema = z.looseObject({
  event_type: z.literal("digest"),
  status: z.enum(["succeeded", "failed", "skipped", "cancelled", "other"]),
  since: z.string(),
  seconds: z.number(),
  events: z.number(),
  pipelines: counts,
  runs: counts,
  notices: z.number(),
  tenants: z.number(),
  tenant: z.looseObject({ id: z.string(), name: z.string() }).optional(),
  lines: z.array(line),
});

/** Whether an event is a digest, in the shape that Syncbell gives it. */
export function isDigestEvent(event: Event): event is DigestEvent {
  return event.event_type === "digest" && schema.safeParse(event).success;
}
