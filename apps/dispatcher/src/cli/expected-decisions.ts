import { readFileSync } from "node:fs";
import { DECISIONS, type TimedDecision } from "@syncbell/engine";
import { LineCounter, isMap, isScalar, parseDocument } from "yaml";
import type { ConfigProblem } from "../config/config-problem.ts";
import { nearest } from "../config/nearest.ts";
import { errorCode } from "../config/secret-refs.ts";

/** What came of comparing decisions with those that were expected. */
export interface Compared {
  /** How many decisions were expected. */
  readonly expected: number;
  readonly problems: readonly ConfigProblem[];
}

/** Compares decisions with a file that maps a destination's id to a decision. */
export function compareWithExpected(
  file: string,
  decisions: readonly TimedDecision[],
  ids: readonly string[],
): Compared {
  const lines = new LineCounter();
  const problemAt = (offset: number, message: string): ConfigProblem => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col), message };
  };
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return { expected: 0, problems: [problemAt(0, `can't be read (${errorCode(error)})`)] };
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
  });
  const [error] = document.errors;
  if (error) return { expected: 0, problems: [problemAt(error.pos[0], "is not YAML")] };
  if (!isMap(document.contents)) {
    return { expected: 0, problems: [problemAt(0, "must map destinations to decisions")] };
  }
  const problems = document.contents.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || !isScalar(value)) return [problemAt(0, "must map ids to words")];
    const id = String(key.value);
    const word = String(value.value);
    const made = decisions.find(({ destinationId }) => destinationId === id);
    const offset = value.range?.[0] ?? 0;
    const words: readonly string[] = DECISIONS;
    if (!words.includes(word)) {
      return [problemAt(offset, `"${word}" is no decision; there are: ${words.join(", ")}`)];
    }
    if (!made) return [problemAt(key.range?.[0] ?? 0, absenceOf(id, ids))];
    if (made.decision === word) return [];
    const message = `the decision for "${id}" is ${made.decision}, not ${word}: ${made.reason}`;
    return [problemAt(offset, message)];
  });
  return { expected: document.contents.items.length, problems };
}

function absenceOf(id: string, ids: readonly string[]): string {
  if (ids.includes(id)) return `the event is of no tenant that "${id}" hears of`;
  const meant = nearest(id, ids);
  return `there is no destination "${id}"${meant === undefined ? "" : `; did you mean "${meant}"?`}`;
}
