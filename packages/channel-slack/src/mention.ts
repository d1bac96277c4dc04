import { type Notification, isMentionDue } from "@syncbell/core";
import type { Mention } from "./config.ts";

/**
 * The mention that is due in a notification, as Slack's control sequences divided by spaces; empty when
 * nobody is to be called. It is made of the config alone, so no event can add to it.
 */
export function mentionFor(notification: Notification, mention: Mention | undefined): string {
  if (!mention || !isMentionDue(notification, mention)) return "";
  const { users = [], groups = [], channel = false } = mention;
  return [
    ...users.map((id) => `<@${id}>`),
    ...groups.map((id) => `<!subteam^${id}>`),
    ...(channel === false ? [] : [`<!${channel === true ? "channel" : channel}>`]),
  ].join(" ");
}
