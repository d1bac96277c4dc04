import { type Notification, cleanLine, cut } from "@syncbell/core";
import { adaptiveCard } from "./card.ts";
import type { AdaptiveCard } from "./card-elements.ts";
import type { TeamsConfig } from "./config.ts";

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
export function teamsMessage(notification: Notification, { mode }: TeamsConfig): TeamsMessage {
  const content = adaptiveCard(notification, mode === "bot" ? "1.5" : "1.4");
  return {
    type: "message",
    ...(mode === "bot" ? { summary: unmarked(cut(notification.title, LONGEST_SUMMARY)) } : {}),
    attachments: [
      { contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content },
    ],
  };
}

/** What Markdown, XML and card functions are made of; an underscore within a word is none of it. */
const MARKUP = /[<>{}[\]*`~|\\]|(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu;

/** A text without mark-up, for a place where nobody says which kind a client reads. */
function unmarked(text: string): string {
  return cleanLine(text.replace(MARKUP, " "));
}
