import type { Session } from "./session.ts";

/** A column with the type of its values. */
type Column = readonly [name: string, type: "text" | "bigint" | "bytea" | "double precision"];

/** A table that rows are put into, many by one statement. */
export interface Insert<Row> {
  /** Puts rows into the table, in their order. Answers what `returning` answers. */
  run<Returned extends object>(
    session: Session,
    rows: readonly Row[],
  ): Promise<readonly Returned[]>;
}

/**
 * An insert of many rows: of each row, `read` answers the values in the order of the columns. `rest` is
 * what stands behind the rows, like `on conflict …`.
 */
export function insertInto<Row>(
  table: string,
  columns: readonly Column[],
  read: (row: Row) => readonly unknown[],
  rest = "",
): Insert<Row> {
  const given = columns.map(([, type], index) => `$${index + 1}::${type}[]`);
  const text =
    `insert into ${table} (${columns.map(([name]) => name).join(", ")})\n` +
    `select * from unnest(${given.join(", ")}) ${rest}`;
  return {
    run: <Returned extends object>(session: Session, rows: readonly Row[]) => {
      if (rows.length === 0) return Promise.resolve([]);
      const values = rows.map(read);
      return session.rows<Returned>(
        text,
        columns.map((_, index) => values.map((row) => row[index] ?? null)),
      );
    },
  };
}
