import { type Candidate, MISSING, candidatesAt } from "./field-path.ts";
import type { Comparison } from "./operators.ts";
import { quote } from "./quote.ts";
import { type Truth, allOf, anyOf, isUnknown, not } from "./truth.ts";

/** A rule, ready to be asked. Made by `compileQuery`. */
export interface Query {
  /** The rule in words: `status = "failed" and duration > 600`. */
  readonly text: string;
  /** Whether an event fits. Pure; the time it takes is bounded. */
  test(event: unknown): Truth;
  /** Of an event that does not fit, or can't be tested: the condition at fault and the value met. */
  blame(event: unknown): string;
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
    blame(event) {
      const candidates = candidatesAt(event, path);
      const truth = comparison(candidates);
      return `${text} (${isUnknown(truth) ? truth.unknown : `it is ${sayValue(candidates, path)}`})`;
    },
    names: (eventType) => isEventType && comparison([{ value: eventType, whole: false }]) === true,
  };
}

export function every(queries: readonly Query[]): Query {
  return {
    text: joined(queries, " and "),
    test: (event) => allOf(lazily(queries, event)),
    blame: (event) => firstOther(queries, event, true)?.blame(event) ?? "",
    names: (eventType) => queries.some((query) => query.names(eventType)),
  };
}

/** How many alternatives are gone through for why none of them fits. */
const MOST_BLAMED = 5;

export function some(queries: readonly Query[]): Query {
  return {
    text: queries.length === 1 ? joined(queries, "") : `(${joined(queries, " or ")})`,
    test: (event) => anyOf(lazily(queries, event)),
    blame(event) {
      const said = queries.slice(0, MOST_BLAMED).map((query) => query.blame(event));
      const unsaid = queries.length - said.length;
      return said.join(" and ") + (unsaid > 0 ? ` and ${unsaid} more` : "");
    },
    names: (eventType) => queries.some((query) => query.names(eventType)),
  };
}

export function inverse(query: Query): Query {
  return {
    text: `not (${say(query)})`,
    test: (event) => not(query.test(event)),
    blame: (event) =>
      isUnknown(query.test(event)) ? query.blame(event) : `not (${say(query)}) (it does)`,
    names: () => false,
  };
}

function* lazily(queries: readonly Query[], event: unknown): Generator<Truth> {
  for (const query of queries) yield query.test(event);
}

function firstOther(queries: readonly Query[], event: unknown, truth: boolean): Query | undefined {
  const others = queries.filter((query) => query.test(event) !== truth);
  return others.find((query) => query.test(event) === !truth) ?? others[0];
}

function joined(queries: readonly Query[], word: string): string {
  return queries.map(say).join(word);
}

/** A rule without conditions says nothing by itself, and must where it is part of another. */
function say(query: Query): string {
  return query.text || "any event";
}

function sayValue(candidates: readonly Candidate[], path: readonly string[]): string {
  const last = candidates.at(-1);
  if (!last || last.value === MISSING) return "not there";
  return quote(last.value, path.at(-1));
}
