import { kindOf } from "@syncbell/core";
import type { Format } from "./format.ts";
import type { Program, TemplateProblem } from "./node.ts";
import { parse } from "./parse.ts";
import { scan } from "./scan.ts";

/** The largest template: the lengths of its texts and names together, in UTF-16 units. */
export const LARGEST_TEMPLATE = 16_384;

/** How many tags a template may have, how many words in them, and how many may open a block. */
export const MOST_TAGS = 300;
export const MOST_WORDS = 2_000;
export const MOST_BLOCKS = 64;

/** How many values a JSON template may have, and how deep they may nest. */
const MOST_VALUES = 1_000;
export const DEEPEST_VALUE = 16;

/** Of the problems of a leaf, how many are told. */
const MOST_TOLD = 10;

/** A template that was checked. A list or an object is filled leaf by leaf. */
export type Template =
  | { readonly kind: "tree"; readonly tree: Tree }
  | { readonly kind: "text"; readonly program: Program; readonly format: Format };

export type Tree =
  | { readonly kind: "leaf"; readonly program: Program }
  | { readonly kind: "plain"; readonly value: string | number | boolean | null }
  | { readonly kind: "list"; readonly items: readonly Tree[] }
  | { readonly kind: "object"; readonly fields: readonly (readonly [string, Tree])[] };

/** Something wrong with a template: the path of the leaf in it, and what, with line and column. */
export interface CompileProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export type Compiled =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly problems: readonly CompileProblem[] };

/** How much of each there may be in all the leaves of a template together. */
const ALLOWED = {
  characters: LARGEST_TEMPLATE,
  values: MOST_VALUES,
  tags: MOST_TAGS,
  "words in tags": MOST_WORDS,
  blocks: MOST_BLOCKS,
} as const;

type Measure = keyof typeof ALLOWED;

/** What a compilation has found so far. */
interface Findings {
  readonly counts: Record<Measure, number>;
  readonly problems: CompileProblem[];
}

/**
 * Checks a template that somebody else wrote and makes it ready to be filled. Time and memory are
 * bounded whatever is given; every leaf that has a problem is named. Nothing but text is ever handed
 * to the parser.
 */
export function compile(given: unknown, format: Format): Compiled {
  const counts = { characters: 0, values: 0, tags: 0, "words in tags": 0, blocks: 0 };
  const problems: CompileProblem[] = [];
  const template = templateOf(given, format, { counts, problems });
  for (const measure of exceeded(counts)) {
    const message = `is too much: a template may have ${ALLOWED[measure]} ${measure}`;
    problems.push({ path: [], message });
  }
  return template && problems.length === 0 ? { ok: true, template } : { ok: false, problems };
}

function exceeded(counts: Findings["counts"]): readonly Measure[] {
  return (Object.keys(counts) as Measure[]).filter((each) => counts[each] > ALLOWED[each]);
}

function templateOf(given: unknown, format: Format, findings: Findings): Template | undefined {
  if (typeof given === "string" && given !== "") {
    return { kind: "text", program: programOf(given, [], findings), format };
  }
  if (typeof given === "object" && given !== null) {
    return { kind: "tree", tree: treeOf(given, [], findings) };
  }
  const kind = `must be text, a list or an object, not ${kindOf(given)}`;
  const message = given === undefined ? "is required" : given === "" ? "must not be empty" : kind;
  findings.problems.push({ path: [], message });
  return undefined;
}

type Path = CompileProblem["path"];

const NOTHING: Tree = { kind: "plain", value: null };

function treeOf(given: unknown, path: Path, findings: Findings): Tree {
  const { counts, problems } = findings;
  const refuse = (message: string): Tree => {
    problems.push({ path, message });
    return NOTHING;
  };
  counts.values += 1;
  if (counts.values > MOST_VALUES) return NOTHING;
  if (typeof given === "string") return leafOf(programOf(given, path, findings));
  if (given === null || typeof given === "boolean" || Number.isFinite(given)) {
    return { kind: "plain", value: given as number | boolean | null };
  }
  if (typeof given !== "object") return refuse(`can't be in JSON: it is ${kindOf(given)}`);
  if (path.length >= DEEPEST_VALUE) return refuse(`nests deeper than ${DEEPEST_VALUE} levels`);
  if (Array.isArray(given)) {
    const items = given
      .slice(0, MOST_VALUES)
      .map((item, index) => treeOf(item, [...path, index], findings));
    counts.values += given.length - items.length;
    return { kind: "list", items };
  }
  const all = Object.entries(given);
  const fields = all.slice(0, MOST_VALUES).map(([name, value]) => {
    counts.characters += name.length;
    return [name, treeOf(value, [...path, name], findings)] as const;
  });
  counts.values += all.length - fields.length;
  return { kind: "object", fields };
}

function leafOf(program: Program): Tree {
  const [first = { kind: "text", text: "" } as const, ...others] = program;
  const isPlain = first.kind === "text" && others.length === 0;
  return isPlain ? { kind: "plain", value: first.text } : { kind: "leaf", program };
}

function programOf(text: string, path: Path, { counts, problems }: Findings): Program {
  const refuse = (problem: TemplateProblem): void => {
    const { line, column } = problem.place;
    problems.push({ path, message: `has a mistake at ${line}:${column}: ${problem.message}` });
  };
  counts.characters += text.length;
  if (exceeded(counts).length > 0) return [];
  if (!text.includes("{{")) return [{ kind: "text", text, place: { line: 1, column: 1 } }];
  const scanned = scan(text);
  counts.tags += scanned.tags.length;
  counts.blocks += scanned.blocks;
  counts["words in tags"] += scanned.words;
  if (scanned.problem) refuse(scanned.problem);
  if (scanned.problem || exceeded(counts).length > 0) return [];
  const parsed = parse(text, scanned);
  for (const problem of parsed.problems.slice(0, MOST_TOLD)) refuse(problem);
  return parsed.program;
}
