import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { crashAgainAndAgain } from "./testing/crash/crash-run.ts";
import { sqliteGround } from "./testing/crash/sqlite-ground.ts";
import { STAGES, shuffledStages } from "./testing/crash/stages.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { seededRandom } from "./testing/seeded-random.ts";

/** One in every stage; `pnpm crash` makes more of them. */
const KILLS = STAGES.length;
/** What fails may do so for two lives: the second attempts are to be due before the end. */
const HEALED_AFTER = 2;

/** Set it to the seed of a failure, to see the same kills again. */
const SEED = Number(process.env["CRASH_SEED"] ?? randomInt(2 ** 31));

test(`a dispatcher that is killed at every stage loses nothing that it took (seed ${SEED})`, async () => {
  const report = await crashAgainAndAgain({
    stages: shuffledStages(KILLS, STAGES, seededRandom(SEED)),
    seed: SEED,
    ground: sqliteGround(temporaryFolder()),
    loadMs: 200,
    healedAfter: HEALED_AFTER,
  });
  expect(report).toMatchObject({ lost: [], stuck: [], mistakes: [] });
  expect(report.kills).toBeGreaterThanOrEqual(KILLS);
  expect(new Set(report.stages.keys())).toEqual(new Set(STAGES));
  expect(report.repeats).toBeLessThanOrEqual(report.cutOff);
  expect(report.taken).toBeGreaterThan(report.kills);
}, 180_000);
