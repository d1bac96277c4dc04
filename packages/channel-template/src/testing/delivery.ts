import { testHttpClient } from "@syncbell/channel-kit";
import type { Attempt, Host, HttpClient, Notification, Outcome } from "@syncbell/core";
import { channel } from "../index.ts";
import { failedRun, notificationFrom } from "./events.ts";

const hostWith = (http: HttpClient): Host => ({
  http,
  log: { debug: () => undefined, warn: () => undefined },
  state: { get: async () => undefined, set: async () => {}, delete: async () => {} },
  destinationId: "elsewhere",
  now: () => Date.now(),
});

/** Checks a config, renders a notification with it and sends the message, once. */
export async function deliver(
  given: unknown,
  notification: Notification = notificationFrom(failedRun()),
  attempt: Partial<Attempt> = {},
  http: HttpClient = testHttpClient(),
): Promise<Outcome> {
  const config = channel.config.parse(given);
  const message = channel.render(notification, config);
  const connection = await channel.connect(config, hostWith(http));
  const { signal } = new AbortController();
  return connection.send(message, {
    signal,
    key: "dlv_01",
    number: 1,
    startedAt: Date.now(),
    ...attempt,
  });
}
