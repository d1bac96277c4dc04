import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

const TABLES = ["events", "event_names", "decisions", "deliveries", "attempts"] as const;

/** How many rows the tables of a store hold, read past the dispatcher that has been stopped. */
export function rowsIn(database: string): Readonly<Record<(typeof TABLES)[number], number>> {
  const file = new DatabaseSync(database, { readOnly: true });
  try {
    const count = (table: string): number =>
      Number(file.prepare(`select count(*) as rows from ${table}`).get()?.["rows"]);
    return Object.fromEntries(TABLES.map((table) => [table, count(table)])) as ReturnType<
      typeof rowsIn
    >;
  } finally {
    file.close();
  }
}

export const NO_ROWS: ReturnType<typeof rowsIn> = {
  events: 0,
  event_names: 0,
  decisions: 0,
  deliveries: 0,
  attempts: 0,
};

/** How many deliveries of a store are in each state; the dispatcher may run, but not in this process. */
export function deliveryStates(database: string): Readonly<Record<string, number>> {
  const file = new DatabaseSync(database, { readOnly: true });
  try {
    const rows = file.prepare("select state, count(*) as n from deliveries group by state").all();
    return Object.fromEntries(rows.map(({ state, n }) => [String(state), Number(n)]));
  } finally {
    file.close();
  }
}

/** Everything that a store has on disk, its write-ahead log included. */
export function bytesOnDisk(database: string): Buffer {
  const files = ["", "-wal", "-shm"].map((end) => database + end);
  return Buffer.concat(files.filter((file) => existsSync(file)).map((file) => readFileSync(file)));
}
