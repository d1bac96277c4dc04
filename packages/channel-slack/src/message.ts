import { LONGEST_LINE, type Notification, cut } from "@syncbell/core";
import { blocksOf } from "./blocks.ts";
import type { SlackConfig } from "./config.ts";
import { firstItems, itemLines } from "./items.ts";
import type { Layout } from "./layout.ts";
import { mentionFor } from "./mention.ts";
import { escapeText } from "./mrkdwn.ts";

/** Items in a text are for a glance; with the line, they take at most 20 KB when all of it is escaped. */
const MOST_ITEMS = 10;
const LONGEST_ITEM = 150;

/** The payload of an incoming webhook, as Slack's API names its fields. */
export type SlackMessage = {
  readonly text: string;
  readonly mrkdwn: false;
  readonly parse: "none";
  readonly unfurl_links: false;
  readonly unfurl_media: false;
} & Partial<Layout>;

/**
 * Says a notification in the config's format. `text` is the event's line in both, with the mention in
 * front where one is due and its first items below; beside blocks, Slack shows it in notifications and to
 * screen readers.
 */
export function messageOf(notification: Notification, config: SlackConfig): SlackMessage {
  const { line, test } = notification;
  const mention = mentionFor(notification, config.mention);
  const said = (test ? "[test] " : "") + cut(line, LONGEST_LINE);
  const items = firstItems(notification, MOST_ITEMS, LONGEST_ITEM);
  const text = escapeText([said, ...itemLines(items)].join("\n"));
  return {
    text: mention === "" ? text : `${mention} ${text}`,
    // Three things can act in a text, and Slack settles each apart: control sequences like <@U1>
    // (inert when escaped, and all that a mention needs), the characters *_~` (inert by `mrkdwn`),
    // and bare URLs (left alone by `parse`). So the words of an event need no change.
    mrkdwn: false,
    parse: "none",
    unfurl_links: false,
    unfurl_media: false,
    ...(config.format === "blocks" ? blocksOf(notification, mention) : {}),
  };
}
