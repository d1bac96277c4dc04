import { type Channel, defineChannel, outcomeOf } from "@syncbell/core";
import { CONTENT_TYPES, bodyOf } from "./body.ts";
import { type HttpConfig, config } from "./config.ts";
import { sign } from "./signature.ts";

export type { HttpConfig } from "./config.ts";
export { sign, signingKey } from "./signature.ts";

/**
 * A rendered request: its body to the byte, the content type that says what it is, and whether it is a
 * test notice, which the body alone does not tell.
 */
export type HttpMessage = {
  readonly contentType: string;
  readonly body: string;
  readonly test: boolean;
};

/**
 * Posts the event to a URL, signed by Standard Webhooks: `webhook-id` is the delivery's id and the
 * same on every attempt, `webhook-timestamp` is the attempt's own, and the signature is over the
 * very bytes that are sent.
 */
export const channel: Channel<HttpConfig, HttpMessage> = defineChannel({
  type: "http",
  title: "HTTP webhook",
  config,
  limits: { concurrency: 16, dropsRepeats: true },

  render: ({ source, test }, { format }) => ({
    test,
    contentType: CONTENT_TYPES[format],
    body: bodyOf(source, format),
  }),

  connect: ({ url, secret, headers }, host) => ({
    async send({ contentType, body, test }, { key, signal, startedAt }) {
      if (secret === undefined) return { kind: "rejected", reason: "has no signing secret" };
      const timestamp = Math.floor(startedAt / 1000);
      const result = await host.http.request({
        url,
        signal,
        body,
        headers: {
          ...headers,
          ...(test ? { "syncbell-test": "true" } : {}),
          "content-type": contentType,
          "webhook-id": key,
          "webhook-timestamp": String(timestamp),
          "webhook-signature": sign(secret, key, timestamp, body),
        },
      });
      return outcomeOf(result);
    },
  }),
});
