import { type RunOutcome, TRANSITIONS, cleanLine } from "@syncbell/core";
import { isObject } from "./field-path.ts";
import { LONGEST_GLOB } from "./glob.ts";
import {
  type Comparison,
  type Order,
  asIs,
  equals,
  exists,
  fits,
  isIn,
  kindOf,
  negated,
  ordered,
  withoutCase,
} from "./operators.ts";
import { meantField, meantNumber } from "./known-fields.ts";
import { type Query, condition, every, inverse, some } from "./query.ts";
import { quote } from "./quote.ts";

/** Something wrong with a rule: where in it (keys and positions) and what. */
export interface QueryProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export type CompiledQuery =
  | {
      readonly ok: true;
      readonly query: Query;
      /** What is probably a slip, and may be right. */
      readonly warnings: readonly QueryProblem[];
    }
  | { readonly ok: false; readonly problems: readonly QueryProblem[] };

/** How many conditions and other rules a rule may hold, and values a list in it: they bound the time. */
const MOST_CONDITIONS = 200;
const MOST_VALUES = 1000;
const DEEPEST = 16;
const LONGEST_NAME = 256;
/** More problems than anybody reads. */
const MOST_PROBLEMS = 100;

/** Reads a rule, in MongoDB's operators, into something that can be asked. All problems at once. */
export function compileQuery(input: unknown): CompiledQuery {
  const compiler = new Compiler();
  const query = compiler.query(input, []);
  return compiler.problems.length > 0
    ? { ok: false, problems: compiler.problems }
    : { ok: true, query, warnings: compiler.warnings };
}

type Path = readonly (string | number)[];

const NOTHING: Query = every([]);

const ORDER_WORDS: Readonly<Record<Order, string>> = { $gt: ">", $gte: ">=", $lt: "<", $lte: "<=" };

const FIELD_OPERATORS = "$eq $ne $in $nin $gt $gte $lt $lte $exists $glob $not";

const OUTCOMES: readonly RunOutcome[] = ["succeeded", "failed", "skipped", "cancelled", "other"];

/** The fields that have one of a few words, and what such a word is called. */
const WORDS: Readonly<Record<string, { readonly one: string; readonly words: readonly string[] }>> =
  {
    outcome: { one: "outcome", words: OUTCOMES },
    "incident.transition": { one: "transition", words: TRANSITIONS },
  };

/** The first text in an operand that the field never is: a rule that asks for it would not hear of anything. */
function unknownWord(name: string, operand: unknown): string | undefined {
  const known = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (!known) return undefined;
  const unknown = [operand]
    .flat()
    .find(
      (value) => typeof value === "string" && !/[*?]/.test(value) && !known.words.includes(value),
    );
  if (unknown === undefined) return undefined;
  return `${quote(unknown)} is no ${known.one}; there are: ${known.words.join(", ")}`;
}

class Compiler {
  readonly problems: QueryProblem[] = [];
  readonly warnings: QueryProblem[] = [];
  #conditions = 0;
  #rules = 0;

  query(input: unknown, at: Path): Query {
    if (!isObject(input)) {
      return this.#refuse(at, `must be an object of conditions, not ${kindOf(input)}`);
    }
    if (at.length > DEEPEST) return this.#refuse(at, `must not nest deeper than ${DEEPEST}`);
    if (++this.#rules > MOST_CONDITIONS) {
      return this.#refuseOver(this.#rules, at, "rules within it");
    }
    return every(
      Object.entries(input).map(([key, operand]) =>
        key.startsWith("$")
          ? this.#logical(key, operand, [...at, key])
          : this.#field(key, operand, [...at, key]),
      ),
    );
  }

  #logical(operator: string, operand: unknown, at: Path): Query {
    if (operator === "$not") return inverse(this.query(operand, at));
    if (operator !== "$and" && operator !== "$or" && operator !== "$nor") {
      const known = FIELD_OPERATORS.split(" ").includes(operator);
      return this.#refuse(
        at,
        known
          ? `${operator} belongs under a field, like "status: { ${operator}: … }"`
          : `${operator} is not an operator that rules know`,
      );
    }
    if (!Array.isArray(operand) || operand.length === 0) {
      return this.#refuse(at, `${operator} takes a list of rules`);
    }
    const queries = operand.map((inner, index) => this.query(inner, [...at, index]));
    if (operator === "$and") return every(queries);
    return operator === "$or" ? some(queries) : inverse(some(queries));
  }

  #field(name: string, operand: unknown, at: Path): Query {
    const path = name.split(".");
    if (path.includes("") || path.length > DEEPEST || name.length > LONGEST_NAME) {
      const most = `${DEEPEST} of them and ${LONGEST_NAME} characters at most`;
      return this.#refuse(at, `is not a dotted path of field names, ${most}`);
    }
    const meant = meantField(name);
    if (meant !== undefined) {
      const message = `no event of Syncbell's own kinds has ${quote(name)}; did you mean "${meant}"?`;
      this.#warn(at, message);
    }
    if (Array.isArray(operand)) return this.#operator(path, "$in", operand, at);
    if (!isObject(operand)) return this.#operator(path, "$eq", operand, at);
    const entries = Object.entries(operand);
    if (entries.length === 0 || !entries.every(([key]) => key.startsWith("$"))) {
      const inner = entries.find(([key]) => !key.startsWith("$"))?.[0] ?? "field";
      return this.#refuse(at, `write a field inside another as a dotted path: "${name}.${inner}"`);
    }
    return every(entries.map(([key, value]) => this.#operator(path, key, value, [...at, key])));
  }

  #operator(path: readonly string[], operator: string, operand: unknown, at: Path): Query {
    if (++this.#conditions > MOST_CONDITIONS) {
      return this.#refuseOver(this.#conditions, at, "conditions");
    }
    if (operator !== "$not" && !nestsWithin(operand, DEEPEST)) {
      return this.#refuse(at, `takes a value that does not nest deeper than ${DEEPEST}`);
    }
    if (operator !== "$not" && !isCarriedByJson(operand)) {
      return this.#refuse(at, "takes no number that JSON can't carry, like .inf or .nan");
    }
    const name = path.join(".");
    const unknown = unknownWord(name, operand);
    if (unknown !== undefined) return this.#refuse(at, unknown);
    const number = meantNumber(name, operand);
    if (number !== undefined) {
      this.#warn(at, `"${name}" is ${number}: a text can't be compared with it`);
    }
    const fold = name === "status" ? withoutCase : asIs;
    const say = (value: unknown): string => quote(value, path.at(-1));
    const made = (word: string, comparison: Comparison, positive = false): Query =>
      condition(path, `${cleanLine(name)} ${word}`, comparison, positive);
    switch (operator) {
      case "$eq":
        return made(`= ${say(operand)}`, equals(operand, fold), true);
      case "$ne":
        return made(`is not ${say(operand)}`, negated(equals(operand, fold)));
      case "$in":
      case "$nin": {
        if (!Array.isArray(operand) || operand.length > MOST_VALUES) {
          return this.#refuse(at, `${operator} takes a list of at most ${MOST_VALUES} values`);
        }
        const comparison = isIn(operand, fold);
        return operator === "$in"
          ? made(`in ${say(operand)}`, comparison, true)
          : made(`not in ${say(operand)}`, negated(comparison));
      }
      case "$gt":
      case "$gte":
      case "$lt":
      case "$lte":
        if (typeof operand === "object" && operand !== null) {
          return this.#refuse(at, `${operator} takes a number, a text, true, false or null`);
        }
        return made(
          `${ORDER_WORDS[operator]} ${say(operand)}`,
          ordered(operator, operand as string | number | boolean | null, fold),
        );
      case "$exists":
        if (typeof operand !== "boolean") return this.#refuse(at, "$exists takes true or false");
        return made(operand ? "exists" : "does not exist", exists(operand));
      case "$glob":
        if (typeof operand !== "string" || operand.length > LONGEST_GLOB) {
          return this.#refuse(at, `$glob takes a text of at most ${LONGEST_GLOB} characters`);
        }
        return made(`fits ${say(operand)}`, fits(operand, fold), true);
      case "$not":
        if (!isObject(operand) || Object.keys(operand).length === 0) {
          return this.#refuse(at, '$not takes operators, like "{ $in: […] }"');
        }
        return inverse(
          every(
            Object.entries(operand).map(([key, value]) =>
              this.#operator(path, key, value, [...at, key]),
            ),
          ),
        );
      default:
        return this.#refuse(
          at,
          operator.startsWith("$")
            ? `${operator} is not an operator that rules know: ${FIELD_OPERATORS}`
            : `$not takes operators, not the field "${operator}"`,
        );
    }
  }

  #warn(path: Path, message: string): void {
    if (this.warnings.length < MOST_PROBLEMS) this.warnings.push({ path, message });
  }

  #refuse(path: Path, message: string): Query {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ path, message });
    return NOTHING;
  }

  /** Of all that is over the number allowed, the first is a problem; the rest would say the same. */
  #refuseOver(count: number, path: Path, what: string): Query {
    if (count > MOST_CONDITIONS + 1) return NOTHING;
    return this.#refuse(path, `a rule may hold ${MOST_CONDITIONS} ${what} at most`);
  }
}

/** Whether a value holds finite numbers alone: no event has another, and none would get to a dispatcher. */
function isCarriedByJson(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(isCarriedByJson);
}

function nestsWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => nestsWithin(inner, levels - 1));
}
