import type { EngineLog } from "@syncbell/engine";
import type { LineCounter } from "yaml";
import { type Document, type Node, isAlias, isMap, isNode, isPair, isScalar, isSeq } from "yaml";

/** Something wrong with a config, at a place in its file. Lines and columns count from 1. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type ConfigPath = readonly (string | number)[];

/** Where a problem is shown: at the value that a path leads to, or at the key before it. */
export type Aim = "value" | "key";

/** Says a problem the way compilers do, so that editors can jump to it. */
export function formatProblem({ file, line, column, message }: ConfigProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** Finds the place of paths in a YAML document: the deepest part of a path that is there. */
export function placeFinder(
  document: Document,
  lines: LineCounter,
): (path: ConfigPath, aim: Aim) => { readonly line: number; readonly column: number } {
  return (path, aim) => {
    let node: Node | null = document.contents;
    let offset = start(node) ?? 0;
    for (const [depth, step] of path.entries()) {
      if (isAlias(node)) node = node.resolve(document) ?? null;
      const child: { key: Node | null; value: Node | null } | undefined = childOf(node, step);
      if (!child) break;
      const last = depth === path.length - 1;
      offset = start(last && aim === "key" ? child.key : child.value) ?? start(child.key) ?? offset;
      node = child.value;
    }
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
}

function childOf(
  node: Node | null,
  step: string | number,
): { key: Node | null; value: Node | null } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    if (!isPair(pair)) return undefined;
    return { key: nodeOrNull(pair.key), value: nodeOrNull(pair.value) };
  }
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return item === undefined ? undefined : { key: nodeOrNull(item), value: nodeOrNull(item) };
  }
  return undefined;
}

function nodeOrNull(value: unknown): Node | null {
  return isNode(value) ? value : null;
}

function start(node: Node | null): number | undefined {
  return node?.range?.[0];
}

/** Writes down what is probably a slip in a config that is taken. */
export function warnOf(warnings: readonly ConfigProblem[], log: EngineLog): void {
  if (warnings.length === 0) return;
  log.warn({ warnings: warnings.map(formatProblem) }, "the config may have slips");
}
