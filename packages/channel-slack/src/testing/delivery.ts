import type { HttpClient, Outcome } from "@syncbell/core";
import { type SlackConfig, channel } from "../index.ts";
import { notificationFrom, salesforceRun } from "./events.ts";
import { httpClient } from "./http-client.ts";

/** Sends the Salesforce run to a webhook through the channel, once. */
export async function deliverTo(
  url: string,
  signal: AbortSignal = new AbortController().signal,
  http: HttpClient = httpClient(),
  format: SlackConfig["format"] = "line",
): Promise<Outcome> {
  const config = channel.config.parse({ url, format });
  const log = { debug: () => undefined, warn: () => undefined };
  const state = { get: async () => undefined, set: async () => {}, delete: async () => {} };
  const host = { http, log, state, destinationId: "data-team", now: () => Date.now() };
  const connection = await channel.connect(config, host);
  const message = channel.render(notificationFrom(salesforceRun), config);
  return connection.send(message, { signal, key: "dlv_01", number: 1, startedAt: Date.now() });
}
