import { type Json, type Notification, secret, httpUrl } from "@syncbell/core";
import { z } from "zod";
import { alertChange } from "./alert.ts";
import { outcomeByWords, textIn } from "./answer.ts";
import { inert } from "./inert.ts";
import { itemText } from "./items.ts";
import { type Preset, below } from "./preset.ts";
import { type Words, wordsOf } from "./words.ts";

export interface PagerdutyConfig {
  readonly preset: "pagerduty";
  readonly routing_key: string;
  readonly severity: "critical" | "error" | "warning" | "info";
  readonly url: string;
}

const config: z.ZodType<PagerdutyConfig> = z.strictObject({
  preset: z.literal("pagerduty"),
  routing_key: secret(
    z.string().regex(/^\w{1,64}$/, { error: "must have letters and digits alone" }),
  ),
  severity: z.enum(["critical", "error", "warning", "info"]).default("error"),
  url: httpUrl
    .default("https://events.pagerduty.com")
    .describe("https://events.eu.pagerduty.com for an account in the EU."),
});

/**
 * From PagerDuty's pages on the Events API v2, read in November 2026: a summary has 1,024 characters,
 * a dedup_key 255, an event 512 KB.
 */
const LONGEST_SUMMARY = 512;
const LONGEST_MESSAGE = 8_000;

/**
 * A service of PagerDuty, through the Events API v2. What goes wrong triggers an alert, or adds to the
 * one that is open, and what comes right resolves it, as {@link alertChange} says. Of anything else
 * PagerDuty is told as of a change, which pages nobody.
 */
export const pagerduty: Preset<PagerdutyConfig> = {
  title: "PagerDuty",
  config,

  render(notification, { severity }) {
    const { key: dedup_key, change } = alertChange(notification);
    const path = "/v2/enqueue";
    if (change === "close") return { path, body: { event_action: "resolve", dedup_key } };
    const words = wordsOf(notification, LONGEST_SUMMARY);
    const payload = payloadOf(words, notification);
    const links = words.links.map(({ label, url }) => ({ href: url, text: label }));
    if (change === "none") return { path: "/v2/change/enqueue", body: { payload, links } };
    return {
      path,
      body: {
        event_action: "trigger",
        dedup_key,
        client: "Syncbell",
        payload: { ...payload, severity },
        links,
      },
    };
  },

  request: ({ body, path = "" }, { url, routing_key }) => ({
    url: below(url, path),
    body: { routing_key, ...(body as Readonly<Record<string, Json>>) },
  }),

  outcome: (result) =>
    outcomeByWords(
      "PagerDuty",
      result,
      ({ status: word, dedup_key, message, errors }, { status }) => {
        if (status === 202 && word === "success") {
          const receipt = textIn(dedup_key);
          return { kind: "delivered", ...(receipt === "" ? {} : { receipt }) };
        }
        const said = [message, ...(Array.isArray(errors) ? errors : [])].map(textIn).join("; ");
        return status === 400 && /routing.?key/i.test(said)
          ? { kind: "unauthorized", word: said }
          : undefined;
      },
    ),
};

function payloadOf({ title, facts, excerpt }: Words, notification: Notification) {
  const tenant = facts.find(({ label }) => label === "Tenant")?.value ?? "";
  const items = itemText(notification, LONGEST_MESSAGE, inert);
  const said = `${items}${inert(excerpt(LONGEST_MESSAGE))}`.trim();
  const details = facts.map(({ label, value }) => [label, inert(value)] as const);
  return {
    summary: inert(title),
    source: inert(tenant) || "Syncbell",
    timestamp: new Date(notification.source.receivedAt).toISOString(),
    custom_details: {
      ...Object.fromEntries(details),
      ...(said === "" ? {} : { Message: said }),
    },
  };
}
