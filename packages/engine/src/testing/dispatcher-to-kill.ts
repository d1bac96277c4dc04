// Run as a process of its own: accepts and claims until somebody kills it, and says on its standard
// output what is on disk, one line each, after the store has answered.
import { openSqlite } from "../store/sqlite/sqlite.ts";
import { START, claim, newEvent } from "../store/suite/new-events.ts";

const store = await openSqlite(process.argv[2] ?? "");
for (;;) {
  const [accepted] = await store.accept([newEvent()]);
  if (accepted?.kind === "accepted") process.stdout.write(`accepted ${accepted.id}\n`);
  const leaseUntil = START + 365 * 24 * 60 * 60_000;
  for (const { id } of await claim(store, "ops", { leaseUntil })) {
    process.stdout.write(`claimed ${id}\n`);
  }
  await new Promise((resolve) => setImmediate(resolve));
}
