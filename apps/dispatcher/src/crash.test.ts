import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { crashAgainAndAgain } from "./testing/crash/crash-run.ts";
import { STAGES } from "./testing/crash/stages.ts";
import { temporaryFolder } from "./testing/folder.ts";

/** One in every stage; `pnpm crash` makes more of them. */
const KILLS = STAGES.length;
/** What fails may do so for two lives: the second attempts are to be due before the end. */
const HEALED_AFTER = 2;

/** Set it to the seed of a failure, to see the same kills again. */
const SEED = Number(process.env["CRASH_SEED"] ?? randomInt(2 ** 31));

test(`a dispatcher that is killed at every stage loses nothing that it took (seed ${SEED})`, async () => {
  const folder = temporaryFolder();
  const report = await crashAgainAndAgain({
    kills: KILLS,
    seed: SEED,
    folder,
    loadMs: 200,
    healedAfter: HEALED_AFTER,
  });
  expect(report).toMatchObject({ lost: [], stuck: [], mistakes: [] });
  expect(report.kills).toBeGreaterThanOrEqual(KILLS);
  for (const [stage, { kills }] of report.stages) expect([stage, kills > 0]).toEqual([stage, true]);
  expect(report.repeats).toBeLessThanOrEqual(report.cutOff);
  expect(report.taken).toBeGreaterThan(report.kills);
}, 180_000);
