import fc from "fast-check";

const PIECES = [
  "a",
  "word ",
  "\n",
  "é",
  "e\u0301",
  "\u{1F600}",
  "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466}",
  "\u{1F1E9}\u{1F1EA}",
  "\u{1F44D}\u{1F3FD}",
  "한",
  "\u1112\u1161\u11AB",
  "नि",
  "漢",
  `Z${"\u0301".repeat(61)}`,
  `Z${"\u0301".repeat(200)}`,
  "\u{1F3FB}".repeat(70),
] as const;

/** Well-formed text made of what is hard to cut: clusters of one to hundreds of UTF-16 units. */
export const hardToCut: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "grapheme", maxLength: 200 }),
);

/** Any text, halves of characters and control characters among it. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\u0000",
        "\u001B[31m",
        "\r",
        "\n",
        "\t",
        "\u202E",
        "\uD83D",
        "\uDE00",
        "\uFEFF",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(""));

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Whether an index falls into a character of fewer than 64 UTF-16 units, as people see characters. */
export function splitsCharacter(text: string, index: number): boolean {
  if (index <= 0 || index >= text.length) return false;
  const inside = graphemes.segment(text).containing(index);
  return inside !== undefined && inside.index !== index && inside.segment.length < 64;
}
