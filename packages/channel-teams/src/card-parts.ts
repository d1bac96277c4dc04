import { type Fact, type Item, type Link, type Tone, cleanLine, cut } from "@syncbell/core";
import {
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

/** In UTF-16 units; of a URL, as JSON. */
const LONGEST = { title: 200, item: 300, label: 40, value: 300, url: 1_200, button: 40 };

/** A sign beside the colour, for those who can't tell the colours apart. */
const LOOKS: Readonly<Record<Tone, { sign: string; style: Container["style"]; color: Color }>> = {
  good: { sign: "✓", style: "good", color: "Good" },
  bad: { sign: "✗", style: "attention", color: "Attention" },
  neutral: { sign: "●", style: "emphasis", color: "Default" },
};

/** The head of a card, in the colour of the tone. */
export function header(tone: Tone, title: string, test: boolean): Container {
  const { sign, style, color } = LOOKS[tone];
  const look = { size: "Medium", weight: "Bolder" } as const;
  const inlines = [
    textRun(`${sign} `, { ...look, color }),
    textRun(cut(title, LONGEST.title), look),
  ];
  return {
    type: "Container",
    style,
    bleed: true,
    items: [
      { type: "RichTextBlock", inlines },
      ...(test ? [paragraph("This is a test: no sync has ended.", {}, "Small")] : []),
    ],
  };
}

/** An item, with the sign and the colour of its own tone. */
export function itemRow({ tone, text }: Item, spacing: Spacing): ColumnSet {
  const { sign, color } = LOOKS[tone];
  const marked = paragraph(sign, { weight: "Bolder", color });
  return row("14px", marked, paragraph(cut(text, LONGEST.item)), spacing);
}

/** Not a FactSet: its labels and values are read as Markdown. */
export function factRow({ label, value }: Fact, spacing: Spacing): ColumnSet {
  const named = paragraph(cut(label, LONGEST.label), { isSubtle: true });
  return row("108px", named, paragraph(cut(value, LONGEST.value)), spacing);
}

/** Two cells, so that the lines of the second keep clear of the first. */
function row(
  width: string,
  first: RichTextBlock,
  second: RichTextBlock,
  spacing: Spacing,
): ColumnSet {
  const columns = [
    { type: "Column", width, items: [first] },
    { type: "Column", width: "stretch", spacing: "Small", items: [second] },
  ] as const;
  return { type: "ColumnSet", spacing, columns };
}

/** What a run said last, in at most so many lines and UTF-16 units before lines are indented. */
export function excerptBox(excerpt: string, lines: number, units: number): Container {
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
export function button({ label, url }: Link): readonly OpenUrl[] {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (!target || !/^https?:$/.test(target.protocol)) return [];
  if (JSON.stringify(target.href).length > LONGEST.url) return [];
  const title = `Open ${cut(cleanLine(label), LONGEST.button)}`;
  return [{ type: "Action.OpenUrl", title, url: target.href }];
}
