import { readFileSync } from "node:fs";
import {
  type Event,
  isDestinationEvent,
  isOverdueEvent,
  isPostSync,
  parseEvent,
  parseTimestamp,
  runTimes,
} from "@syncbell/core";
import { LineCounter, isScalar, parseDocument, visit } from "yaml";
import { type ConfigProblem, placeFinder } from "../config/config-problem.ts";
import { errorCode } from "../config/secret-refs.ts";

/** An event out of a file, or all that is wrong with the file, with the places. */
export type TestEvent =
  | { readonly ok: true; readonly event: Event }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Reads the event of a rule test. */
export function readTestEvent(file: string): TestEvent {
  const refuse = (message: string, { line, column } = { line: 1, column: 1 }): TestEvent => ({
    ok: false,
    problems: [{ file, line, column, message }],
  });
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return refuse(`can't be read (${errorCode(error)})`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse("is not JSON", placeOfSlip(text, error));
  }
  const parsed = parseEvent(value);
  if (parsed.ok) return parsed;
  const { document, lines } = readAsYaml(text);
  const placeOf = placeFinder(document, lines);
  const problems = parsed.errors.map(({ path, message }) => ({
    file,
    ...placeOf(path === "" ? [] : path.split("."), "value"),
    message: `is no event: ${path || "it"} ${message}`,
  }));
  return { ok: false, problems };
}

/** What is JSON is YAML, whose parser knows the places of things. */
function readAsYaml(text: string) {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
    uniqueKeys: false,
  });
  return { document, lines };
}

/** Where a text stops being JSON, as far as that is known. */
function placeOfSlip(text: string, error: unknown): { line: number; column: number } {
  const message = error instanceof Error ? error.message : "";
  const { document, lines } = readAsYaml(text);
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  let offset = position === undefined ? 0 : Number(position);
  if (message.includes("end of JSON")) offset = text.trimEnd().length;
  else if (position === undefined) {
    // Of a word that is none of JSON's, the place is not told.
    visit(document, {
      Scalar(_, node) {
        if (!isScalar(node) || node.type !== "PLAIN" || isJson(node.source ?? "")) return undefined;
        offset = node.range?.[0] ?? 0;
        return visit.BREAK;
      },
    });
  }
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The fields in which events of other types usually say when it was. */
const TIMES = ["stopped_at", "occurred_at", "time", "timestamp", "created_at"];

/**
 * When an event comes by what it says itself, in milliseconds since the epoch: a run when it stopped, the
 * notice of an overdue one when that was waited for long enough, one about a destination when its failing
 * began. Undefined where it does not say.
 */
export function momentOf(event: Event): number | undefined {
  if (isPostSync(event)) return runTimes(event).stopped;
  if (isOverdueEvent(event)) {
    const expected = parseTimestamp(event.expected_at);
    return expected === undefined ? undefined : expected + event.grace_seconds * 1000;
  }
  if (isDestinationEvent(event)) return readTime(event.destination.failing_since);
  const fields: Readonly<Record<string, unknown>> = { ...event };
  return TIMES.map((name) => readTime(fields[name])).find((time) => time !== undefined);
}

function readTime(value: unknown): number | undefined {
  return typeof value === "string" ? parseTimestamp(value) : undefined;
}
