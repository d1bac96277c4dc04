import { statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { postSync } from "./testing/events.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { ended, serveOn } from "./testing/syncbell-child.ts";
import { runSyncbell, serve, spawnSyncbell } from "./testing/syncbell-process.ts";

/** A page of the store in its log, in bytes. */
const LOGGED_PAGE = 4096 + 24;

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

test.each([1, 20])(
  "after a first start that was killed with %i pages written, the next one serves",
  async (pages) => {
    const cwd = temporaryFolder();
    const child = spawnSyncbell(["serve"], serveOn({ cwd }));
    const end = ended(child);
    const log = join(cwd, "data", "syncbell.db-wal");
    while (sizeOf(log) < pages * LOGGED_PAGE) await nextTurn();
    child.kill("SIGKILL");
    await end;
    const serving = await serve({ cwd });
    expect(await serving.post(postSync())).toMatchObject({ status: 202 });
    expect(await serving.end("SIGTERM")).toMatchObject({ code: 0 });
  },
);

test("after a first start that had no room for its keys, the next one serves", async () => {
  const cwd = temporaryFolder();
  const under = ["sh", "-c", `ulimit -S -f 0 && exec "$0" "$@"`];
  const env = { SYNCBELL_ADMIN_TOKEN: "", NODE_COMPILE_CACHE: "" };
  expect(await runSyncbell(["serve"], { ...serveOn({ cwd, env }), under })).toMatchObject({
    code: 1,
  });
  const serving = await serve({ cwd, env });
  expect(await serving.end("SIGTERM")).toMatchObject({ code: 0 });
});
