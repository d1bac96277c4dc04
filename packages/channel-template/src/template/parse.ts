import Handlebars from "handlebars";
import { HELPERS } from "./helpers.ts";
import type { Expression, Node, Place, Program, TemplateProblem } from "./node.ts";
import { placeAt } from "./node.ts";
import type { Scan } from "./scan.ts";

/** How many steps a path may have. */
const LONGEST_PATH = 16;

const VARIABLES: ReadonlySet<string> = new Set(["root", "index", "key", "first", "last"]);

export interface Parsed {
  readonly program: Program;
  readonly problems: readonly TemplateProblem[];
}

/**
 * Parses a template that has been scanned, with the parser of Handlebars, and keeps what is allowed:
 * texts, comments, values, our helpers, and the blocks `if`, `unless`, `each` and `with`. Whatever
 * else the parser knows, now or later, is a problem with a place.
 */
export function parse(text: string, { tags }: Scan): Parsed {
  let tree: hbs.AST.Program;
  try {
    tree = Handlebars.parse(text);
  } catch {
    const bad = tags.find((tag) => !parses(alone(tag.text)));
    const place = placeAt(text, bad?.index ?? 0);
    const message = bad ? `"${bad.text}" is not a tag of Handlebars` : "is not Handlebars";
    return { program: [], problems: [{ place, message }] };
  }
  const problems: TemplateProblem[] = [];
  return { program: programOf(tree, problems), problems };
}

function parses(text: string): boolean {
  try {
    Handlebars.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A tag on its own, made whole where it is a part of a block. */
function alone(tag: string): string {
  const name = /^\{\{~?\s*[#^]\s*([^\s~}]+)/.exec(tag)?.[1];
  if (name !== undefined) return `${tag}{{/${name}}}`;
  const closed = /^\{\{~?\s*\/\s*([^\s~}]+)/.exec(tag)?.[1];
  if (closed !== undefined) return `{{#${closed}}}${tag}`;
  return /^\{\{~?\s*(?:else\b|\^)/.test(tag) ? `{{#if a}}${tag}{{/if}}` : tag;
}

function placeOf({ loc }: hbs.AST.Node): Place {
  return { line: loc.start.line, column: loc.start.column + 1 };
}

function programOf(program: hbs.AST.Program | undefined, problems: TemplateProblem[]): Program {
  return (program?.body ?? []).flatMap((statement) => nodesOf(statement, problems));
}

function nodesOf(statement: hbs.AST.Statement, problems: TemplateProblem[]): Program {
  const place = placeOf(statement);
  switch (statement.type) {
    case "CommentStatement":
      return [];
    case "ContentStatement": {
      // What stood around a block on a line of its own is cut off the text, but not off its place.
      const { value, original } = statement as unknown as { value: string; original: string };
      if (value === "") return [];
      return [
        { kind: "text", text: value, place: placeAt(original, original.indexOf(value), place) },
      ];
    }
    case "MustacheStatement": {
      const mustache = statement as hbs.AST.MustacheStatement;
      if (mustache.escaped) return [{ kind: "value", value: tagValue(mustache, problems), place }];
      break;
    }
    case "BlockStatement":
      return blockOf(statement as hbs.AST.BlockStatement, problems);
  }
  problems.push({ place, message: `a ${statement.type} is not allowed` });
  return [];
}

function blockOf(block: hbs.AST.BlockStatement, problems: TemplateProblem[]): readonly Node[] {
  const name = block.path.original;
  const refuse = (message: string): readonly Node[] => {
    problems.push({ place: placeOf(block), message });
    return [];
  };
  if (!["if", "unless", "each", "with"].includes(name)) {
    return refuse(`there is no block {{#${name}}}; there are if, unless, each and with`);
  }
  const [first, ...others] = block.params;
  if (!first || others.length > 0 || block.hash) return refuse(`{{#${name}}} takes one value`);
  const [whole, otherwise] = [block.program, block.inverse].map((part) =>
    programOf(part, problems),
  ) as [Program, Program];
  const value = expressionOf(first, problems);
  if (name === "if") return [{ kind: "if", test: value, whole, otherwise }];
  if (name === "unless") return [{ kind: "if", test: value, whole: otherwise, otherwise: whole }];
  const names = block.program?.blockParams ?? [];
  if (names.length > (name === "each" ? 2 : 1)) return refuse(`{{#${name}}} gives fewer names`);
  return [{ kind: name as "each" | "with", value, names, whole, otherwise }];
}

/** What a tag shows. A word alone is a field; one with something after it is a helper. */
function tagValue(
  tag: hbs.AST.MustacheStatement | hbs.AST.SubExpression,
  problems: TemplateProblem[],
): Expression {
  const { path, params, hash } = tag;
  const refuse = (message: string): Expression => {
    problems.push({ place: placeOf(tag), message });
    return { kind: "literal", value: undefined };
  };
  if (path.type !== "PathExpression") return refuse("a tag must start with the name of a field");
  const written = (path as hbs.AST.PathExpression).original;
  if (hash) return refuse(`"${hash.pairs[0]?.key ?? ""}=" is not taken: there are no named values`);
  if (params.length === 0 && tag.type === "MustacheStatement") return expressionOf(path, problems);
  const helper = Object.hasOwn(HELPERS, written) ? HELPERS[written] : undefined;
  if (!helper) {
    const known = Object.keys(HELPERS).toSorted().join(", ");
    return refuse(`there is no helper "${written}"; there are ${known}`);
  }
  if (params.length !== helper.takes.length) {
    return refuse(`"${written}" is written {{${written} ${helper.takes.join(" ")}}}`);
  }
  const given = params.map((param) => expressionOf(param, problems));
  return { kind: "call", helper: written, given };
}

function expressionOf(node: hbs.AST.Expression, problems: TemplateProblem[]): Expression {
  const refuse = (message: string): Expression => {
    problems.push({ place: placeOf(node), message });
    return { kind: "literal", value: undefined };
  };
  switch (node.type) {
    case "StringLiteral":
    case "NumberLiteral":
    case "BooleanLiteral":
      return { kind: "literal", value: (node as hbs.AST.StringLiteral).value };
    case "NullLiteral":
      return { kind: "literal", value: null };
    case "UndefinedLiteral":
      return { kind: "literal", value: undefined };
    case "SubExpression":
      return tagValue(node as hbs.AST.SubExpression, problems);
    case "PathExpression": {
      const { data, depth, parts, original } = node as hbs.AST.PathExpression;
      if (parts.length > LONGEST_PATH) return refuse(`a path may have ${LONGEST_PATH} steps`);
      if (data && !VARIABLES.has(parts[0] ?? "")) {
        return refuse(`there is no "${original}"; there are @${[...VARIABLES].join(", @")}`);
      }
      const mayBeNamed = depth === 0 && !/^\.|this\b/.test(original);
      const steps = parts;
      return { kind: "path", variable: data, mayBeNamed, up: depth, steps, written: original };
    }
    default:
      return refuse(`a ${node.type} is not allowed`);
  }
}
