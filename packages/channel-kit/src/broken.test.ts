import { beforeAll, describe, expect, test } from "vitest";
import { brokenChannels } from "./broken/index.ts";
import { type SuiteRun, runSuites } from "./testing/suite-run.ts";

const RUN_MS = 240_000;

let runs: ReadonlyMap<string, SuiteRun>;
beforeAll(async () => void (runs = await runSuites(brokenChannels)), RUN_MS);

describe("the suite", () => {
  test.each(brokenChannels)("finds out a channel that $that", ({ that, fails }) => {
    const { failed, errors } = runs.get(that) ?? { failed: [], errors: ["did not run"] };
    expect(errors).toEqual([]);
    expect(new Set(failed)).toEqual(new Set(fails));
  });

  test("has no test that nothing fails", () => {
    const all = [...runs.values()].flatMap(({ failed, passed }) => [...failed, ...passed]);
    const failing = new Set(brokenChannels.flatMap(({ fails }) => fails));
    expect(all.filter((name) => !failing.has(name))).toEqual([]);
  });
});
