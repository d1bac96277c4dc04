import { join } from "node:path";
import { openSqlite } from "@syncbell/engine";
import { describe, expect, test } from "vitest";
import { LOOPBACK, writeConfig } from "../testing/config-file.ts";
import { lineOf, postSync } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { startReceiver } from "../testing/receiver.ts";
import { type RunningDispatcher, startRunning } from "../testing/running-dispatcher.ts";
import { deliveryStates } from "../testing/store-file.ts";
import { rowsIn } from "../testing/store-rows.ts";
import { serve } from "../testing/syncbell-process.ts";
import { until } from "../testing/until.ts";

/** A folder to serve from, with a receiver that holds its answers until it is told to give them. */
async function holding() {
  const held: (() => void)[] = [];
  let open = false;
  const receiver = await startReceiver((response) => {
    const answer = (): void => void response.end("ok");
    if (open) answer();
    else held.push(answer);
  });
  const cwd = temporaryFolder();
  const at = `{ id: ops, channel: slack, config: { url: "${receiver.url}/" } }`;
  const config = `${LOOPBACK}destinations: [${at}]`;
  writeConfig(cwd, config);
  const release = (): void => {
    open = true;
    for (const answer of held) answer();
  };
  // The next dispatcher on the same store, in this process.
  const startAgain = (): Promise<RunningDispatcher> => startRunning({ folder: cwd, config });
  const env = { SYNCBELL_DATABASE_URL: "sqlite:syncbell.db" };
  return { at: { cwd, env }, receiver, release, startAgain, database: join(cwd, "syncbell.db") };
}

describe.each(["SIGTERM", "SIGINT"] as const)("%s", (signal) => {
  test("lets what is under way end and be recorded, then ends with 0", async () => {
    const { at, receiver, release, startAgain, database } = await holding();
    const serving = await serve(at);
    for (const sync of ["sync-1", "sync-2", "sync-3"]) await serving.post(postSync({ sync }));
    await until(() => receiver.requests.length === 1);
    const end = serving.end(signal);
    const unreachable = (): Promise<boolean> =>
      serving.call("GET", "/healthz").then(
        () => false,
        () => true,
      );
    await until(unreachable);
    release();
    const { code, stdout, stderr } = await end;
    expect([code, stderr]).toEqual([0, expect.not.stringContaining("rror")]);
    expect(stdout.trimEnd().split("\n").at(-1)).toContain('"msg":"stopped"');
    expect(deliveryStates(database)).toEqual({ delivered: 1, pending: 2 });
    expect(await rowsIn(database)).toMatchObject({ events: 3, attempts: 1 });

    const again = await startAgain();
    await until(() => receiver.requests.length === 3);
    await again.stop();
    const told = receiver.requests.map(({ body }) => JSON.parse(body.toString()).text);
    expect(told).toEqual(["sync-1", "sync-2", "sync-3"].map((sync) => lineOf(sync)));
    expect(deliveryStates(database)).toEqual({ delivered: 3 });
  });
});

test("a second signal does not wait, and what was under way is done again", async () => {
  const { at, receiver, release, startAgain, database } = await holding();
  const serving = await serve(at);
  await serving.post(postSync());
  await until(() => receiver.requests.length === 1);
  const end = serving.end("SIGTERM");
  await until(() => serving.log.some((line) => line.includes("stopping")));
  await serving.end("SIGTERM");
  expect(await end).toMatchObject({ code: null });
  release();
  // Its lease has not passed by far: that the same store is opened again is what frees it.
  expect(deliveryStates(database)).toEqual({ sending: 1 });
  await (await openSqlite(database)).close();
  expect(deliveryStates(database)).toEqual({ pending: 1 });
  const again = await startAgain();
  await until(() => receiver.requests.length === 2);
  await again.stop();
  expect(deliveryStates(database)).toEqual({ delivered: 1 });
});
