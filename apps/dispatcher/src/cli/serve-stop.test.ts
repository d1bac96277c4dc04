import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LOOPBACK, writeConfig } from "../testing/config-file.ts";
import { lineOf, postSync } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { startReceiver } from "../testing/receiver.ts";
import { deliveryStates, rowsIn } from "../testing/store-file.ts";
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
  writeConfig(cwd, `${LOOPBACK}destinations: [${at}]`);
  const release = (): void => {
    open = true;
    for (const answer of held) answer();
  };
  return { cwd, receiver, release, database: join(cwd, "data", "syncbell.db") };
}

describe.each(["SIGTERM", "SIGINT"] as const)("%s", (signal) => {
  test("lets what is under way end and be recorded, then ends with 0", async () => {
    const { cwd, receiver, release, database } = await holding();
    const serving = await serve({ cwd });
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
    expect(rowsIn(database)).toMatchObject({ events: 3, attempts: 1 });

    const again = await serve({ cwd });
    await until(() => receiver.requests.length === 3);
    await again.end(signal);
    const told = receiver.requests.map(({ body }) => JSON.parse(body.toString()).text);
    expect(told).toEqual(["sync-1", "sync-2", "sync-3"].map((sync) => lineOf(sync)));
    expect(deliveryStates(database)).toEqual({ delivered: 3 });
  });
});

test("a second signal does not wait, and what was under way is done again", async () => {
  const { cwd, receiver, release, database } = await holding();
  const serving = await serve({ cwd });
  await serving.post(postSync());
  await until(() => receiver.requests.length === 1);
  const end = serving.end("SIGTERM");
  await until(() => serving.log.some((line) => line.includes("stopping")));
  await serving.end("SIGTERM");
  expect(await end).toMatchObject({ code: null });
  release();
  const again = await serve({ cwd });
  await until(() => receiver.requests.length === 2);
  await again.end("SIGTERM");
  expect(deliveryStates(database)).toEqual({ delivered: 1 });
});
