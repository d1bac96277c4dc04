import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../seeded-random.ts";
import { ended, startSyncbell } from "../syncbell-child.ts";
import { crashAgainAndAgain } from "./crash-run.ts";
import type { CrashGround } from "./ground.ts";
import type { PostgresGround } from "./postgres-ground.ts";
import { type Stage, shuffledStages } from "./stages.ts";
import { isSound, summaryOf } from "./summary.ts";

/** Which share of the kills is over when the failing destinations are healed. */
const HEALED_AFTER = 0.8;

export interface CrashCommand {
  /** How many kills there are unless the command line says otherwise. */
  readonly kills: number;
  readonly stages: readonly Stage[];
  /** Makes what is killed on, in an empty folder. */
  readonly ground: (folder: string) => Promise<CommandGround>;
}

/** Ended, and, where all is well, removed. */
type CommandGround = CrashGround & Partial<Pick<PostgresGround, "end" | "remove">>;

/** Kills as often as the command line says, shows the report, and exits with 1 where all is not well. */
export async function runCrash(command: CrashCommand): Promise<void> {
  const kills = Number(process.argv[2] ?? command.kills);
  if (!Number.isInteger(kills) || kills < 1) throw new Error("how many kills? A number from 1");
  const seed = Number(process.env["CRASH_SEED"] ?? randomInt(2 ** 31));
  const folder = mkdtempSync(join(tmpdir(), "syncbell-crash-"));
  const startedAt = Date.now();
  const passed = (): string => new Date(Date.now() - startedAt).toISOString().slice(11, 19);

  console.log(`${kills} kills in ${folder}; again with CRASH_SEED=${seed}`);
  // A process that is killed leaves nothing in the compile cache, and would start slowly each time.
  await ended(startSyncbell(["help"], { cwd: folder }));
  const ground = await command.ground(folder);
  const report = await crashAgainAndAgain({
    stages: shuffledStages(kills, command.stages, seededRandom(seed)),
    seed,
    ground,
    loadMs: 1000,
    healedAfter: kills * HEALED_AFTER,
    onKill(made, taken) {
      if (made % 10 === 0) console.log(`${passed()}  ${made} kills, ${taken} events taken`);
    },
  });
  await ground.end?.();
  console.log(`${passed()}\n\n${summaryOf(report)}`);
  if (isSound(report)) {
    await ground.remove?.();
    rmSync(folder, { recursive: true });
  } else {
    console.log(`\nThe store is left in ${ground.place}.`);
  }
  process.exitCode = isSound(report) ? 0 : 1;
}
