import { type Notification, type Tone, cut } from "@syncbell/core";

/** How many items a preset shows, and how much of each, in UTF-16 units. */
const MOST_ITEMS = 20;
const LONGEST_ITEM = 300;

/** What an item begins with, for an eye that goes down the list. */
const SIGNS: Readonly<Record<Tone, string>> = { good: "✓", bad: "✗", neutral: "–" };

type Told = Pick<Notification, "items" | "itemsLeft">;
type Dress = (line: string) => string;

const asItIs: Dress = (line) => line;

/**
 * The first items of a notification, a line each as `dress` makes it, and last how many more there are. As
 * many as go into `longest` UTF-16 units, the ends of the lines counted; none where the first does not.
 */
export function itemLines(
  { items = [], itemsLeft = 0 }: Told,
  longest: number,
  dress: Dress = asItIs,
): readonly string[] {
  const dressed = items
    .slice(0, MOST_ITEMS)
    .map(({ tone, text }) => dress(`${SIGNS[tone]} ${cut(text, LONGEST_ITEM) || "-"}`));
  for (let shown = dressed.length; shown > 0; shown -= 1) {
    const left = items.length + itemsLeft - shown;
    const lines = [...dressed.slice(0, shown), ...(left > 0 ? [`and ${left} more`] : [])];
    if (lines.join("\n").length < longest) return lines;
  }
  return [];
}

/** {@link itemLines} as one text, in which every line is ended. */
export function itemText(told: Told, longest: number, dress: Dress = asItIs): string {
  return itemLines(told, longest, dress)
    .map((line) => `${line}\n`)
    .join("");
}
