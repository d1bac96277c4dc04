import { type ServiceWord, describeChannel } from "@syncbell/channel-kit";
import { describe } from "vitest";
import { channel } from "../index.ts";
import { presetConfig } from "../testing/preset-configs.ts";
import { SERVICE_ANSWERS, type ServiceAnswer, bodyText } from "../testing/service-answers.ts";
import type { PresetName } from "./presets.ts";

/** What breaks a preset's config, with the path that the refusal names. */
type Broken = readonly (readonly [object, string])[];

const broken: Readonly<Record<PresetName, Broken>> = {
  discord: [[{ url: undefined }, "url"]],
  "google-chat": [[{ url: undefined }, "url"]],
  mattermost: [[{ url: undefined }, "url"]],
  telegram: [
    [{ token: "s3cr3t" }, "token"],
    [{ chat_id: "team" }, "chat_id"],
    [{ message_thread_id: 0 }, "message_thread_id"],
  ],
  pagerduty: [
    [{ routing_key: "s3cr3t key" }, "routing_key"],
    [{ severity: "grave" }, "severity"],
  ],
  opsgenie: [
    [{ api_key: "s3cr3t key" }, "api_key"],
    [{ priority: "P0" }, "priority"],
  ],
  ntfy: [
    [{ topic: "data team" }, "topic"],
    [{ token: "s3cr3t token" }, "token"],
  ],
};

const brokenEverywhere: Broken = [
  [{ url: "ftp://example.com/" }, "url"],
  [{ preset: "pigeon" }, "preset"],
  [{ template: "{{title}}" }, ""],
];

function asWord([status, body, { kind }]: ServiceAnswer): ServiceWord {
  // A 204 has no body that could say anything else.
  return { status, ...(status === 204 ? {} : { body: bodyText(body) }), outcome: kind };
}

describe.each(Object.keys(broken) as PresetName[])("%s", (preset) => {
  const said = SERVICE_ANSWERS[preset];
  const [[status, taken]] = said;

  describeChannel(channel, {
    config: (url) => presetConfig(preset, url),
    refused: [...broken[preset], ...brokenEverywhere].map(([change, path]) => ({
      config: { ...presetConfig(preset, "https://example.com"), ...change },
      path,
    })),
    answers: {
      success: { status, body: bodyText(taken) },
      // No service has a message unless it says so in its own words.
      words: [...said.map(asWord), { status: "2xx", outcome: "retry" }],
    },
    golden: new URL(`../../golden/${preset}/`, import.meta.url),
  });
});
