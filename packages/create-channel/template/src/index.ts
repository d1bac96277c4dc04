import {
  type Channel,
  type Notification,
  cut,
  defineChannel,
  outcomeOf,
  secret,
} from "@syncbell/core";
import { z } from "zod";

export interface BellConfig {
  readonly url: string;
}

const config: z.ZodType<BellConfig> = z.strictObject({
  url: secret(z.url({ protocol: /^https?$/ })).describe("Where the service takes messages."),
});

/** What the service takes: change it to what yours does. */
export type BellMessage = { readonly title: string; readonly text: string };

/** Rings at the service. */
export const channel: Channel<BellConfig, BellMessage> = defineChannel({
  type: "bell",
  title: "Bell",
  config,
  limits: { maxBytes: 16_384, concurrency: 4, dropsRepeats: false },

  // Pure: what is shown in a preview and compared in a test is what is sent.
  render: (notification) => ({
    title: cut(notification.title, 200),
    text: textOf(notification),
  }),

  connect: ({ url }, host) => ({
    async send(message, { signal }) {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify(message);
      return outcomeOf(await host.http.request({ url, headers, body, signal }));
    },
  }),
});

/** The event on one line; of a digest, which tells several things, the first of them and how many are left. */
function textOf({ line, items = [], itemsLeft = 0 }: Notification): string {
  if (items.length === 0) return cut(line, 2000);
  const shown = items.slice(0, 10).map(({ text }) => `- ${cut(text, 200)}`);
  const left = items.length - shown.length + itemsLeft;
  return [...shown, ...(left > 0 ? [`and ${left} more`] : [])].join("\n");
}
