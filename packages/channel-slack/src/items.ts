import { type Item, type Notification, type Tone, cut } from "@syncbell/core";

/** The items that a message shows, and how many more there are. */
export type ShownItems = Required<Pick<Notification, "items" | "itemsLeft">>;

/** The first items of a notification: at most `most`, each cut to `longest` UTF-16 units. */
export function firstItems(
  { items = [], itemsLeft = 0 }: Notification,
  most: number,
  longest: number,
): ShownItems {
  const shown = items.slice(0, most).map((item) => ({ ...item, text: cut(item.text, longest) }));
  return { items: shown, itemsLeft: items.length - shown.length + itemsLeft };
}

/** What an item begins with, for an eye that goes down the list. Slack makes an emoji of none of them. */
const SIGNS: Readonly<Record<Tone, string>> = { good: "✓", bad: "✗", neutral: "●" };

/** A line for each item, and one that says how many more there are. Nothing is escaped. */
export function itemLines({ items, itemsLeft }: ShownItems): readonly string[] {
  const lines = items.map(({ tone, text }: Item) => `${SIGNS[tone]} ${text}`);
  return itemsLeft > 0 && lines.length > 0 ? [...lines, `and ${itemsLeft} more`] : lines;
}
