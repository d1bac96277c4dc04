import { testHost, testHttpClient } from "@syncbell/channel-kit";
import type { Attempt, HttpClient, Notification, Outcome } from "@syncbell/core";
import { channel } from "../index.ts";
import { failedRun, notificationFrom } from "./events.ts";

/** Checks a config, renders a notification with it and sends the message, once. */
export async function deliver(
  given: unknown,
  notification: Notification = notificationFrom(failedRun()),
  attempt: Partial<Attempt> = {},
  http: HttpClient = testHttpClient(),
): Promise<Outcome> {
  const config = channel.config.parse(given);
  const message = channel.render(notification, config);
  const connection = await channel.connect(config, testHost({ http }));
  const { signal } = new AbortController();
  return connection.send(message, {
    signal,
    key: "dlv_01",
    number: 1,
    startedAt: Date.now(),
    ...attempt,
  });
}
