import { randomInt } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { crashAgainAndAgain } from "./testing/crash/crash-run.ts";
import { postgresGround } from "./testing/crash/postgres-ground.ts";
import { SHARED_STAGES, type Stage } from "./testing/crash/stages.ts";
import { temporaryFolder } from "./testing/folder.ts";

/**
 * One in every stage, and of each dispatcher at least one; `pnpm crash:postgres` makes more of them. What
 * is cut off is taken up when its lease is over, so those that cut off most come first.
 */
const KILLS: readonly Stage[] = [
  "attempt",
  "record",
  "drain",
  "accept",
  "any moment",
  "start",
  "server",
];
const DISPATCHERS = 3;
/** What fails may do so for two kills: the second attempts are to be due before the end. */
const HEALED_AFTER = 2;

/** Set it to the seed of a failure, to see the same kills again. */
const SEED = Number(process.env["CRASH_SEED"] ?? randomInt(2 ** 31));

test(`dispatchers that share a database and are killed at every stage, as is its server, lose nothing (seed ${SEED})`, async () => {
  const ground = await postgresGround(temporaryFolder(), DISPATCHERS);
  onTestFinished(ground.remove);
  const report = await crashAgainAndAgain({
    stages: KILLS,
    seed: SEED,
    ground,
    loadMs: 200,
    healedAfter: HEALED_AFTER,
  });
  expect(report).toMatchObject({ lost: [], stuck: [], mistakes: [] });
  expect(new Set(report.stages.keys())).toEqual(new Set(SHARED_STAGES));
  expect(report.repeats).toBeLessThanOrEqual(report.cutOff);
  expect(report.taken).toBeGreaterThan(report.kills);
}, 180_000);
