import { type Notification, cut, cutMiddle, fitParts } from "@syncbell/core";
import { buttonsFor } from "./buttons.ts";
import { firstItems } from "./items.ts";
import { type Layout, layOut } from "./layout.ts";

/** Slack's limit, in characters, from its reference on blocks; read in November 2026. */
const LONGEST_HEADER = 150;

/**
 * What the blocks of a message may come to as JSON. Slack's pages name no such limit, but it answers
 * `msg_blocks_too_long` from about 13,200 characters on, the blocks' own names included.
 */
const LONGEST_BLOCKS = 12_000;

/** Bounds of our own: what nobody reads makes room for what somebody does. */
const MOST_ITEMS = 15;
const LONGEST_ITEM = 180;
const MOST_FACTS = 15;
const LONGEST_LABEL = 40;
const LONGEST_VALUE = 300;
const LONGEST_EXCERPT = 2000;
const ROOM_FOR_EXCERPT = 1000;

/**
 * A notification as blocks, within every limit of Slack's. The mention comes as control sequences
 * and may be empty.
 *
 * The layout's own cost is measured first. Text gets half of what that leaves, since JSON writes a
 * character of a clean text as two at most: the title, then the items and the facts in their order, and
 * the excerpt what they leave, but no less than its share.
 */
export function blocksOf(notification: Notification, mention: string): Layout {
  const { excerpt = "", tone, test, links, source } = notification;
  const facts = notification.facts.filter(({ label, value }) => label.trim() && value.trim());
  const shown = facts.slice(0, MOST_FACTS);
  const { items, itemsLeft } = firstItems(notification, MOST_ITEMS, LONGEST_ITEM);
  const title = cut(notification.title.trim() || source.type, LONGEST_HEADER);
  const frame = {
    mention,
    title: "",
    test,
    items: items.map((item) => ({ ...item, text: "" })),
    itemsLeft,
    excerpt: excerpt === "" ? undefined : "",
    tone,
    facts: shown.map(({ label }) => ({ label: cut(label, LONGEST_LABEL), value: "" })),
    left: facts.length - shown.length,
    buttons: buttonsFor(links),
  };
  const room = Math.floor((LONGEST_BLOCKS - JSON.stringify(layOut(frame)).length) / 2);
  const values = shown.map(({ value }) => cut(value, LONGEST_VALUE));
  const texts = [title, ...items.map(({ text }) => text), ...values];
  const fitted = fitParts(
    texts.map((text, priority) => ({ text, priority })),
    room - Math.min(excerpt.length, ROOM_FOR_EXCERPT),
  );
  const [heading = "", ...rest] = fitted;
  const left = Math.min(LONGEST_EXCERPT, room - fitted.join("").length);
  return layOut({
    ...frame,
    title: heading,
    items: items.map((item, index) => ({ ...item, text: rest[index] ?? "" })),
    facts: frame.facts.map(({ label }, index) => ({
      label,
      value: rest[items.length + index] ?? "",
    })),
    excerpt: excerpt === "" ? undefined : cutMiddle(excerpt, left),
  });
}
