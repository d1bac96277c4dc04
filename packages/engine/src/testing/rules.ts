import { type QueryProblem, compileQuery } from "../compile-query.ts";
import type { Query } from "../query.ts";
import { isUnknown } from "../truth.ts";

/** A rule that must be in order. */
export function rule(input: unknown): Query {
  const compiled = compileQuery(input);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.query;
}

/** What a rule says of an event: whether it fits, or `"unknown"`. */
export function verdict(input: unknown, event: unknown): boolean | "unknown" {
  const truth = rule(input).test(event);
  return isUnknown(truth) ? "unknown" : truth;
}

/** What is wrong with a rule; nothing where it is in order. */
export function problemsOf(input: unknown): readonly QueryProblem[] {
  const compiled = compileQuery(input);
  return compiled.ok ? [] : compiled.problems;
}
