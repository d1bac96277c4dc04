import { z } from "zod";
import type { Event, OtherEvent, Timestamp } from "./event.ts";

/** Syncbell's own notice that a pipeline's run has not come by the time its schedule says. */
export interface OverdueEvent extends OtherEvent {
  readonly event_type: "sync.overdue";
  readonly status: "overdue";
  readonly tenant: { readonly id: string; readonly name: string };
  readonly task: { readonly id: string; readonly name: string };
  readonly task_type: "pipeline" | "transform";
  /** When the run should have ended. */
  readonly expected_at: Timestamp;
  /** How long it was waited beyond that, in seconds. */
  readonly grace_seconds: number;
  /** The last run that was heard of. */
  readonly last: {
    readonly sync_id: string;
    readonly status: string;
    readonly stopped_at: Timestamp | null;
  };
}

const named = z.looseObject({ id: z.string(), name: z.string() });

const schema = z.looseObject({
  event_type: z.literal("sync.overdue"),
  status: z.literal("overdue"),
  tenant: named,
  task: named,
  task_type: z.enum(["pipeline", "transform"]),
  expected_at: z.string(),
  grace_seconds: z.number(),
  last: z.looseObject({
    sync_id: z.string(),
    status: z.string(),
    stopped_at: z.string().nullable(),
  }),
});

/** Whether an event is a notice of an overdue run, in the shape that Syncbell gives it. */
export function isOverdueEvent(event: Event): event is OverdueEvent {
  return event.event_type === "sync.overdue" && schema.safeParse(event).success;
}
