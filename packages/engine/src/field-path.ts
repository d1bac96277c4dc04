/** Stands for a field that is not there. A null that is there is `null`. */
export const MISSING: unique symbol = Symbol("missing");

/** A value that a dotted path leads to, as MongoDB finds it. */
export interface Candidate {
  readonly value: unknown;
  /** True for a list as a whole, found after each of its elements. */
  readonly whole: boolean;
}

/**
 * Finds what a path leads to, by MongoDB's rules: a list on the way is looked through element by
 * element, or by position where the path has a number; a list at the end gives each element and then
 * itself; a path that ends early gives MISSING, but elements that are no objects give nothing.
 */
export function candidatesAt(root: unknown, path: readonly string[]): readonly Candidate[] {
  const found: Candidate[] = [];
  descend(root, path, 0, found);
  return found;
}

function descend(value: unknown, path: readonly string[], at: number, found: Candidate[]): void {
  if (Array.isArray(value)) throughList(value, path, at, found);
  else if (at === path.length) found.push({ value, whole: false });
  else descend(ownField(value, path[at] ?? ""), path, at + 1, found);
}

function throughList(
  list: readonly unknown[],
  path: readonly string[],
  at: number,
  found: Candidate[],
): void {
  if (at === path.length) {
    for (const element of list) found.push({ value: element, whole: false });
    found.push({ value: list, whole: true });
    return;
  }
  const position = path[at] ?? "";
  if (/^(?:0|[1-9]\d{0,8})$/.test(position) && Number(position) < list.length) {
    descend(list[Number(position)], path, at + 1, found);
  }
  for (const element of list) if (isObject(element)) descend(element, path, at, found);
}

function ownField(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : MISSING;
}

/** Whether a value is an object with fields: no list, no null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
