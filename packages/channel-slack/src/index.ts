import { type Channel, type HttpResult, defineChannel, fetchThrough } from "@syncbell/core";
import { IncomingWebhook } from "@slack/webhook";
import { slackOutcome } from "./answer.ts";
import { type SlackConfig, config } from "./config.ts";
import { type SlackMessage, messageOf } from "./message.ts";

export type { Mention, SlackConfig } from "./config.ts";
export type { SlackMessage } from "./message.ts";

/** Slack cuts a text at 40,000 characters. Line and blocks together stay below that, in bytes. */
const MAX_BYTES = 40_000;

/**
 * Slack takes one message a second, and short bursts beyond that (its page on rate limits, read in
 * November 2026); how long a burst may be it does not say.
 */
const PACE = { perSecond: 1, burst: 20 };

/** Posts to Slack through an incoming webhook, on @slack/webhook. */
export const channel: Channel<SlackConfig, SlackMessage> = defineChannel({
  type: "slack",
  title: "Slack",
  config,
  limits: { maxBytes: MAX_BYTES, concurrency: 1, dropsRepeats: false, pace: PACE },

  render: messageOf,

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
