import { expect, onTestFinished, test } from "vitest";
import { emptyDatabase } from "../../testing/postgres-databases.ts";
import type { Store } from "../store.ts";
import { START, newEvent } from "../suite/new-events.ts";
import { countingRun, newFailure } from "../suite/new-pipelines.ts";
import { endAll } from "../suite/new-records.ts";
import { openPostgres } from "./postgres.ts";

/** A store on a server that joins tables row by row, as it does by itself with some statistics. */
async function openJoiningByRow(): Promise<Store> {
  const url = new URL(await emptyDatabase());
  const off = ["hashjoin", "mergejoin", "hashagg", "sort", "material"];
  url.searchParams.set("options", off.map((way) => `-c enable_${way}=off`).join(" "));
  const store = await openPostgres(url.href);
  onTestFinished(() => store.close());
  return store;
}

test("no more pipelines are forgotten at once than it is told to, however the server goes about it", async () => {
  const store = await openJoiningByRow();
  const runs = Array.from({ length: 9 }, (_, nth) => countingRun([], { taskId: `task-${nth}` }));
  await store.accept(runs);
  for (const count of [2, 2, 2, 2, 1])
    expect(await store.forgetPipelines(START + 1, 2)).toBe(count);
});

test("no more tellings are forgotten at once than it is told to, however the server goes about it", async () => {
  const store = await openJoiningByRow();
  for (let nth = 0; nth < 9; nth++) {
    await store.accept([newFailure(`evt_${nth}`)]);
    await endAll(store, "ops", "delivered");
  }
  await store.accept([newEvent(), countingRun([])]);
  for (const count of [2, 2, 2, 2, 1])
    expect(await store.forgetTold(START + 1_000_000, 2)).toBe(count);
});
