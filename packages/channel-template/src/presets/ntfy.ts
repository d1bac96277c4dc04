import {
  type Json,
  type Notification,
  type TextPart,
  type Tone,
  fitParts,
  secret,
  sensitive,
  httpUrl,
} from "@syncbell/core";
import { z } from "zod";
import { outcomeByWords, textIn } from "./answer.ts";
import { inert } from "./inert.ts";
import { itemText } from "./items.ts";
import type { Preset } from "./preset.ts";
import { type Words, firstThatFits, wordsOf } from "./words.ts";

export interface NtfyConfig {
  readonly preset: "ntfy";
  readonly topic: string;
  readonly token?: string | undefined;
  readonly url: string;
}

const config: z.ZodType<NtfyConfig> = z.strictObject({
  preset: z.literal("ntfy"),
  topic: sensitive(
    z.string().regex(/^[\w-]{1,64}$/, { error: "must have letters, digits, _ and - alone" }),
  ).describe("Whoever knows an open topic can read it."),
  token: secret(
    z.string().regex(/^[\w-]{1,100}$/, { error: "must be an access token" }),
  ).optional(),
  url: httpUrl.default("https://ntfy.sh").describe("The server."),
});

/**
 * From ntfy's page on publishing, read in November 2026: a message has 4,096 bytes, and a longer one
 * arrives as a file.
 */
const MAX_BYTES = 4_096;

/** The lengths that are tried, in UTF-16 units: the last is short enough whatever is said. */
const LENGTHS = [3_800, 2_800, 1_900, 1_300, 950] as const;

const LOOKS: Readonly<Record<Tone, { readonly priority: number; readonly tag: string }>> = {
  good: { priority: 3, tag: "white_check_mark" },
  bad: { priority: 4, tag: "rotating_light" },
  neutral: { priority: 2, tag: "information_source" },
};

/** A topic of ntfy. Its texts are plain, and addresses in them are broken, since its apps link them. */
export const ntfy: Preset<NtfyConfig> = {
  title: "ntfy",
  config,
  // 60 at once, then one in five seconds: the defaults of its server, November 2026.
  pace: { perSecond: 0.2, burst: 60 },

  render(notification) {
    const words = wordsOf(notification, 100);
    const { title, links } = words;
    const { priority, tag } = LOOKS[notification.tone];
    const actions = links.slice(0, 3).map(({ label, url }) => ({ action: "view", label, url }));
    const body: Json = {
      title: inert(title),
      message: messageOf(notification, words),
      priority,
      tags: [tag],
      ...(links[0] ? { click: links[0].url } : {}),
      ...(actions.length === 0 ? {} : { actions }),
    };
    return { body };
  },

  request: ({ body }, { url, topic, token }) => ({
    url,
    body: { topic, ...(body as Readonly<Record<string, Json>>) },
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  }),

  outcome: (result) =>
    outcomeByWords("ntfy", result, ({ id, event, error }, { status }) => {
      if (status === 200 && event === "message" && textIn(id) !== "") {
        return { kind: "delivered", receipt: textIn(id) };
      }
      return status === 429 ? { kind: "retry", word: textIn(error) || "rate limited" } : undefined;
    }),
};

function messageOf(notification: Notification, { title, facts, excerpt }: Words): string {
  const known = facts.map(({ label, value }) => `${label}: ${value}`).join("\n") || title;
  const make = (longest: number): string => {
    const items = itemText(notification, longest - known.length);
    const parts: readonly TextPart[] = [
      { text: items.trim(), priority: 0 },
      { text: known, priority: 0 },
      { text: excerpt(LENGTHS[0]), priority: 1, keep: "ends" },
    ];
    const fitted = fitParts(parts, longest).filter((part) => part !== "");
    return inert(fitted.join("\n"));
  };
  return firstThatFits(LENGTHS, make, (text) => Buffer.byteLength(text), MAX_BYTES);
}
