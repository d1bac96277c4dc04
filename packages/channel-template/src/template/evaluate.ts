import { HELPERS } from "./helpers.ts";
import type { Meter } from "./meter.ts";
import type { Expression, Node, Path, Place, Program } from "./node.ts";
import type { Reader } from "./reader.ts";

/** Where the filled template goes. */
export interface Sink {
  /** A piece of the template itself. */
  text(text: string, place: Place): void;
  /** A value, masked; undefined where the event has none. */
  value(value: unknown): void;
}

export interface Evaluation {
  readonly root: unknown;
  readonly reader: Reader;
  readonly meter: Meter;
  /** Told of every field that was to be shown and is not there. */
  missing(written: string): void;
}

/** What a tag is seen against: a value, and the values around it. */
interface Scope {
  readonly value: unknown;
  readonly outer?: Scope;
  readonly names: ReadonlyMap<string, unknown>;
  readonly turn?: Turn;
}

/** The variables of a turn of a loop, and of the loop around it. */
interface Turn {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly outer?: Turn | undefined;
}

/**
 * Evaluates a checked template as Handlebars would, by walking it: no code is made of it, nothing
 * that it says is called but our helpers, and the meter counts every step. Throws what the meter
 * throws.
 */
export function evaluate(program: Program, sink: Sink, evaluation: Evaluation): void {
  fill(program, { value: evaluation.root, names: new Map() }, sink, evaluation);
}

/** The value of a single tag, in its own type. */
export function valueOf(expression: Expression, evaluation: Evaluation): unknown {
  return shownValue(expression, { value: evaluation.root, names: new Map() }, evaluation);
}

function fill(program: Program, scope: Scope, sink: Sink, evaluation: Evaluation): void {
  for (const node of program) {
    evaluation.meter.step();
    if (node.kind === "text") sink.text(node.text, node.place);
    else if (node.kind === "value") sink.value(shownValue(node.value, scope, evaluation));
    else if (node.kind === "if") {
      const branch = isEmpty(resolve(node.test, scope, evaluation)) ? "otherwise" : "whole";
      fill(node[branch], scope, sink, evaluation);
    } else if (node.kind === "each") loop(node, scope, sink, evaluation);
    else {
      const value = resolve(node.value, scope, evaluation);
      const within = inner(scope, value, node.names, [value]);
      if (value === 0 || !isEmpty(value)) fill(node.whole, within, sink, evaluation);
      else fill(node.otherwise, scope, sink, evaluation);
    }
  }
}

type Block = Extract<Node, { kind: "each" | "with" }>;

function loop(block: Block, scope: Scope, sink: Sink, evaluation: Evaluation): void {
  const { reader, meter } = evaluation;
  const list = resolve(block.value, scope, evaluation);
  const isList = Array.isArray(list);
  const keys = isList || typeof list !== "object" || list === null ? [] : Object.keys(list);
  const turns = isList ? list.length : keys.length;
  meter.step(turns);
  for (let index = 0; index < turns; index += 1) {
    const value = reader.field(list, keys[index] ?? String(index));
    const key = isList ? index : reader.shown(keys[index]);
    const variables = { index, key, first: index === 0, last: index === turns - 1 };
    const within = inner(scope, value, block.names, [value, key]);
    const turn: Turn = { variables, outer: scope.turn };
    fill(block.whole, { ...within, turn }, sink, evaluation);
  }
  if (turns === 0) fill(block.otherwise, scope, sink, evaluation);
}

/** Going in where one already is makes no new scope for `../` to leave: so it is in Handlebars. */
function inner(
  scope: Scope,
  value: unknown,
  names: readonly string[],
  values: readonly unknown[],
): Scope {
  const named = names.map((name, index) => [name, values[index]] as const);
  const all = named.length === 0 ? scope.names : new Map([...scope.names, ...named]);
  if (value === scope.value) return { ...scope, names: all };
  return { value, outer: scope, names: all, ...(scope.turn ? { turn: scope.turn } : {}) };
}

/** What a block takes for false: nothing, 0, an empty text, an empty list. */
function isEmpty(value: unknown): boolean {
  return !value || (Array.isArray(value) && value.length === 0);
}

function shownValue(expression: Expression, scope: Scope, evaluation: Evaluation): unknown {
  const value = resolve(expression, scope, evaluation);
  if (value === undefined && expression.kind === "path") evaluation.missing(expression.written);
  return value;
}

function resolve(expression: Expression, scope: Scope, evaluation: Evaluation): unknown {
  evaluation.meter.step();
  if (expression.kind === "literal") return expression.value;
  if (expression.kind === "path") return follow(expression, scope, evaluation);
  const helper = HELPERS[expression.helper];
  const read = helper?.expectsMissing ? resolve : shownValue;
  const given = expression.given.map((each) => read(each, scope, evaluation));
  return helper?.run(given, evaluation.reader);
}

function follow(path: Path, scope: Scope, { reader, root }: Evaluation): unknown {
  const { steps } = path;
  const [first = ""] = steps;
  if (path.variable) {
    let turn = scope.turn;
    for (let up = path.up; up > 0; up -= 1) turn = turn?.outer;
    const start = first === "root" ? root : turn?.variables[first];
    return reader.shown(steps.slice(1).reduce<unknown>(reader.field, start));
  }
  if (path.mayBeNamed && scope.names.has(first)) {
    return reader.shown(steps.slice(1).reduce<unknown>(reader.field, scope.names.get(first)));
  }
  let seen: Scope | undefined = scope;
  for (let up = path.up; up > 0; up -= 1) seen = seen?.outer;
  return reader.shown(steps.reduce<unknown>(reader.field, seen?.value));
}
