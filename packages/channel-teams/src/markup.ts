import { cleanLine } from "@syncbell/core";

/** What Markdown, XML and card functions are made of; an underscore within a word is none of it. */
const MARKUP = /[<>{}[\]*`~|\\]|(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu;

/** A text without mark-up, for a place where nobody says which kind a client reads. */
export function unmarked(text: string): string {
  return cleanLine(text.replace(MARKUP, " "));
}
