import { type Channel, type Outcome, defineChannel } from "@syncbell/core";
import { type TemplateConfig, config } from "./config.ts";
import { MAX_BYTES, type TemplateMessage } from "./message.ts";
import { PRESETS, type PresetConfig } from "./presets/presets.ts";
import type { Preset } from "./presets/preset.ts";
import { renderRequest, sendRequest, wireOf } from "./request.ts";

export type { TemplateConfig } from "./config.ts";
export type { TemplateMessage } from "./message.ts";

/**
 * Sends a request whose body is made by a template, or a message of one of the services that there is
 * a preset for. Templates may be written by people who are not trusted: what one may say, and what
 * filling it costs, is bounded.
 */
export const channel: Channel<TemplateConfig, TemplateMessage> = defineChannel({
  type: "template",
  title: "HTTP template",
  config,
  limits: {
    maxBytes: MAX_BYTES,
    concurrency: 4,
    dropsRepeats: false,
    pace: (given) => (given.preset === undefined ? undefined : presetOf(given).pace),
  },

  render(notification, given) {
    if (given.preset === undefined) return renderRequest(notification, given);
    return { contentType: JSON_TYPE, ...presetOf(given).render(notification, given) };
  },

  warnings: ({ note, warnings = [] }) => [...(note === undefined ? [] : [note]), ...warnings],

  connect: (given, host) => ({
    async send(message, attempt) {
      if (given.preset === undefined) {
        return noted(await sendRequest(message, given, host, attempt), message);
      }
      const preset = presetOf(given);
      const { url, headers, body } = preset.request(message, given);
      const result = await host.http.request({
        url,
        headers: { ...headers, "content-type": message.contentType },
        body: wireOf(body),
        signal: attempt.signal,
      });
      return noted(preset.outcome(result), message);
    },
  }),
});

const JSON_TYPE = "application/json";

/** The table holds for each name the preset whose config has that name. */
function presetOf<Config extends PresetConfig>({ preset }: Config): Preset<Config> {
  return PRESETS[preset] as unknown as Preset<Config>;
}

function noted(outcome: Outcome, { note }: TemplateMessage): Outcome {
  const arrived = outcome.kind === "delivered" || outcome.kind === "accepted";
  return arrived && note !== undefined ? { ...outcome, note } : outcome;
}
