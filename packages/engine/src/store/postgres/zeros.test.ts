import { expect, test } from "vitest";
import { openEmpty } from "../../testing/postgres-databases.ts";
import { claimDigest, digestIn, newDigested, newPart } from "../suite/new-digests.ts";
import { countingRun } from "../suite/new-pipelines.ts";

test("a pipeline whose id has a character of number 0 is one with what is kept of it", async () => {
  const store = await openEmpty();
  const met: (number | undefined)[] = [];
  const run = (taskId: string) => countingRun(met, { taskId });
  await store.accept([run("a\0b")]);
  await store.accept([run("a\0b"), run("a␀b")]);
  expect(met).toEqual([undefined, 1, 2]);
});

test("lines of a digest whose keys are one without such a character are one line", async () => {
  const store = await openEmpty();
  const parts = ["a\0b", "a␀b"].map((task) => newPart({ task }));
  await store.accept([newDigested(parts.slice(0, 1)), newDigested(parts.slice(1))]);
  expect(digestIn(await claimDigest(store)).lines).toHaveLength(1);
});
