// Run as a process of its own, whose files may not grow beyond a limit: accepts events until the
// store says that it can't take more, then tries again whenever a line comes in on its standard
// input. Says what came of each try on its standard output.
import { createInterface } from "node:readline";
import { openSqlite } from "../store/sqlite/sqlite.ts";
import { StoreUnavailable } from "../store/store.ts";
import { newEvent } from "../store/suite/new-events.ts";

const store = await openSqlite(process.argv[2] ?? "");

async function tryOnce(): Promise<boolean> {
  const event = newEvent({ body: Buffer.alloc(50_000, "x") });
  try {
    const [result] = await store.accept([event]);
    process.stdout.write(`${result?.kind} ${event.id}\n`);
    return true;
  } catch (error) {
    const word = error instanceof StoreUnavailable ? "unavailable" : String(error);
    process.stdout.write(`${word} ${event.id}\n`);
    return false;
  }
}

while (await tryOnce());
for await (const _ of createInterface({ input: process.stdin })) {
  await tryOnce();
}
await store.close();
