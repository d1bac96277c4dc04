import { testHost, testHttpClient } from "@syncbell/channel-kit";
import type { HttpClient, Outcome } from "@syncbell/core";
import { type SlackConfig, channel } from "../index.ts";
import { notificationFrom, salesforceRun } from "./events.ts";

/** Sends the Salesforce run to a webhook through the channel, once. */
export async function deliverTo(
  url: string,
  signal: AbortSignal = new AbortController().signal,
  http: HttpClient = testHttpClient(),
  format: SlackConfig["format"] = "line",
): Promise<Outcome> {
  const config = channel.config.parse({ url, format });
  const connection = await channel.connect(config, testHost({ http }));
  const message = channel.render(notificationFrom(salesforceRun), config);
  return connection.send(message, { signal, key: "dlv_01", number: 1, startedAt: Date.now() });
}
