import { readFileSync } from "node:fs";
import {
  type Event,
  type Link,
  type Notification,
  type NotificationOptions,
  type PipelinePostSync,
  type PostSync,
  notificationOf,
} from "@syncbell/core";
import type { ExampleName } from "@syncbell/channel-kit";
import type { Mention, TeamsConfig } from "../index.ts";
import { botConfig } from "./bot.ts";

/** An example event, as a producer posts it. */
function exampleEvent(task: "pipeline" | "transform"): PostSync {
  const file = new URL(`../../../core/fixtures/${task}.post_sync.succeeded.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as PostSync;
}

const pipeline = exampleEvent("pipeline") as PipelinePostSync;

/** The example run with another end. */
function ended(status: string, sync: Partial<PipelinePostSync["sync"]> = {}): PipelinePostSync {
  return { ...pipeline, status, sync: { ...pipeline.sync, ...sync } };
}

const ERROR = `Traceback (most recent call last):
  File "/venv/lib/python3.12/site-packages/tap_salesforce/sync.py", line 96, in do_sync
    for record in query(stream, bookmark):
  File "/venv/lib/python3.12/site-packages/tap_salesforce/client.py", line 41, in query
    raise RateLimited(response.text)
tap_salesforce.client.RateLimited: REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.`;

const FRAMES = Array.from(
  { length: 400 },
  (_, index) => `\tat com.example.loader.Batch.write(Batch.java:${index + 100})`,
);
const LONG_TRACE = ["java.lang.IllegalStateException: batch 17 was refused", ...FRAMES]
  .concat("Caused by: java.sql.SQLException: disk full on node-3")
  .join("\n");

const failure = { exit_code: 1, termination_reason: "Error" };

/** The events of the golden files, by name. */
export const examples: Readonly<Record<string, PostSync>> = {
  success: pipeline,
  failure: ended("failed", { ...failure, termination_message: ERROR }),
  "long-trace": ended("failed", { ...failure, termination_message: LONG_TRACE }),
  transform: exampleEvent("transform"),
  skipped: ended("skipped", { termination_reason: "The previous sync is still running" }),
  test: pipeline,
};

export const links: readonly Link[] = [
  { label: "run", url: "https://app.example.com/a/syncs/sync-7yq5xvmvb1xtq5g7k6aw" },
];

/** Mentions whoever is on duty, from the second failure in a row on and in working hours alone. */
export const dutyMention: Mention = {
  users: [
    { id: "ana.silva@contoso.com", name: "Ana Silva" },
    { id: "87d349ed-44d7-43e1-9a83-5f2406dee5bd", name: "Bo Chen" },
  ],
  on: ["failed"],
  from: 2,
  hours: "08:00-18:00",
  days: ["mon", "tue", "wed", "thu", "fri"],
  timezone: "Europe/Berlin",
};

/** Mentions the same people in whatever there is to say. */
export const anyMention: Mention = {
  users: dutyMention.users,
  on: ["failed", "succeeded", "skipped", "cancelled", "other"],
};

interface MentioningCard {
  /** Of an example of the kit. */
  readonly name: ExampleName;
  readonly config: TeamsConfig;
}

const workflow: TeamsConfig = { mode: "workflow", url: "https://example.com/" };

/** The golden files of messages with a mention, each with what it is made of. */
export const mentioningCards: ReadonlyMap<string, MentioningCard> = new Map(
  (["failing", "digest"] as const).flatMap((name) =>
    [workflow, botConfig].map((config) => [
      `${config.mode}-${name}-with-mention.json`,
      { name, config: { ...config, mention: dutyMention } },
    ]),
  ),
);

/** The notification of a golden file's event. */
export function exampleNotification(name: string): Notification {
  return notificationFrom(examples[name]!, { links, test: name === "test" });
}

/** The notification of an event. Its JSON text is left out: a card is made of words. */
export function notificationFrom(event: Event, options: NotificationOptions = {}): Notification {
  const source = { id: "evt_01", type: event.event_type, receivedAt: 0, raw: "" };
  return notificationOf({ ...source, event }, options);
}
