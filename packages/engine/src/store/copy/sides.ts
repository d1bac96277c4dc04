import type { CopiedRow, RowKey } from "./rows.ts";
import type { CopiedTable } from "./tables.ts";

/** A store that is copied, or copied into. */
export interface StoreToCopy {
  readonly kind: "sqlite" | "postgres";
  /** The path of the SQLite file, or the URL of the Postgres database. */
  readonly database: string;
  /** What people are told in its place: without a password. */
  readonly name: string;
}

/** Sums over a table, by which two states of it, or two copies, are told apart. */
export interface Fingerprint {
  /** The same in both dialects. */
  readonly numbers: string;
  /** Of use within one dialect. */
  readonly texts: string;
}

/** How much is read at once: whichever is reached first. At least one row is. */
export interface BatchLimit {
  readonly rows: number;
  readonly bytes: number;
}

/** One of the two stores of a copy, which no dispatcher has open meanwhile. */
export interface Side {
  count(table: CopiedTable): Promise<number>;
  fingerprint(table: CopiedTable): Promise<Fingerprint>;
  close(): Promise<void>;
}

export interface SourceSide extends Side {
  /** The process of the server that the connection has; undefined where there is no server. */
  readonly connection: number | undefined;
  /** The rows after a key, or the first ones, in the order of their keys. */
  read(
    table: CopiedTable,
    after: RowKey | undefined,
    limit: BatchLimit,
  ): Promise<readonly CopiedRow[]>;
}

/** What a destination knows of the copy into it. */
export interface KeptCopy {
  /** The name of the source. */
  readonly source: string;
  /** What the source was like when the copy began, as JSON. */
  readonly fingerprints: string;
  /** How far the copy is, as JSON. */
  readonly position: string;
}

export interface DestinationSide extends Side {
  /** The copy that has not ended, if there is one. */
  kept(): Promise<KeptCopy | undefined>;
  /** Whether a table has a row. */
  holds(table: CopiedTable): Promise<boolean>;
  begin(copy: KeptCopy): Promise<void>;
  /**
   * Writes rows, and the position that `positionOf` answers for the number of them that were there already, in
   * one transaction.
   */
  write(
    table: CopiedTable,
    rows: readonly CopiedRow[],
    positionOf: (merged: number) => string,
  ): Promise<void>;
  /** Makes the destination a store like any other. */
  finish(): Promise<void>;
}
