// How long does it take to move a store to Postgres and back, when the copy is killed twice on its way, how much
// memory does it need, and is everything known under the same ids afterwards?
//   node src/copy.ts [deliveries]
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Store, openPostgres, openSqlite } from "@syncbell/engine";
import { eventOf, fillStore } from "./copied-store.ts";
import { benchPostgres } from "./postgres.ts";

const MAIN = new URL("../../apps/dispatcher/src/main.ts", import.meta.url).pathname;
const deliveries = Number(process.argv[2] ?? 300_000);

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly seconds: number;
  readonly peakMiB: number;
}

const folder = mkdtempSync(join(tmpdir(), "syncbell-copy-"));
const postgres = await benchPostgres();
const url = await postgres.newDatabase();
try {
  const now = Date.now();
  const [first, back] = [join(folder, "first.db"), join(folder, "back.db")];
  await using(await openSqlite(first), (store) => fillStore(store, deliveries, now));
  const there = [`sqlite:${first}`, url] as const;
  const runs: Record<string, Run> = {
    "to Postgres, killed": await copy(...there, 1 / 3),
    "to Postgres, killed again": await copy(...there, 2 / 3),
    "to Postgres, to the end": await copy(...there),
    "back to SQLite": await copy(url, `sqlite:${back}`),
    "SQLite to SQLite": await copy(`sqlite:${first}`, `sqlite:${join(folder, "second.db")}`),
  };
  const rows = Object.entries(runs).map(([name, { code, seconds, peakMiB }]) => [
    name,
    { code, seconds: Number(seconds.toFixed(1)), "peak MiB": Math.round(peakMiB) },
  ]);
  console.table(Object.fromEntries(rows));
  console.log(runs["to Postgres, to the end"]?.stdout);
  await using(await openPostgres(url), (store) => goOn("Postgres", store, now));
  await using(await openSqlite(back), (store) => goOn("SQLite, back", store, now));
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function using(store: Store, work: (store: Store) => Promise<void>): Promise<void> {
  await work(store);
  await store.close();
}

/** Copies in a process of its own; kills it when that share of the deliveries is copied. */
async function copy(from: string, to: string, killAt = Infinity): Promise<Run> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN, "copy", "--from", from, "--to", to]);
  let stdout = "";
  let peakMiB = 0;
  const watch = setInterval(() => (peakMiB = Math.max(peakMiB, peakOf(child.pid))), 50);
  child.stdout.on("data", (said: Buffer) => void (stdout += said.toString()));
  child.stderr.on("data", (said: Buffer) => {
    process.stderr.write(said);
    const [, copied = 0, total = 1] = /^deliveries (\d+) of (\d+)/m.exec(said.toString()) ?? [];
    if (Number(copied) / Number(total) >= killAt) child.kill("SIGKILL");
  });
  const code = await new Promise<number | null>((resolve) => void child.once("close", resolve));
  clearInterval(watch);
  return { code, stdout, seconds: (performance.now() - startedAt) / 1000, peakMiB };
}

function peakOf(pid = 0): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Has a store that was copied into take events, one that it knows and a new one, and claims what it owes. */
async function goOn(name: string, store: Store, now: number): Promise<void> {
  const known = eventOf(7, now);
  const [again, other] = await store.accept([
    { ...known, id: "evt_posted-again", deliveries: [] },
    eventOf(deliveries, now),
  ]);
  if (again?.kind !== "duplicate" || again.id !== known.id || other?.kind !== "accepted") {
    throw new Error(`${name} does not know what it was told before`);
  }
  const ids = known.deliveries.map((one) => one.id).join();
  if (again.deliveries.map((one) => one.id).join() !== ids)
    throw new Error(`${name} has other ids`);
  const released = await store.releaseExpired(now + 20_000);
  const shares = [{ destinationId: "destination-2", count: 1_000, manual: false }];
  const asked = { now: now + 30_000, leaseUntil: now + 50_000, shares, enoughBytes: Infinity };
  const claimed = (await store.claim(asked)).deliveries.length;
  console.log(`${name}: the same event is a duplicate, a new one is accepted,`);
  console.log(`  ${released} leases ended and ${claimed} deliveries claimed`);
}
