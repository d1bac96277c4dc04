import { cut, secret, httpUrl } from "@syncbell/core";
import { z } from "zod";
import { alertChange } from "./alert.ts";
import { outcomeByWords, textIn } from "./answer.ts";
import { inert } from "./inert.ts";
import { itemText } from "./items.ts";
import { type Preset, below } from "./preset.ts";
import { inertWithin, wordsOf } from "./words.ts";

export interface OpsgenieConfig {
  readonly preset: "opsgenie";
  readonly api_key: string;
  readonly priority: "P1" | "P2" | "P3" | "P4" | "P5";
  readonly url: string;
}

const config: z.ZodType<OpsgenieConfig> = z.strictObject({
  preset: z.literal("opsgenie"),
  api_key: secret(
    z.string().regex(/^[\w-]{1,100}$/, { error: "must be the key of an API integration" }),
  ),
  priority: z.enum(["P1", "P2", "P3", "P4", "P5"]).default("P3"),
  url: httpUrl
    .default("https://api.opsgenie.com")
    .describe("https://api.eu.opsgenie.com for an account in the EU."),
});

/**
 * From Opsgenie's page on the Alert API, read in November 2026: a message has 130 characters, an alias
 * 512, a description 15,000, details 8,000 together.
 */
const LONGEST_MESSAGE = 130;
const LONGEST_DESCRIPTION = 15_000;

/**
 * Alerts of Opsgenie. What goes wrong creates one, or adds to the one that is open, and what comes right
 * closes it, as {@link alertChange} says. Anything else is a note on it, which Opsgenie drops where none
 * is open: so it does with a digest in which nothing failed. A test always creates one.
 */
export const opsgenie: Preset<OpsgenieConfig> = {
  title: "Opsgenie",
  config,

  render(notification, { priority }) {
    const { outcome, test, tone } = notification;
    const { key: alias, change } = alertChange(notification);
    const { title, facts, excerpt, links } = wordsOf(notification, LONGEST_MESSAGE);
    const message = inertWithin((longest) => cut(title, longest), LONGEST_MESSAGE);
    if (change !== "open" && !test) {
      const action = change === "close" ? "close" : "notes";
      const path = `/v2/alerts/${alias}/${action}?identifierType=alias`;
      return { path, body: { source: "Syncbell", note: message } };
    }
    const places = links.map(({ label, url }) => `${label}: ${url}`).join("\n");
    const room = LONGEST_DESCRIPTION - places.length - 1;
    const items = itemText(notification, room, inert);
    const said = inertWithin(excerpt, room - items.length);
    const details = facts.map(({ label, value }) => [label, inert(value)] as const);
    return {
      path: "/v2/alerts",
      body: {
        message,
        alias,
        description: [items.trim(), said, places].filter((part) => part !== "").join("\n"),
        details: Object.fromEntries(details),
        priority: outcome === "failed" ? priority : "P5",
        source: "Syncbell",
        tags: ["syncbell", tone],
      },
    };
  },

  request: ({ body, path = "" }, { url, api_key }) => ({
    url: below(url, path),
    headers: { authorization: `GenieKey ${api_key}` },
    body,
  }),

  // Opsgenie answers before it does anything, and says that it may yet fail.
  outcome: (result) =>
    outcomeByWords("Opsgenie", result, ({ result: word }, { status }) =>
      status === 202 && textIn(word) !== "" ? { kind: "accepted" } : undefined,
    ),
};
