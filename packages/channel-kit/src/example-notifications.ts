import {
  type Event,
  type Incident,
  type Notification,
  type NotificationOptions,
  type PostSync,
  notificationOf,
} from "@syncbell/core";
import { failedRun, pipelineRun, transformRun } from "./example-events.ts";
import { digestOfMany, digestOfOne, overdueRun } from "./example-own-events.ts";
import { TEST_TIME } from "./test-host.ts";

/** The notices that every destination gets to see sooner or later. */
export type ExampleName =
  | "success"
  | "failure"
  | "long-trace"
  | "transform"
  | "skipped"
  | "test-notice"
  | "failing"
  | "untold-recovery"
  | "overdue"
  | "digest"
  | "digest-of-one";

const ERROR = [
  "Traceback (most recent call last):",
  '  File "/app/tap_salesforce/client.py", line 214, in request',
  "    response.raise_for_status()",
  "requests.exceptions.HTTPError: 403 Client Error: REQUEST_LIMIT_EXCEEDED",
].join("\n");

const LONG_TRACE = [
  "Traceback (most recent call last):",
  ...Array.from({ length: 400 }, (_, index) => {
    const line = `  File "/app/tap_salesforce/sync/step_${index}.py", line ${index * 7 + 3}, in run`;
    return `${line}\n    return self.next(record, depth=${index})`;
  }),
  "RecursionError: maximum recursion depth exceeded while calling a Python object",
].join("\n");

/** When the first failure of an incident ended. */
const since = Date.parse("2024-11-10T22:10:45Z");

const FAILING: Incident = { transition: "failing", failures: 3, seconds: 43_234, since };
const RECOVERED: Incident = { transition: "recovered", failures: 1, seconds: 43_234, since };

const failure = failedRun(ERROR);

/** The failure before the pipeline's run that succeeded. */
const untold: PostSync = {
  ...failure,
  sync: { ...failure.sync, id: "sync-2m8d1q0c9t4b7x3w5z6e" },
  started_at: "2024-11-10T22:00:00Z",
  stopped_at: "2024-11-10T22:10:45Z",
};

const EXAMPLES: Readonly<Record<ExampleName, readonly [Event, NotificationOptions?]>> = {
  success: [pipelineRun],
  failure: [failure],
  "long-trace": [failedRun(LONG_TRACE)],
  transform: [transformRun],
  skipped: [{ ...pipelineRun, status: "skipped" }],
  "test-notice": [pipelineRun, { test: true }],
  failing: [failure, { incident: FAILING }],
  "untold-recovery": [pipelineRun, { incident: RECOVERED, untold }],
  overdue: [overdueRun],
  digest: [digestOfMany],
  "digest-of-one": [digestOfOne],
};

export const EXAMPLE_NAMES: readonly ExampleName[] = Object.keys(EXAMPLES) as ExampleName[];

/** One of the notices in {@link EXAMPLE_NAMES}, made anew: the same to the letter on every call. */
export function exampleNotification(name: ExampleName): Notification {
  const [event, options] = EXAMPLES[name];
  const links = [{ label: "Open the run", url: "https://app.example.com/runs/1?tab=log#end" }];
  return notificationFrom(event, { links, ...options });
}

/** The notification of an event that was posted as the shortest JSON text of this value. */
export function notificationFrom(posted: Event, options: NotificationOptions = {}): Notification {
  const raw = JSON.stringify(posted);
  const event = JSON.parse(raw) as Event;
  const source = { id: "evt_01", type: event.event_type, receivedAt: TEST_TIME, raw, event };
  return notificationOf(source, options);
}
