import type { PresetName } from "../presets/presets.ts";

/** The config of a preset whose service stands at a URL; all that it keeps secret is `s3cr3t`. */
export function presetConfig(preset: PresetName, url: string): Readonly<Record<string, unknown>> {
  return {
    discord: { preset, url: `${url}/api/webhooks/1/s3cr3t?thread_id=5` },
    "google-chat": { preset, url: `${url}/v1/spaces/A/messages?key=k&token=s3cr3t` },
    mattermost: { preset, url: `${url}/hooks/s3cr3t` },
    telegram: { preset, url: `${url}/`, token: "1:s3cr3t", chat_id: -100 },
    pagerduty: { preset, url, routing_key: "s3cr3t" },
    opsgenie: { preset, url, api_key: "s3cr3t" },
    ntfy: { preset, url, topic: "data-team", token: "s3cr3t" },
  }[preset];
}
