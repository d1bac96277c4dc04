import { cut, secret, httpUrl } from "@syncbell/core";
import { z } from "zod";
import { type Verdict, millisecondsIn, outcomeByWords, textIn } from "./answer.ts";
import { codeBlock, codeSpan } from "./inert.ts";
import { itemText } from "./items.ts";
import type { Preset } from "./preset.ts";
import { COLOURS, inertWithin, wordsOf } from "./words.ts";

export interface DiscordConfig {
  readonly preset: "discord";
  readonly url: string;
}

const config: z.ZodType<DiscordConfig> = z.strictObject({
  preset: z.literal("discord"),
  url: secret(httpUrl).describe(
    "The webhook's URL. Whoever has it can post: it is kept as a secret.",
  ),
});

/**
 * The limits of an embed, from Discord's page on the message resource ("Embed Limits"), read in
 * November 2026: the texts of all embeds together, and a description.
 */
const MOST_CHARACTERS = 6_000;
const LONGEST_DESCRIPTION = 4_096;
const LONGEST_AUTHOR = 256;

/** Room for the fence of a block of code. */
const FENCE = codeBlock("").length;

/** Words of Discord, from its page on opcodes and status codes. */
const WORDS: ReadonlyMap<unknown, Extract<Verdict, { word: string }>["kind"]> = new Map([
  [10_003, "gone"],
  [10_015, "gone"],
  [50_027, "unauthorized"],
]);

/**
 * A channel of Discord, through a webhook. The title stands where Discord reads no mark-up, all else
 * that an event says between back-quotes, and mentions are switched off.
 */
export const discord: Preset<DiscordConfig> = {
  title: "Discord",
  config,
  // 30 messages a minute to a webhook, five of them at once: what others have met, November 2026. Discord
  // itself states no number, and answers 429 with a wait.
  pace: { perSecond: 0.5, burst: 5 },

  render(notification) {
    const { title, facts, links, excerpt } = wordsOf(notification, LONGEST_AUTHOR);
    const fields = facts.map(({ label, value }) => ({
      name: label,
      value: codeSpan(value),
      inline: true,
    }));
    const author = {
      name: inertWithin((longest) => cut(title, longest), LONGEST_AUTHOR),
      ...(links[0] ? { url: links[0].url } : {}),
    };
    const used = fields.reduce(
      (sum, { name, value }) => sum + name.length + value.length,
      author.name.length,
    );
    const room = Math.min(LONGEST_DESCRIPTION, MOST_CHARACTERS - used);
    const items = itemText(notification, room, codeSpan);
    const said = excerpt(room - items.length - FENCE);
    const description = `${items}${said === "" ? "" : codeBlock(said)}`.trim();
    const embed = {
      color: Number.parseInt(COLOURS[notification.tone], 16),
      author,
      ...(description === "" ? {} : { description }),
      fields,
    };
    return { body: { allowed_mentions: { parse: [] }, embeds: [embed] } };
  },

  request({ body }, { url }) {
    // Without `wait`, Discord answers before it knows whether the message can be kept.
    const address = new URL(url);
    address.searchParams.set("wait", "true");
    return { url: address.href, body };
  },

  outcome: (result) =>
    outcomeByWords("Discord", result, ({ id, code, message, retry_after }, { status }) => {
      if (status === 204) return { kind: "delivered" };
      if (status === 200 && textIn(id) !== "") return { kind: "delivered", receipt: textIn(id) };
      if (status === 429) {
        const afterMs = millisecondsIn(retry_after);
        return { kind: "retry", word: textIn(message) || "rate limited", afterMs };
      }
      const kind = WORDS.get(code);
      return kind && { kind, word: textIn(message) };
    }),
};
