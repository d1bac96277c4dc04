import { readFileSync } from "node:fs";
import type { Incident, Notification, PipelinePostSync, Transition } from "@syncbell/core";
import { expect, test } from "vitest";
import { channel } from "../index.ts";
import { LINKS, exampleEvent, failedRun, notificationFrom } from "../testing/events.ts";
import { failedDigest, overdueRun } from "../testing/own-events.ts";
import { presetConfig } from "../testing/preset-configs.ts";
import { faultsOf } from "../testing/service-rules.ts";
import { PRESETS, type PresetName } from "./presets.ts";

/** What a config has that shows in a message, and that does not go without saying. */
const shown: { readonly [Name in PresetName]?: object } = {
  telegram: { chat_id: "@data_team", message_thread_id: 7 },
  pagerduty: { severity: "critical" },
  opsgenie: { priority: "P2" },
};

const cases: Readonly<Record<string, Notification>> = {
  failed: notificationFrom(failedRun()),
  succeeded: notificationFrom(exampleEvent("transform")),
  cancelled: notificationFrom({ ...exampleEvent("pipeline"), status: "Aborted" }, {}),
  test: notificationFrom(exampleEvent("pipeline"), { links: LINKS ?? [], test: true }),
  "failed-again": notificationFrom(failedRun(), { incident: incident("failing", 3) }),
  "failed-and-recovered": notificationFrom(nextRun(), {
    incident: incident("recovered", 1),
    untold: failedRun(),
  }),
  overdue: notificationFrom(overdueRun, { links: LINKS ?? [] }),
  digest: notificationFrom(failedDigest, {}),
};

/** A run of the example pipeline that succeeded twelve hours after the one that failed. */
function nextRun(): PipelinePostSync {
  const example = exampleEvent("pipeline");
  const times = { started_at: "2024-11-11T22:00:34Z", stopped_at: "2024-11-11T22:11:19Z" };
  return { ...example, ...times, sync: { ...example.sync, id: "sync-next" } };
}

function incident(transition: Transition, failures: number): Incident {
  return { transition, failures, seconds: 43_200, since: Date.UTC(2024, 10, 10, 22, 11, 19) };
}

const names = (Object.keys(PRESETS) as PresetName[]).flatMap((preset) =>
  Object.keys(cases).map((name) => [preset, name] as const),
);

test.each(names)("the message of %s: %s", (preset, name) => {
  const notification = cases[name] ?? notificationFrom(failedRun());
  const config = { ...presetConfig(preset, "https://example.com"), ...shown[preset] };
  const message = channel.render(notification, channel.config.parse(config));
  const file = new URL(`../../golden/${preset}-${name}.json`, import.meta.url);
  expect(message).toEqual(JSON.parse(readFileSync(file, "utf8")));
  expect(faultsOf(preset, message.body, notification)).toEqual([]);
  expect(channel.render(notification, channel.config.parse(config))).toEqual(message);
});
