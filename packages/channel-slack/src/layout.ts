import type {
  ActionsBlock,
  Button as SlackButton,
  ContextBlock,
  HeaderBlock,
  PlainTextElement,
  RichTextBlock,
  SectionBlock,
} from "@slack/types";
import type { Fact, Tone } from "@syncbell/core";
import { type ShownItems, itemLines } from "./items.ts";
import { escapeText } from "./mrkdwn.ts";

/** An interface of @slack/types as plain data, which is stored, shown and compared as JSON. */
type Data<T> = T extends object ? { [K in keyof T]: Data<T[K]> } : T;

export type Button = Data<SlackButton>;

/** The kinds of blocks that a message is laid out with. */
export type SlackBlock = Data<
  ActionsBlock | ContextBlock | HeaderBlock | RichTextBlock | SectionBlock
>;

/**
 * Blocks beside a bar of colour. Slack refuses an attachment of blocks that has any of the older
 * fields too, `fallback` apart, as `invalid_attachments`.
 */
export type SlackAttachment = {
  readonly color: string;
  readonly fallback: string;
  readonly blocks: SlackBlock[];
};

/** The part of a message that is laid out. */
export type Layout = { readonly blocks: SlackBlock[]; readonly attachments: SlackAttachment[] };

/** What is laid out, cut to size. */
interface Content extends ShownItems {
  readonly mention: string;
  readonly title: string;
  readonly test: boolean;
  readonly excerpt: string | undefined;
  readonly tone: Tone;
  readonly facts: readonly Fact[];
  /** How many more facts there are. */
  readonly left: number;
  readonly buttons: readonly Button[];
}

/** In hex: Slack's names for colours have no effect on an attachment of blocks. */
const COLORS: Readonly<Record<Tone, string>> = {
  good: "#2eb67d",
  bad: "#e01e5a",
  neutral: "#8d8d92",
};

/** A section holds ten fields at most. A fact takes two: its label and its value. */
const FACTS_IN_A_SECTION = 5;

/**
 * What happened, one by one where it is several things, and what the run said, and then, beside the tone's colour, the facts and the buttons.
 * The former are not part of the attachment since Slack may fold attachments, and shows a message's
 * `text` as well when it has no blocks outside of them.
 *
 * Words of an event are in `plain_text` and `rich_text` alone, where Slack parses nothing.
 */
export function layOut(content: Content): Layout {
  const { mention, title, test, excerpt, tone, left, buttons } = content;
  // A trace takes a screen: whose run it is has to be said before it.
  const [first, ...others] = excerpt === undefined ? [] : content.facts;
  const facts = first ? others : content.facts;
  const beside: SlackBlock[] = [];
  for (let at = 0; at < facts.length; at += FACTS_IN_A_SECTION) {
    const fields = facts.slice(at, at + FACTS_IN_A_SECTION).flatMap(fieldsOf);
    beside.push({ type: "section", fields });
  }
  if (left > 0) beside.push(aside(`Facts not shown: ${left}.`));
  if (buttons.length > 0) beside.push({ type: "actions", elements: [...buttons] });
  return {
    blocks: [
      ...(mention === "" ? [] : [{ type: "section" as const, text: marked(mention) }]),
      { type: "header", text: plain(title) },
      ...(first ? [aside(`${first.label}: ${first.value}`)] : []),
      ...(test ? [aside("This is a test of the destination: nothing has happened.")] : []),
      ...(content.items.length === 0 ? [] : [list(itemLines(content))]),
      ...(excerpt === undefined ? [] : [codeBlock(excerpt)]),
    ],
    attachments:
      beside.length === 0
        ? []
        : [{ color: COLORS[tone], fallback: escapeText(title), blocks: beside }],
  };
}

/** Text as it is. With `emoji: false`, `:tada:` stays seven characters. */
export function plain(text: string): Data<PlainTextElement> {
  return { type: "plain_text", text, emoji: false };
}

/** Our own words with mark-up; `verbatim` keeps Slack from finding more of it. */
function marked(text: string): { type: "mrkdwn"; text: string; verbatim: true } {
  return { type: "mrkdwn", text, verbatim: true };
}

function fieldsOf({ label, value }: Fact): NonNullable<Data<SectionBlock>["fields"]> {
  // A label with anything but letters, digits and spaces in it could be more than bold.
  const isWord = /^[\p{L}\p{N}]+(?: [\p{L}\p{N}]+)*$/u.test(label);
  return [isWord ? marked(`*${label}*`) : plain(label), plain(value)];
}

function aside(text: string): Data<ContextBlock> {
  return { type: "context", elements: [plain(text)] };
}

/** Lines to go through. Of itself Slack would show the first few, and a button for the others. */
function list(lines: readonly string[]): Data<SectionBlock> {
  return { type: "section", text: plain(lines.join("\n")), expand: true };
}

/** A code block that no text can close: its end is in the structure, not in the text. */
function codeBlock(text: string): Data<RichTextBlock> {
  const elements = [{ type: "text" as const, text }];
  return { type: "rich_text", elements: [{ type: "rich_text_preformatted", elements }] };
}
