import { expect, test } from "vitest";
import { openEmpty } from "../../testing/postgres-databases.ts";
import { countingRun } from "../suite/new-pipelines.ts";

test("a pipeline whose id has a character of number 0 is one with what is kept of it", async () => {
  const store = await openEmpty();
  const met: (number | undefined)[] = [];
  const run = (taskId: string) => countingRun(met, { taskId });
  await store.accept([run("a\0b")]);
  await store.accept([run("a\0b"), run("a␀b")]);
  expect(met).toEqual([undefined, 1, 2]);
});
