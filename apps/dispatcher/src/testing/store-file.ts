import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

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
