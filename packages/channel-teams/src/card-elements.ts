import { cleanText } from "@syncbell/core";

/*
 * The few elements of Adaptive Cards 1.4 that a notice is made of. All that an event says is in a TextRun,
 * where Teams reads no Markdown. In a TextBlock it does: there is one for mentions, which only work there,
 * and whose words come from the config.
 */

export type Color = "Default" | "Good" | "Attention";
export type Spacing = "None" | "Small" | "Medium";

export type TextRun = {
  readonly type: "TextRun";
  readonly text: string;
  readonly size?: "Small" | "Medium";
  readonly weight?: "Bolder";
  readonly color?: Color;
  readonly isSubtle?: true;
  readonly fontType?: "Monospace";
};

export type RichTextBlock = {
  readonly type: "RichTextBlock";
  readonly spacing?: Spacing;
  readonly inlines: readonly TextRun[];
};

export type TextBlock = { readonly type: "TextBlock"; readonly text: string; readonly wrap: true };

/** Makes a mention of the words in a TextBlock that are its text. */
export type MentionEntity = {
  readonly type: "mention";
  readonly text: string;
  readonly mentioned: { readonly id: string; readonly name: string };
};

export type Column = {
  readonly type: "Column";
  readonly width: string;
  readonly spacing?: Spacing;
  readonly items: readonly RichTextBlock[];
};

export type ColumnSet = {
  readonly type: "ColumnSet";
  readonly spacing?: Spacing;
  readonly columns: readonly Column[];
};

export type Container = {
  readonly type: "Container";
  readonly style: "good" | "attention" | "emphasis";
  readonly bleed?: true;
  readonly spacing?: Spacing;
  readonly items: readonly RichTextBlock[];
};

export type OpenUrl = {
  readonly type: "Action.OpenUrl";
  readonly title: string;
  readonly url: string;
};

export type AdaptiveCard = {
  readonly type: "AdaptiveCard";
  readonly $schema: "http://adaptivecards.io/schemas/adaptive-card.json";
  readonly version: "1.4" | "1.5";
  /** What a client says that can't show the card. Some read Markdown in it, so no event speaks here. */
  readonly fallbackText: string;
  readonly msteams: { readonly width: "Full"; readonly entities?: readonly MentionEntity[] };
  readonly body: readonly (TextBlock | RichTextBlock | ColumnSet | Container)[];
  readonly actions?: readonly OpenUrl[];
};

type Look = Omit<TextRun, "type" | "text">;

/** A run of text that is shown as it is, whatever it says. */
export function textRun(text: string, look: Look = {}): TextRun {
  return { type: "TextRun", text: withoutDateFunctions(cleanText(text)), ...look };
}

/** A paragraph of one run. */
export function paragraph(text: string, look?: Look, spacing?: Spacing): RichTextBlock {
  return {
    type: "RichTextBlock",
    ...(spacing === undefined ? {} : { spacing }),
    inlines: [textRun(text, look)],
  };
}

/** `{{DATE(…)}}` and `{{TIME(…)}}` are the one thing that a renderer fills in, even in a TextRun. */
function withoutDateFunctions(text: string): string {
  return text.replace(/\{(?=\{(?:DATE|TIME)\()/gi, "{ ");
}
