import type { RunOutcome } from "@syncbell/core";
import type { Mention } from "./config.ts";

/**
 * The mention that is due for an outcome, as Slack's control sequences divided by spaces; empty when
 * nobody is to be called. It is made of the config alone, so no event can add to it.
 */
export function mentionFor(outcome: RunOutcome, mention: Mention | undefined): string {
  if (!mention?.on.includes(outcome)) return "";
  const { users = [], groups = [], channel = false } = mention;
  return [
    ...users.map((id) => `<@${id}>`),
    ...groups.map((id) => `<!subteam^${id}>`),
    ...(channel === false ? [] : [`<!${channel === true ? "channel" : channel}>`]),
  ].join(" ");
}
