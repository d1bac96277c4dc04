import { statSync } from "node:fs";
import { reasonOf, unopened } from "../unopened.ts";
import { type Sides, beginCopy } from "./begin.ts";
import { type Position, writePosition } from "./position.ts";
import { openPostgresDestination, openPostgresSource } from "./postgres-side.ts";
import { CopyRefused } from "./refused.ts";
import { keyOf } from "./rows.ts";
import type { BatchLimit, DestinationSide, SourceSide, StoreToCopy } from "./sides.ts";
import { openSqliteDestination, openSqliteSource } from "./sqlite-side.ts";
import { COPIED_TABLES, type CopiedTable } from "./tables.ts";
import { type CopyResult, verifyCopy } from "./verify.ts";

export interface CopyProgress {
  readonly table: string;
  /** How many rows of it are copied, of how many. */
  readonly copied: number;
  readonly total: number;
}

export interface CopyOptions {
  readonly from: StoreToCopy;
  readonly to: StoreToCopy;
  /** Told when an earlier copy is gone on with, before anything is copied. */
  readonly onResumed?: () => void;
  /** Told after each batch, which is kept then. */
  readonly onProgress?: (progress: CopyProgress) => void;
  readonly limit?: BatchLimit;
}

/** On its way a batch takes several times its size, and an event may have 1 MiB. */
const LIMIT: BatchLimit = { rows: 5_000, bytes: 4 * 1024 * 1024 };

/**
 * Copies a whole store into an empty one, of either kind, or goes on with such a copy that was interrupted:
 * each batch is kept with the position in one transaction. No dispatcher may have either open. Until it has
 * ended well, the destination can't be opened as a store. Rejects where a store can't be opened, the
 * destination holds something else, or the source has changed since the copy began.
 */
export async function copyStore(options: CopyOptions): Promise<CopyResult> {
  const { from, to } = options;
  if (isSameFile(from, to)) throw new CopyRefused(`${from.name} can't be copied into itself`);
  const source = await opened(from, () => openSource(from));
  try {
    const destination = await opened(to, () => openDestination(to, source.connection));
    try {
      return await copyAll({ from, to, source, destination }, options);
    } catch (error) {
      if (error instanceof CopyRefused) throw error;
      throw new Error(
        `the copy is interrupted: ${reasonOf(error)}; the same command goes on with it`,
        { cause: error },
      );
    } finally {
      await destination.close().catch(() => undefined);
    }
  } finally {
    await source.close().catch(() => undefined);
  }
}

function openSource({ kind, database }: StoreToCopy): Promise<SourceSide> {
  return kind === "sqlite" ? openSqliteSource(database) : openPostgresSource(database);
}

function openDestination(
  { kind, database }: StoreToCopy,
  source: number | undefined,
): Promise<DestinationSide> {
  return kind === "sqlite"
    ? openSqliteDestination(database)
    : openPostgresDestination(database, source);
}

async function opened<T>({ name }: StoreToCopy, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw unopened(name, error);
  }
}

function isSameFile(from: StoreToCopy, to: StoreToCopy): boolean {
  if (from.kind !== "sqlite" || to.kind !== "sqlite") return false;
  try {
    const [one, other] = [statSync(from.database), statSync(to.database)];
    return one.dev === other.dev && one.ino === other.ino;
  } catch {
    return false;
  }
}

async function copyAll(sides: Sides, options: CopyOptions): Promise<CopyResult> {
  const { fingerprints, position: start, isResumed } = await beginCopy(sides);
  if (isResumed) options.onResumed?.();
  let position = start;
  const first = COPIED_TABLES.findIndex(({ name }) => name === start.table);
  for (const table of COPIED_TABLES.slice(Math.max(0, first))) {
    position = await copyTable(sides, table, position, options);
  }
  const result = await verifyCopy(sides, fingerprints, position.merged);
  if (result.problems.length === 0) await sides.destination.finish();
  return result;
}

async function copyTable(
  { source, destination }: Sides,
  table: CopiedTable,
  start: Position,
  { onProgress, limit = LIMIT }: CopyOptions,
): Promise<Position> {
  const total = await source.count(table);
  let position: Position =
    start.table === table.name
      ? start
      : { table: table.name, after: undefined, copied: 0, merged: start.merged };
  for (;;) {
    const rows = await source.read(table, position.after, limit);
    const last = rows.at(-1);
    if (!last) return position;
    const { copied, merged } = position;
    const next = (more: number): Position => ({
      table: table.name,
      after: keyOf(table, last),
      copied: copied + rows.length,
      merged: more > 0 ? { ...merged, [table.name]: (merged[table.name] ?? 0) + more } : merged,
    });
    let reached = next(0);
    await destination.write(table, rows, (more) => writePosition((reached = next(more))));
    position = reached;
    onProgress?.({ table: table.name, copied: position.copied, total });
  }
}
