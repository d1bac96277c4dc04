import type { CopiedTable } from "./tables.ts";

export type Value = string | bigint | number | Uint8Array | null;

/** The values of a row, in the order of its table's columns. */
export type CopiedRow = readonly Value[];

/** The values of a primary key, as texts: they can be written down. */
export type RowKey = readonly string[];

/** The key of a row. */
export function keyOf(table: CopiedTable, row: CopiedRow): RowKey {
  return table.key.map((part) => String(row[table.columns.indexOf(part)]));
}

/** A key as values that a database compares with its own. */
export function keyValues(table: CopiedTable, key: RowKey): readonly Value[] {
  return table.key.map(({ kind }, nth) =>
    kind === "integer" ? BigInt(key[nth] ?? 0) : (key[nth] ?? ""),
  );
}

/** About how much memory a row takes, in bytes. */
export function sizeOf(row: CopiedRow): number {
  let size = 0;
  for (const value of row) {
    if (typeof value === "string") size += value.length;
    else size += value instanceof Uint8Array ? value.byteLength : 8;
  }
  return size;
}
