// Does a dispatcher that is killed again and again lose anything?  pnpm crash [kills]
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ended, startSyncbell } from "../syncbell-child.ts";
import { crashAgainAndAgain } from "./crash-run.ts";
import { isSound, summaryOf } from "./summary.ts";

/** Which share of the kills is over when the failing destinations are healed. */
const HEALED_AFTER = 0.8;

const kills = Number(process.argv[2] ?? 500);
if (!Number.isInteger(kills) || kills < 1) throw new Error("how many kills? A number from 1");
const seed = Number(process.env["CRASH_SEED"] ?? randomInt(2 ** 31));
const folder = mkdtempSync(join(tmpdir(), "syncbell-crash-"));
const startedAt = Date.now();
const passed = (): string => new Date(Date.now() - startedAt).toISOString().slice(11, 19);

console.log(`${kills} kills in ${folder}; again with CRASH_SEED=${seed}`);
// A process that is killed leaves nothing in the compile cache, and would start slowly each time.
await ended(startSyncbell(["help"], { cwd: folder }));
const report = await crashAgainAndAgain({
  kills,
  seed,
  folder,
  loadMs: 1000,
  healedAfter: kills * HEALED_AFTER,
  onKill(made, taken) {
    if (made % 10 === 0) console.log(`${passed()}  ${made} kills, ${taken} events taken`);
  },
});
console.log(`${passed()}\n\n${summaryOf(report)}`);
if (isSound(report)) rmSync(folder, { recursive: true });
else console.log(`\nThe store is left in ${folder}.`);
process.exitCode = isSound(report) ? 0 : 1;
