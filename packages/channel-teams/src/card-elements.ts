import { cleanText } from "@syncbell/core";

/*
 * The few elements of Adaptive Cards 1.4 that a notice is made of. There is no TextBlock and no FactSet
 * among them: Teams reads Markdown in those, and none in a TextRun.
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

export type Column = {
  readonly type: "Column";
  readonly width: string;
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
  readonly msteams: { readonly width: "Full" };
  readonly body: readonly (RichTextBlock | ColumnSet | Container)[];
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
