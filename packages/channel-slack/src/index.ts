import {
  type Channel,
  type HttpResult,
  LONGEST_LINE,
  cut,
  defineChannel,
  fetchThrough,
  secret,
} from "@syncbell/core";
import { IncomingWebhook } from "@slack/webhook";
import { z } from "zod";
import { slackOutcome } from "./answer.ts";
import { escapeText } from "./mrkdwn.ts";

export interface SlackConfig {
  readonly url: string;
  readonly format: "line";
}

const config: z.ZodType<SlackConfig> = z.strictObject({
  url: secret(
    z.string().refine(isTarget, {
      error:
        "must be the http(s) URL of an incoming webhook, without a user name or password in it",
    }),
  ).describe("The incoming webhook's URL. Whoever has it can post: it is kept as a secret."),
  format: z.enum(["line"]).default("line").describe("How an event is said: on one line."),
});

/** Whether a text is an absolute http(s) URL without a user name or password in it. */
function isTarget(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password;
}

/** The payload of an incoming webhook, as Slack's API names its fields. */
export type SlackMessage = {
  readonly text: string;
  readonly mrkdwn: false;
  readonly unfurl_links: false;
  readonly unfurl_media: false;
};

/** Slack cuts a text at 40,000 characters. A line of 2,000 stays below that when all is escaped. */
const MAX_BYTES = 40_000;

/** Posts to Slack through an incoming webhook, on @slack/webhook. */
export const channel: Channel<SlackConfig, SlackMessage> = defineChannel({
  type: "slack",
  title: "Slack",
  config,
  limits: { maxBytes: MAX_BYTES, concurrency: 1, dropsRepeats: false },

  render: ({ line, test }) => ({
    text: escapeText((test ? "[test] " : "") + cut(line, LONGEST_LINE)),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
  }),

  connect: ({ url }, host) => ({
    async send(message, { signal }) {
      let result: HttpResult | undefined;
      const observe = (seen: HttpResult): void => void (result = seen);
      const webhook = new IncomingWebhook(url, { fetch: fetchThrough(host.http, signal, observe) });
      try {
        await webhook.send(message);
      } catch (error) {
        // What failed is in `result`; the library's errors quote the URL, which is the secret.
        if (!result)
          return { kind: "rejected", reason: `@slack/webhook refused: ${nameOf(error)}` };
      }
      return result ? slackOutcome(result) : { kind: "retry", reason: "no request was made" };
    },
  }),
});

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown error";
}
