import { type Candidate, MISSING, candidatesAt } from "./field-path.ts";
import type { Comparison } from "./operators.ts";
import { type Say, quote } from "./quote.ts";
import { type Truth, allOf, anyOf, isUnknown, not } from "./truth.ts";

/** A rule, ready to be asked. Made by `compileQuery`. */
export interface Query {
  /** The rule in words: `status = "failed" and duration > 600`. */
  readonly text: string;
  /** Whether an event fits. Pure; the time it takes is bounded. */
  test(event: unknown): Truth;
  /** Of an event that does not fit, or can't be tested: the condition at fault and the value met. */
  blame(event: unknown, say?: Say): string;
  /** Whether the rule asks for this `event_type` by name. */
  names(eventType: string): boolean;
}

export function condition(
  path: readonly string[],
  text: string,
  comparison: Comparison,
  positive: boolean,
): Query {
  const test = (event: unknown): Truth => comparison(candidatesAt(event, path));
  const isEventType = positive && path.length === 1 && path[0] === "event_type";
  return {
    text,
    test,
    blame(event, say = quote) {
      const candidates = candidatesAt(event, path);
      const truth = comparison(candidates);
      const met = isUnknown(truth) ? truth.unknown : `it is ${sayMet(candidates, path, say)}`;
      return `${text} (${met})`;
    },
    names: (eventType) => isEventType && comparison([{ value: eventType, whole: false }]) === true,
  };
}

export function every(queries: readonly Query[]): Query {
  return {
    text: joined(queries, " and "),
    test: (event) => allOf(queries, (query) => query.test(event)),
    blame: (event, say) => firstOther(queries, event)?.blame(event, say) ?? "",
    names: (eventType) => queries.some((query) => query.names(eventType)),
  };
}

/** How many alternatives are gone through for why none of them fits. */
const MOST_BLAMED = 5;

export function some(queries: readonly Query[]): Query {
  return {
    text: queries.length === 1 ? joined(queries, "") : `(${joined(queries, " or ")})`,
    test: (event) => anyOf(queries, (query) => query.test(event)),
    blame(event, say) {
      const said = queries.slice(0, MOST_BLAMED).map((query) => query.blame(event, say));
      const unsaid = queries.length - said.length;
      return said.join(" and ") + (unsaid > 0 ? ` and ${unsaid} more` : "");
    },
    names: (eventType) => queries.some((query) => query.names(eventType)),
  };
}

export function inverse(query: Query): Query {
  const text = `not (${textOf(query)})`;
  return {
    text,
    test: (event) => not(query.test(event)),
    blame: (event, say) =>
      isUnknown(query.test(event)) ? query.blame(event, say) : `${text} (it does)`,
    names: () => false,
  };
}

/** Of a rule that is not fulfilled: the condition that is not, else the first that can't be evaluated. */
function firstOther(queries: readonly Query[], event: unknown): Query | undefined {
  let unknown: Query | undefined;
  for (const query of queries) {
    const truth = query.test(event);
    if (truth === false) return query;
    if (truth !== true) unknown ??= query;
  }
  return unknown;
}

function joined(queries: readonly Query[], word: string): string {
  return queries.map(textOf).join(word);
}

/** A rule without conditions says nothing by itself, and must where it is part of another. */
function textOf(query: Query): string {
  return query.text || "any event";
}

function sayMet(candidates: readonly Candidate[], path: readonly string[], say: Say): string {
  const last = candidates.at(-1);
  if (!last || last.value === MISSING) return "not there";
  return say(last.value, path.at(-1));
}
