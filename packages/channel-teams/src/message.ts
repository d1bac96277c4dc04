import { type Notification, cut } from "@syncbell/core";
import { adaptiveCard } from "./card.ts";
import type { AdaptiveCard } from "./card-elements.ts";
import type { TeamsConfig } from "./config.ts";
import { unmarked } from "./markup.ts";
import { mentionFor } from "./mention.ts";

/** A message as both a workflow and the Bot Connector take it: one card, and nothing beside it. */
export type TeamsMessage = {
  readonly type: "message";
  /** What the notification on a desktop or a phone says. A workflow has no use for it. */
  readonly summary?: string;
  readonly attachments: readonly [
    {
      readonly contentType: "application/vnd.microsoft.card.adaptive";
      readonly contentUrl: null;
      readonly content: AdaptiveCard;
    },
  ];
};

const LONGEST_SUMMARY = 200;

/** Says a notification for Teams. Pure; the mode decides what the receiver is known to show. */
export function teamsMessage(
  notification: Notification,
  { mode, mention }: TeamsConfig,
): TeamsMessage {
  const version = mode === "bot" ? "1.5" : "1.4";
  const content = adaptiveCard(notification, version, mentionFor(notification, mention));
  return {
    type: "message",
    ...(mode === "bot" ? { summary: unmarked(cut(notification.title, LONGEST_SUMMARY)) } : {}),
    attachments: [
      { contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content },
    ],
  };
}
