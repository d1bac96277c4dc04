import type { CopiedColumn, CopiedTable } from "./tables.ts";

const quoted = ({ name }: CopiedColumn): string => `"${name}"`;

/** The names of columns, as a list. */
export function listOf(columns: readonly CopiedColumn[]): string {
  return columns.map(quoted).join(", ");
}

/** How many rows of a table are copied. */
export function countStatement({ name, where }: CopiedTable): string {
  return `select count(*) as count from ${name} where ${where}`;
}

/** Whether a table has a row. */
export function anyStatement({ name }: CopiedTable): string {
  return `select 1 from ${name} limit 1`;
}

/** Keeps sums of times within 8 bytes. */
const MODULUS = 1_000_000_007;

/**
 * Sums over a table that change with nearly everything that is done to it: `numbers` is the same in both
 * dialects, `texts` may not be.
 */
export function fingerprintStatement({ name, columns, where }: CopiedTable): string {
  const numbers = columns.flatMap((column) => {
    if (column.kind === "integer") return [`sum(${quoted(column)} % ${MODULUS})`];
    return column.kind === "bytes" ? [`sum(octet_length(${quoted(column)}))`] : [];
  });
  const texts = columns.flatMap((column) => {
    if (column.kind === "real") return [`sum(octet_length(cast(${quoted(column)} as text)))`];
    return column.kind === "text" ? [`sum(octet_length(${quoted(column)}))`] : [];
  });
  return `select ${joined(["count(*)", ...numbers])} as numbers, ${joined(texts)} as texts
            from ${name} where ${where}`;
}

function joined(sums: readonly string[]): string {
  return sums.map((sum) => `coalesce(cast(${sum} as text), '')`).join(" || ',' || ");
}
