import { redactSecrets } from "./redact.ts";
import { cleanLine, cleanText, cut } from "./text.ts";

/** No secret that is masked by its shape is longer, in UTF-16 units. */
const LONGEST_SECRET = 12_000;

/** The first `reach` units of somebody's text, clean, on one line, and with secrets masked. */
export function quoteLine(text: string, reach: number): string {
  return quoteEnd("head", text, reach, cleanLine);
}

/** The end of somebody's text on one line, clean and with secrets masked: of a long text its last `reach` units. */
export function quoteLineEnd(text: string, reach: number): string {
  return quoteEnd("tail", text, reach, cleanLine);
}

/**
 * Somebody's text over several lines, clean and with secrets masked. Of a long text only the first
 * and the last `reach` units are quoted, and what lies between them is not read.
 */
export function quoteEnds(text: string, reach: number): string {
  const short = text.length <= reach * 4 ? redactSecrets(cleanText(text)) : undefined;
  if (short !== undefined && short.length <= reach * 2) return short;
  const head = quoteEnd("head", text, reach, cleanText);
  const tail = quoteEnd("tail", text, reach, cleanText);
  return `${head}\n…\n${tail}`;
}

/** Reads past the cut by more than any secret's length, so that none is cut in two and goes unseen. */
function quoteEnd(
  end: "head" | "tail",
  text: string,
  reach: number,
  clean: (text: string) => string,
): string {
  for (let read = reach + LONGEST_SECRET * 2; ; read *= 2) {
    const masked = redactSecrets(clean(end === "head" ? text.slice(0, read) : text.slice(-read)));
    if (read >= text.length || masked.length >= reach + LONGEST_SECRET) {
      return clean(end === "head" ? masked.slice(0, reach) : masked.slice(-reach));
    }
  }
}

/** The longest value that is worth saying in a fact or a title, in UTF-16 units. */
const LONGEST_VALUE = 300;

/** A value of somebody's, short enough for a fact or a title, clean, on one line and masked. */
export function say(value: string | number): string {
  // More is read than is said: what was cut has to show that it was.
  return cut(quoteLine(String(value), LONGEST_VALUE * 2), LONGEST_VALUE);
}
