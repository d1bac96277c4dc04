const UNSAFE =
  // C0 and C1 controls but tab and newline, bidi overrides and isolates, lone surrogates, the BOM.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Takes out of a text what could act on the reader's screen rather than be read: control characters,
 * marks that reorder text, halves of characters. Tabs and newlines stay; CR LF becomes LF.
 */
export function cleanText(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(UNSAFE, "");
}

/** {@link cleanText} on a single line: every run of white space becomes one space. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/g, " ").trim();
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The largest index, at most `max`, at which a text can be cut without splitting a character. */
function boundaryBefore(text: string, max: number): number {
  if (max >= text.length) return text.length;
  if (max <= 0) return 0;
  const inside = graphemes.segment(text.slice(0, max + LONGEST_GRAPHEME)).containing(max);
  const start = inside?.index ?? max;
  return max - start < LONGEST_GRAPHEME ? start : max - (splitsPair(text, max) ? 1 : 0);
}

/** Clusters longer than this many UTF-16 units are made to harm, and are cut like any text. */
const LONGEST_GRAPHEME = 64;

/**
 * Cuts a text to at most `max` UTF-16 units, on a boundary between characters as people see them;
 * a text that was cut ends in an ellipsis, which is counted.
 */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  if (max < 1) return "";
  return `${text.slice(0, boundaryBefore(text, max - 1)).trimEnd()}…`;
}

/**
 * Cuts the middle out of a text, so that its head and its tail remain: of an error, the tail is
 * usually what tells. At most `max` UTF-16 units, the note that says how much is gone included.
 */
export function cutMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  const note = (gone: number): string => `\n… ${gone} characters cut …\n`;
  const room = max - note(text.length).length;
  if (room < 2) return cut(text, max);
  const head = boundaryBefore(text, Math.ceil(room / 3));
  const tail = boundaryAfter(text, text.length - (room - head));
  return text.slice(0, head) + note(tail - head) + text.slice(tail);
}

/**
 * Cuts a text to its last characters, at most `max` UTF-16 units, on a boundary between characters as people
 * see them; a text that was cut begins with an ellipsis, which is counted.
 */
export function cutStart(text: string, max: number): string {
  if (text.length <= max) return text;
  return max < 1 ? "" : `…${text.slice(boundaryAfter(text, text.length - (max - 1)))}`;
}

/** The smallest index, at least `min`, at which a text can be cut without splitting a character. */
function boundaryAfter(text: string, min: number): number {
  const from = boundaryBefore(text, min);
  if (from === min) return min;
  const inside = graphemes.segment(text.slice(from, from + LONGEST_GRAPHEME)).containing(0);
  const end = Math.max(min, from + (inside?.segment.length ?? 0));
  return end + (splitsPair(text, end) ? 1 : 0);
}

function splitsPair(text: string, index: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(index - 1, index + 1));
}

/** A piece of a message: `priority` 0 is served first; `keep` says what survives a cut. */
export interface TextPart {
  readonly text: string;
  readonly priority: number;
  readonly keep?: "head" | "ends";
}

/** What {@link fitParts} leaves for each less important part, so that none vanishes without need. */
const FAIR_SHARE = 40;

/**
 * Fits parts into a budget of UTF-16 units by priority, and answers them in the order given. A part
 * gets all that the more important ones left, but for {@link FAIR_SHARE} units for each one after
 * it. The lengths that come back never sum to more than the budget.
 */
export function fitParts(parts: readonly TextPart[], budget: number): readonly string[] {
  const fitted = parts.map(() => "");
  const order = parts
    .map((part, index) => ({ part, index }))
    .toSorted((a, b) => a.part.priority - b.part.priority);
  let left = budget;
  for (const [served, { part, index }] of order.entries()) {
    const waiting = order.slice(served + 1);
    const reserved = waiting.reduce(
      (sum, other) => sum + Math.min(FAIR_SHARE, other.part.text.length),
      0,
    );
    const room = Math.max(Math.min(left, FAIR_SHARE), left - reserved);
    const text = part.keep === "ends" ? cutMiddle(part.text, room) : cut(part.text, room);
    fitted[index] = text;
    left -= text.length;
  }
  return fitted;
}
