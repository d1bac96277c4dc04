import { type Notification, counted, isPostSync } from "@syncbell/core";
import {
  type AdaptiveCard,
  type ColumnSet,
  type RichTextBlock,
  paragraph,
} from "./card-elements.ts";
import { button, excerptBox, factRow, header, itemRow } from "./card-parts.ts";
import type { CardMention } from "./mention.ts";

/** The largest card, in bytes of its JSON as UTF-8: Teams takes 28 KB of a workflow's whole message. */
const MAX_CARD_BYTES = 19_000;

/** How much is said: how many of each, and how much of the excerpt. */
interface Detail {
  readonly items: number;
  readonly facts: number;
  readonly lines: number;
  readonly units: number;
  readonly buttons: number;
}

/**
 * What is given up, step by step, until the card fits: facts and items first, then the error, and buttons
 * last. The mention stays. Beside the largest one, which takes 13 KB, the last step has at most 6 KB
 * whatever the notification says: a UTF-16 unit takes three bytes, a tab that indents eight.
 */
const STEPS: readonly [Detail, ...Detail[]] = [
  { items: 15, facts: 20, lines: 24, units: 3_000, buttons: 5 },
  { items: 12, facts: 8, lines: 24, units: 3_000, buttons: 5 },
  { items: 8, facts: 8, lines: 24, units: 1_500, buttons: 5 },
  { items: 5, facts: 3, lines: 12, units: 600, buttons: 5 },
  { items: 1, facts: 1, lines: 6, units: 100, buttons: 1 },
];

/** A notice as an Adaptive Card, with the mention that is due. Pure; it says of itself what it left out. */
export function adaptiveCard(
  notification: Notification,
  version: AdaptiveCard["version"],
  mention?: CardMention,
): AdaptiveCard {
  const [most, ...less] = STEPS;
  let card = cardWith(notification, version, mention, most);
  for (const detail of less) {
    if (!fits(card)) card = cardWith(notification, version, mention, detail);
  }
  return card;
}

function fits(card: AdaptiveCard): boolean {
  return Buffer.byteLength(JSON.stringify(card)) <= MAX_CARD_BYTES;
}

function cardWith(
  notification: Notification,
  version: AdaptiveCard["version"],
  mention: CardMention | undefined,
  detail: Detail,
): AdaptiveCard {
  const { tone, outcome, title, facts, excerpt, links, test, source } = notification;
  const what = isPostSync(source.event) ? `A sync ended (${outcome})` : "Syncbell has a notice";
  const buttons = links.flatMap(button).slice(0, detail.buttons);
  const shown = facts.slice(0, detail.facts);
  const missing = [
    ...leftOut(facts.length - shown.length, "fact"),
    ...leftOut(links.length - buttons.length, "link"),
  ];
  return {
    type: "AdaptiveCard",
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    version,
    fallbackText: `${test ? "A test. " : ""}${what}. This client can't show the card.`,
    msteams: { width: "Full", ...(mention ? { entities: mention.entities } : {}) },
    body: [
      // First, so that whoever is meant sees it before all else.
      ...(mention ? [mention.words] : []),
      header(tone, title, test),
      ...itemRows(notification, detail.items),
      ...shown.map((fact, index) => factRow(fact, index === 0 ? "Medium" : "Small")),
      ...(excerpt === undefined ? [] : [excerptBox(excerpt, detail.lines, detail.units)]),
      ...(missing.length > 0
        ? [paragraph(`Left out: ${missing.join(", ")}.`, { isSubtle: true })]
        : []),
    ],
    ...(buttons.length > 0 ? { actions: buttons } : {}),
  };
}

function itemRows(
  { items = [], itemsLeft = 0 }: Notification,
  most: number,
): readonly (ColumnSet | RichTextBlock)[] {
  const rows = items
    .slice(0, most)
    .map((item, index) => itemRow(item, index === 0 ? "Medium" : "Small"));
  const left = items.length - rows.length + itemsLeft;
  if (left === 0 || rows.length === 0) return rows;
  return [...rows, paragraph(`and ${left} more`, { isSubtle: true }, "Small")];
}

function leftOut(count: number, what: string): readonly string[] {
  return count > 0 ? [counted(count, what)] : [];
}
