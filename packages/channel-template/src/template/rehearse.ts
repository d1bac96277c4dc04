import { type Event, type Notification, notificationOf } from "@syncbell/core";
import type { CompileProblem, Template } from "./compile.ts";
import { fill } from "./fill.ts";
import { NotJson } from "./json-sink.ts";
import { TemplateFailure } from "./meter.ts";

const sync = {
  id: "sync-1",
  started_at: "2024-11-11T10:00:34Z",
  stopped_at: "2024-11-11T10:11:19Z",
};
const tenant = { id: "tenant-1", name: "Tenant" };
const common = { event_type: "post_sync", tenant } as const;

const FAILED: Event = {
  ...common,
  status: "failed",
  task_type: "pipeline",
  task: {
    id: "pipeline-1",
    name: "Pipeline",
    task_type: "pipeline",
    extractor: { id: "connector-1", name: "tap", label: "Source" },
    loader: { id: "connector-2", name: "target", label: "Target" },
    schedule: { kind: "interval", hours: 6 },
    schedule_paused: false,
  },
  sync: {
    ...sync,
    exit_code: 1,
    termination_reason: "Error",
    termination_message: "Traceback:\n  failed",
  },
  started_at: sync.started_at,
  stopped_at: sync.stopped_at,
};

const SUCCEEDED: Event = {
  ...common,
  status: "succeeded",
  task_type: "transform",
  task: { id: "transform-1", name: "Transform", task_type: "transform", schedule: null },
  sync: { ...sync, exit_code: null, termination_reason: null, termination_message: null },
};

const EXAMPLES: readonly Notification[] = [FAILED, SUCCEEDED].map((event) =>
  notificationOf(
    { id: "evt_1", type: event.event_type, receivedAt: 0, raw: JSON.stringify(event), event },
    { links: [{ label: "run", url: "https://example.com/" }] },
  ),
);

/**
 * Fills a template for a failed and for a succeeded run. One that can be filled for neither has a
 * mistake that its syntax does not show, like JSON with a comma too many.
 */
export function faultOnExamples(template: Template): readonly CompileProblem[] {
  const faults = EXAMPLES.flatMap((example) => {
    try {
      fill(template, example);
      return [];
    } catch (error) {
      return [error];
    }
  });
  const [fault] = faults;
  if (faults.length < EXAMPLES.length) return [];
  if (fault instanceof NotJson) {
    const { line, column } = fault.place;
    return [{ path: [], message: `has a mistake at ${line}:${column}: what it makes is not JSON` }];
  }
  if (!(fault instanceof TemplateFailure)) throw fault;
  return [{ path: [], message: `can't be filled: ${fault.message}` }];
}
