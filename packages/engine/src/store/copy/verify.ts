import { type Begun, type Sides, anew, changedTables, fingerprintsOf } from "./begin.ts";
import { COPIED_TABLES } from "./tables.ts";

/** How many rows a table has at the end of a copy. */
export interface TableCount {
  readonly table: string;
  readonly source: number;
  readonly destination: number;
  /** Rows of the source that are one with another row in the destination. */
  readonly merged: number;
}

/** What was found at the end of a copy. */
export interface CopyResult {
  readonly tables: readonly TableCount[];
  /** What is wrong with the copy, as sentences: it can't be used then. */
  readonly problems: readonly string[];
}

/**
 * Counts the rows of both stores and compares sums over them, and looks whether the source is what it was when
 * the copy began.
 */
export async function verifyCopy(
  { from, to, source, destination }: Sides,
  before: Begun["fingerprints"],
  merged: Readonly<Record<string, number>>,
): Promise<CopyResult> {
  const now = await fingerprintsOf(source);
  const tables: TableCount[] = [];
  const differing: string[] = [];
  for (const table of COPIED_TABLES) {
    const { name } = table;
    const count = {
      table: name,
      source: await source.count(table),
      destination: await destination.count(table),
      merged: merged[name] ?? 0,
    };
    tables.push(count);
    const isWhole = count.source === count.destination + count.merged;
    const { numbers } = await destination.fingerprint(table);
    const isSame = count.merged > 0 || numbers === now[name]?.numbers;
    if (!isWhole || !isSame) differing.push(name);
  }
  const changed = changedTables(before, now);
  const problems = [
    ...(changed.length > 0
      ? [`${from.name} has changed while it was copied (${changed.join(", ")}); ${anew(to)}`]
      : []),
    ...(differing.length > 0
      ? [`${to.name} is not the same as ${from.name} (${differing.join(", ")}); ${anew(to)}`]
      : []),
  ];
  return { tables, problems };
}
