import { type Json, secret, httpUrl } from "@syncbell/core";
import { z } from "zod";
import { outcomeByWords, textIn } from "./answer.ts";
import { inert } from "./inert.ts";
import { itemText } from "./items.ts";
import type { Preset } from "./preset.ts";
import { type Words, firstThatFits, wordsOf } from "./words.ts";

export interface GoogleChatConfig {
  readonly preset: "google-chat";
  readonly url: string;
}

const config: z.ZodType<GoogleChatConfig> = z.strictObject({
  preset: z.literal("google-chat"),
  url: secret(httpUrl).describe(
    "The webhook's URL, key and token included. Whoever has it can post: it is kept as a secret.",
  ),
});

/** From Google's page on `spaces.messages.create`, read in November 2026: text and cards together. */
const MAX_BYTES = 32_000;

/** How much of items and excerpt is tried, in UTF-16 units: the most that still fits is shown. */
const LENGTHS = [6_000, 3_000, 1_500, 500, 0];

/**
 * A space of Google Chat, through a webhook. The message is a card, where mentions are not read and
 * the little mark-up that there is, is HTML.
 */
export const googleChat: Preset<GoogleChatConfig> = {
  title: "Google Chat",
  config,
  // One message a second to a space: 60 a minute, by its page on usage limits, read in
  // November 2026.
  pace: { perSecond: 1, burst: 1 },
  render(notification) {
    const words = wordsOf(notification, 200);
    const card = (longest: number): Json =>
      cardOf(words, itemText(notification, longest).trim(), words.excerpt(longest));
    return { body: firstThatFits(LENGTHS, card, bytesOf, MAX_BYTES) };
  },
  request: ({ body }, { url }) => ({ url, body }),
  outcome: (result) =>
    outcomeByWords("Google Chat", result, ({ name }, { status }) =>
      status === 200 && textIn(name) !== ""
        ? { kind: "delivered", receipt: textIn(name) }
        : undefined,
    ),
};

function cardOf({ title, facts, links }: Words, items: string, excerpt: string): Json {
  const buttons = links.map(({ label, url }) => ({ text: label, onClick: { openLink: { url } } }));
  const widgets = [
    ...paragraph(items),
    ...facts.map(({ label, value }) => ({
      decoratedText: { topLabel: label, text: asHtml(value), wrapText: true },
    })),
    ...paragraph(excerpt),
    ...(buttons.length === 0 ? [] : [{ buttonList: { buttons } }]),
  ];
  const card = { header: { title: inert(title) }, sections: [{ widgets }] };
  return { cardsV2: [{ cardId: "syncbell", card }] };
}

function paragraph(text: string): readonly Json[] {
  return text === "" ? [] : [{ textParagraph: { text: asHtml(text) } }];
}

function asHtml(text: string): string {
  return inert(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function bytesOf(body: Json): number {
  return Buffer.byteLength(JSON.stringify(body));
}
