import { secret, httpUrl } from "@syncbell/core";
import { z } from "zod";
import { outcomeByWords, textIn } from "./answer.ts";
import { codeBlock, codeSpan, inert } from "./inert.ts";
import { itemText } from "./items.ts";
import type { Preset } from "./preset.ts";
import { COLOURS, wordsOf } from "./words.ts";

export interface MattermostConfig {
  readonly preset: "mattermost";
  readonly url: string;
}

const config: z.ZodType<MattermostConfig> = z.strictObject({
  preset: z.literal("mattermost"),
  url: secret(httpUrl).describe(
    "The incoming webhook's URL. Whoever has it can post: it is kept as a secret.",
  ),
});

/**
 * From Mattermost's page on incoming webhooks, read in November 2026: a text has 16,383 characters.
 * An attachment may have more, but is folded; items and excerpt of this length still read well.
 */
const LONGEST_TOLD = 8_000;

/** Ids of errors, from the server's source. The first two also stand for a webhook that was deleted. */
const IDS: Readonly<Record<string, "gone" | "unauthorized">> = {
  "web.incoming_webhook.invalid.app_error": "gone",
  "web.incoming_webhook.channel.app_error": "gone",
  "web.incoming_webhook.disabled.app_error": "unauthorized",
  "web.incoming_webhook.channel_locked.app_error": "unauthorized",
  "web.incoming_webhook.permissions.app_error": "unauthorized",
};

/**
 * A channel of Mattermost, through an incoming webhook. What an event says stands between
 * back-quotes, where Mattermost looks for no mention, no link and no mark-up.
 */
export const mattermost: Preset<MattermostConfig> = {
  title: "Mattermost",
  config,

  render(notification) {
    const { title, facts, links, excerpt } = wordsOf(notification, 300);
    const items = itemText(notification, LONGEST_TOLD, codeSpan);
    const said = excerpt(LONGEST_TOLD - items.length);
    const text = [
      codeSpan(title),
      ...(items === "" ? [] : [items.trim()]),
      ...(said === "" ? [] : [codeBlock(said)]),
      ...links.map(({ label, url }) => `[${label}](${bare(url)})`),
    ].join("\n");
    const fields = facts.map(({ label, value }) => ({
      short: true,
      title: label,
      value: codeSpan(value),
    }));
    const color = `#${COLOURS[notification.tone]}`;
    return { body: { attachments: [{ fallback: inert(title), color, text, fields }] } };
  },

  request: ({ body }, { url }) => ({ url, body }),

  outcome: (result) =>
    outcomeByWords("Mattermost", result, ({ id, message }, { status, body }) => {
      if (status === 200 && body.trim() === "ok") return { kind: "delivered" };
      const kind = Object.hasOwn(IDS, textIn(id)) ? IDS[textIn(id)] : undefined;
      return kind && { kind, word: textIn(message) || textIn(id) };
    }),
};

/** A URL without the signs that would end it in Markdown. */
function bare(url: string): string {
  return url.replace(
    /[\s<>()[\]\\`]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`,
  );
}
