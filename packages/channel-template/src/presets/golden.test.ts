import { readFileSync } from "node:fs";
import type { Notification } from "@syncbell/core";
import { expect, test } from "vitest";
import { channel } from "../index.ts";
import { LINKS, exampleEvent, failedRun, notificationFrom } from "../testing/events.ts";
import { faultsOf } from "../testing/service-rules.ts";
import { PRESETS, type PresetName } from "./presets.ts";

const url = "https://example.com/in";
const configs: Readonly<Record<PresetName, unknown>> = {
  discord: { preset: "discord", url },
  "google-chat": { preset: "google-chat", url },
  mattermost: { preset: "mattermost", url },
  telegram: { preset: "telegram", token: "123:abc", chat_id: "@data_team", message_thread_id: 7 },
  pagerduty: { preset: "pagerduty", routing_key: "R".repeat(32), severity: "critical" },
  opsgenie: { preset: "opsgenie", api_key: "key-1", priority: "P2" },
  ntfy: { preset: "ntfy", topic: "data-team", token: "tk_1" },
};

const cases: Readonly<Record<string, Notification>> = {
  failed: notificationFrom(failedRun()),
  succeeded: notificationFrom(exampleEvent("transform")),
  cancelled: notificationFrom({ ...exampleEvent("pipeline"), status: "Aborted" }, {}),
  test: notificationFrom(exampleEvent("pipeline"), { links: LINKS ?? [], test: true }),
};

const names = (Object.keys(PRESETS) as PresetName[]).flatMap((preset) =>
  Object.keys(cases).map((name) => [preset, name] as const),
);

test.each(names)("the message of %s for a run that %s", (preset, name) => {
  const notification = cases[name] ?? notificationFrom(failedRun());
  const message = channel.render(notification, channel.config.parse(configs[preset]));
  const file = new URL(`../../golden/${preset}-${name}.json`, import.meta.url);
  expect(message).toEqual(JSON.parse(readFileSync(file, "utf8")));
  expect(faultsOf(preset, message.body, notification)).toEqual([]);
  expect(channel.render(notification, channel.config.parse(configs[preset]))).toEqual(message);
});
