import { cutMiddle } from "@syncbell/core";

/**
 * The head and the tail of what a run said, in at most so many lines and UTF-16 units (before lines are
 * indented), with a note where something was cut out. It is indented as it was.
 */
export function shortened(text: string, lines: number, units: number): string {
  return indented(cutMiddle(cutLines(text, lines), units));
}

/** Keeps the first third and the last two thirds of the lines that are allowed. */
function cutLines(text: string, most: number): string {
  const lines = text.split("\n");
  if (lines.length <= most) return text;
  const head = Math.floor(most / 3);
  const tail = most - head - 1;
  const note = `… ${lines.length - head - tail} lines cut …`;
  return [...lines.slice(0, head), note, ...lines.slice(-tail)].join("\n");
}

/** A renderer collapses spaces; those that indent a line are kept by being no-break ones. */
function indented(text: string): string {
  return text.replace(/^[ \t]+/gm, (space) =>
    space.replaceAll("\t", "    ").replaceAll(" ", "\u00a0"),
  );
}
