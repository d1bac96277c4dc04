import { type Position, AT_START, readPosition, writePosition } from "./position.ts";
import { CopyRefused } from "./refused.ts";
import type { DestinationSide, Fingerprint, SourceSide, StoreToCopy } from "./sides.ts";
import { COPIED_TABLES } from "./tables.ts";

/** Sums over every table, by its name. */
export type Fingerprints = Readonly<Record<string, Fingerprint>>;

/** What the source was like when the copy began, and how far the copy is. */
export interface Begun {
  readonly fingerprints: Fingerprints;
  readonly position: Position;
  readonly isResumed: boolean;
}

export interface Sides {
  readonly from: StoreToCopy;
  readonly to: StoreToCopy;
  readonly source: SourceSide;
  readonly destination: DestinationSide;
}

/**
 * Begins a copy into an empty destination, or goes on with one. Rejects with CopyRefused where the destination
 * holds anything else, or the source is not any more what it was.
 */
export async function beginCopy({ from, to, source, destination }: Sides): Promise<Begun> {
  const fingerprints = await fingerprintsOf(source);
  const kept = await destination.kept();
  if (kept) {
    const before = JSON.parse(kept.fingerprints) as Fingerprints;
    const changed = changedTables(before, fingerprints);
    if (changed.length > 0) {
      throw new CopyRefused(
        kept.source === from.name
          ? `${from.name} has changed since the copy of it began (${changed.join(", ")}); ${anew(to)}`
          : `${to.name} holds a part of ${kept.source}: go on with that one, or ${anew(to)}`,
      );
    }
    return { fingerprints: before, position: readPosition(kept.position), isResumed: true };
  }
  for (const table of COPIED_TABLES) {
    if (!(await destination.holds(table))) continue;
    throw new CopyRefused(
      `${to.name} is not empty: it has ${table.name} already; copy into a database that is new`,
    );
  }
  await destination.begin({
    source: from.name,
    fingerprints: JSON.stringify(fingerprints),
    position: writePosition(AT_START),
  });
  return { fingerprints, position: AT_START, isResumed: false };
}

/** What a source is like. */
export async function fingerprintsOf(source: SourceSide): Promise<Fingerprints> {
  const found: Record<string, Fingerprint> = {};
  for (const table of COPIED_TABLES) found[table.name] = await source.fingerprint(table);
  return found;
}

/** The names of the tables that differ. */
export function changedTables(before: Fingerprints, now: Fingerprints): readonly string[] {
  return COPIED_TABLES.map(({ name }) => name).filter(
    (name) =>
      before[name]?.numbers !== now[name]?.numbers || before[name]?.texts !== now[name]?.texts,
  );
}

/** What to do about a copy that can't be gone on with. */
export function anew({ name, kind }: StoreToCopy): string {
  const way = kind === "sqlite" ? "delete" : "drop and create";
  return `${way} ${name} and copy anew`;
}
