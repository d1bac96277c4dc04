// Run as a process of its own: copies a store by small batches, and says a line after each, until somebody
// kills it or it is done.
import { writeSync } from "node:fs";
import { copyStore } from "../store/copy/copy-store.ts";
import type { StoreToCopy } from "../store/copy/sides.ts";

const [from, to] = JSON.parse(process.argv[2] ?? "") as [StoreToCopy, StoreToCopy];
const { problems } = await copyStore({
  from,
  to,
  limit: { rows: 3, bytes: 2_000 },
  onProgress: ({ table, copied }) => void writeSync(1, `${table} ${copied}\n`),
});
writeSync(1, `done ${problems.length}\n`);
