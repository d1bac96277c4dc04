import type { RowKey } from "./rows.ts";

/** How far a copy is. */
export interface Position {
  /** The table that was written to last; those before it are copied whole. */
  readonly table: string;
  /** The last row of it that is copied, and how many are. */
  readonly after: RowKey | undefined;
  readonly copied: number;
  /** How many rows of each table were there already under another spelling of their key. */
  readonly merged: Readonly<Record<string, number>>;
}

/** The beginning of a copy. */
export const AT_START: Position = { table: "", after: undefined, copied: 0, merged: {} };

/** A position as a text that {@link readPosition} reads. */
export function writePosition(position: Position): string {
  return JSON.stringify(position);
}

export function readPosition(text: string): Position {
  return JSON.parse(text) as Position;
}
