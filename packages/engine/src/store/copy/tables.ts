import { CARRIED, type ColumnKind } from "./carried.ts";

export interface CopiedColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** A table as a copy reads and writes it. */
export interface CopiedTable {
  readonly name: string;
  /** The primary key, in the order of which the rows are read. */
  readonly key: readonly CopiedColumn[];
  readonly columns: readonly CopiedColumn[];
  /** A condition that all rows meet that are copied. */
  readonly where: string;
}

/** What is read of an entry, whatever table it is of. */
interface Entry {
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, ColumnKind>>;
  readonly where?: string;
}

/** All tables, in the order in which they are copied. */
export const COPIED_TABLES: readonly CopiedTable[] = Object.entries<Entry>(CARRIED).map(
  ([name, { key, columns, where = "true" }]) => {
    const all = Object.entries(columns).map(([column, kind]): CopiedColumn => ({
      name: column,
      kind,
    }));
    const parts = key.flatMap((part) => all.filter((column) => column.name === part));
    return { name, key: parts, columns: all, where };
  },
);
