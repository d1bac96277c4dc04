import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Event, isPostSync, runTimes } from "@syncbell/core";
import { DECISIONS, type Destination, Rehearsal, type TimedDecision } from "@syncbell/engine";
import { LineCounter, isMap, isScalar, parseDocument } from "yaml";
import type { ConfigProblem } from "../config/config-problem.ts";
import { UsageError } from "./arguments.ts";
import { readEventFiles } from "./event-file.ts";

/** What came of a folder of events with expected decisions. */
export interface RuleTests {
  readonly events: number;
  /** How many decisions were expected. */
  readonly expected: number;
  readonly problems: readonly ConfigProblem[];
}

const EXPECTED = ".expected.yaml";

/**
 * Decides the events of a folder, `NAME.json` in the order of their names, and compares the decisions with
 * those in `NAME.expected.yaml`, which maps a destination's id to a decision. A folder within it is a story
 * of its own. An event comes when its run stopped. Throws UsageError where the folder can't be read.
 */
export async function runRuleTests(
  folder: string,
  destinations: readonly Destination[],
): Promise<RuleTests> {
  const rehearsal = new Rehearsal(destinations);
  const problems: ConfigProblem[] = [];
  let events = 0;
  let expected = 0;
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const inner = await runRuleTests(path, destinations);
      problems.push(...inner.problems);
      events += inner.events;
      expected += inner.expected;
    } else if (entry.name.endsWith(".json")) {
      const [read] = await readEventFiles([path]);
      if (!read) continue;
      events++;
      const { decisions } = rehearsal.decide(read.event, { now: momentOf(read.event) });
      const compared = compare(path.replace(/\.json$/, EXPECTED), decisions);
      expected += compared.expected;
      problems.push(...compared.problems);
    }
  }
  return { events, expected, problems };
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    );
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new UsageError(`${folder} can't be read (${code})`);
  }
}

function momentOf(event: Event): number {
  return (isPostSync(event) ? runTimes(event).stopped : undefined) ?? Date.now();
}

function compare(
  file: string,
  decisions: readonly TimedDecision[],
): Pick<RuleTests, "expected" | "problems"> {
  if (!existsSync(file)) return { expected: 0, problems: [] };
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
  });
  const problemAt = (offset: number, message: string): ConfigProblem => {
    const { line, col: column } = lines.linePos(offset);
    return { file, line, column, message };
  };
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
    if (!made) return [problemAt(key.range?.[0] ?? 0, `the event is not in the reach of "${id}"`)];
    if (made.decision === word) return [];
    const message = `"${id}" was to be ${word}, and is ${made.decision}: ${made.reason}`;
    return [problemAt(offset, message)];
  });
  return { expected: document.contents.items.length, problems };
}
