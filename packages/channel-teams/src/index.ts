import { type Channel, defineChannel } from "@syncbell/core";
import { openBot, startBots } from "./bot.ts";
import { type TeamsConfig, config } from "./config.ts";
import { PUBLIC_CLOUD, type TeamsEndpoints } from "./endpoints.ts";
import { INBOUND } from "./inbound.ts";
import { type TeamsMessage, teamsMessage } from "./message.ts";
import { openWorkflow } from "./workflow.ts";

export type { AdaptiveCard } from "./card-elements.ts";
export type { BotConfig, TeamsConfig, WorkflowConfig } from "./config.ts";
export type { TeamsEndpoints } from "./endpoints.ts";
export type { Mention, MentionedUser } from "./mention.ts";
export type { TeamsMessage } from "./message.ts";

/** Below the 28 KB that Teams takes of a workflow's message, with room for what the flow adds. */
const MAX_BYTES = 20_000;

/**
 * A workflow takes what a webhook of Office connectors took, about one message a second and four at once.
 * A bot may send 7 in a second and 60 in 30 seconds to a conversation. Both from Microsoft's pages on rate
 * limits for connectors and for bots, read in November 2026.
 */
const PACES = {
  workflow: { perSecond: 1, burst: 4 },
  bot: { perSecond: 2, burst: 7 },
} as const;

/**
 * Makes the channel for a cloud. The endpoints are those of Microsoft's public cloud unless given: tests
 * put stand-ins of their own there.
 */
export function teamsChannel(
  endpoints: Partial<TeamsEndpoints> = {},
): Channel<TeamsConfig, TeamsMessage> {
  const bots = startBots({ ...PUBLIC_CLOUD, ...endpoints });
  return defineChannel({
    type: "teams",
    title: "Microsoft Teams",
    config,
    limits: {
      maxBytes: MAX_BYTES,
      concurrency: 1,
      dropsRepeats: false,
      pace: ({ mode }) => PACES[mode],
    },
    inbound: INBOUND,
    render: teamsMessage,
    connect: (destination, host) =>
      destination.mode === "bot"
        ? openBot(destination, host, bots)
        : openWorkflow(destination, host),
  });
}

/** Posts notices to Teams: by a workflow's webhook, or as a bot on botbuilder. */
export const channel: Channel<TeamsConfig, TeamsMessage> = teamsChannel();
