import {
  type Fact,
  type Link,
  type Notification,
  type Tone,
  cleanLine,
  cut,
  isPostSync,
} from "@syncbell/core";
import {
  type AdaptiveCard,
  type Color,
  type ColumnSet,
  type Container,
  type OpenUrl,
  type RichTextBlock,
  type Spacing,
  paragraph,
  textRun,
} from "./card-elements.ts";
import { shortened } from "./excerpt.ts";

/** The largest card, in bytes of its JSON as UTF-8: Teams takes 28 KB of a workflow's whole message. */
const MAX_CARD_BYTES = 19_000;

const LONGEST = { title: 200, label: 40, value: 300, url: 1_200, button: 40 };
const MOST_BUTTONS = 5;

/** How much is said: how many facts, and how much of the excerpt. */
interface Detail {
  readonly facts: number;
  readonly lines: number;
  readonly units: number;
}

/**
 * What is given up, step by step, until the card fits: facts first, then the error. The last step has at
 * most 18 KB whatever the notification says: a UTF-16 unit takes three bytes, a tab that indents eight.
 */
const STEPS: readonly [Detail, ...Detail[]] = [
  { facts: 20, lines: 24, units: 3_000 },
  { facts: 8, lines: 24, units: 3_000 },
  { facts: 8, lines: 24, units: 1_500 },
  { facts: 3, lines: 12, units: 600 },
];

/** A sign beside the colour, for those who can't tell the colours apart. */
const LOOKS: Readonly<Record<Tone, { sign: string; style: Container["style"]; color: Color }>> = {
  good: { sign: "✓", style: "good", color: "Good" },
  bad: { sign: "✗", style: "attention", color: "Attention" },
  neutral: { sign: "●", style: "emphasis", color: "Default" },
};

/** A notice as an Adaptive Card. Pure; it says of itself what it left out. */
export function adaptiveCard(
  notification: Notification,
  version: AdaptiveCard["version"],
): AdaptiveCard {
  const [most, ...less] = STEPS;
  let card = cardWith(notification, version, most);
  for (const detail of less) if (!fits(card)) card = cardWith(notification, version, detail);
  return card;
}

function fits(card: AdaptiveCard): boolean {
  return Buffer.byteLength(JSON.stringify(card)) <= MAX_CARD_BYTES;
}

function cardWith(
  { tone, outcome, title, facts, excerpt, links, test, source }: Notification,
  version: AdaptiveCard["version"],
  detail: Detail,
): AdaptiveCard {
  const { sign, style, color } = LOOKS[tone];
  const heading = { size: "Medium", weight: "Bolder" } as const;
  const what = isPostSync(source.event) ? `A sync ended (${outcome})` : "Syncbell has a notice";
  const buttons = links.flatMap(button).slice(0, MOST_BUTTONS);
  const shown = facts.slice(0, detail.facts);
  const missing = [
    ...counted(facts.length - shown.length, "fact"),
    ...counted(links.length - buttons.length, "link"),
  ];
  return {
    type: "AdaptiveCard",
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    version,
    fallbackText: `${test ? "A test. " : ""}${what}. This client can't show the card.`,
    msteams: { width: "Full" },
    body: [
      {
        type: "Container",
        style,
        bleed: true,
        items: [
          {
            type: "RichTextBlock",
            inlines: [
              textRun(`${sign} `, { ...heading, color }),
              textRun(cut(title, LONGEST.title), heading),
            ],
          },
          ...(test ? [paragraph("This is a test: no sync has ended.", {}, "Small")] : []),
        ],
      },
      ...shown.map((fact, index) => factRow(fact, index === 0 ? "Medium" : "Small")),
      ...(excerpt === undefined ? [] : [excerptBox(excerpt, detail)]),
      ...(missing.length > 0
        ? [paragraph(`Left out: ${missing.join(", ")}.`, { isSubtle: true })]
        : []),
    ],
    ...(buttons.length > 0 ? { actions: buttons } : {}),
  };
}

/** Not a FactSet: its labels and values are read as Markdown. */
function factRow({ label, value }: Fact, spacing: Spacing): ColumnSet {
  const cell = (width: string, item: RichTextBlock) =>
    ({ type: "Column", width, items: [item] }) as const;
  return {
    type: "ColumnSet",
    spacing,
    columns: [
      cell("84px", paragraph(cut(label, LONGEST.label), { isSubtle: true })),
      cell("stretch", paragraph(cut(value, LONGEST.value))),
    ],
  };
}

function excerptBox(excerpt: string, { lines, units }: Detail): Container {
  const text = shortened(excerpt, lines, units);
  return {
    type: "Container",
    style: "emphasis",
    spacing: "Medium",
    items: [
      { type: "RichTextBlock", inlines: [textRun(text, { size: "Small", fontType: "Monospace" })] },
    ],
  };
}

/** A button, where the link leads to the web and is not too long to be sent. */
function button({ label, url }: Link): readonly OpenUrl[] {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (!target || !/^https?:$/.test(target.protocol)) return [];
  if (JSON.stringify(target.href).length > LONGEST.url) return [];
  const title = `Open ${cut(cleanLine(label), LONGEST.button)}`;
  return [{ type: "Action.OpenUrl", title, url: target.href }];
}

function counted(count: number, what: string): readonly string[] {
  return count > 0 ? [`${count} ${what}${count === 1 ? "" : "s"}`] : [];
}
