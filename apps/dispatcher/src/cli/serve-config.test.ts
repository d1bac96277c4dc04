import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { destinationsAt } from "../testing/destinations-at.ts";
import { postSync } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { startReceiver } from "../testing/receiver.ts";
import { deliveryStates } from "../testing/store-file.ts";
import type { Serving } from "../testing/syncbell-child.ts";
import { serve } from "../testing/syncbell-process.ts";
import { until } from "../testing/until.ts";
import { replaceFile } from "../testing/watched-dispatcher.ts";

/** The lines of the log with a message, as they stand when there are as many. */
async function logged({ log }: Serving, message: string, count = 1): Promise<readonly any[]> {
  const found = () => log.filter((line) => line.includes(`"msg":"${message}`));
  await until(() => found().length >= count);
  return found().map((line) => JSON.parse(line));
}

test("an edit is taken up without a restart, and what was made for it is shown on the terminal", async () => {
  const receiver = await startReceiver();
  const cwd = temporaryFolder();
  const file = join(cwd, "syncbell.yaml");
  const at = (destinations: Readonly<Record<string, string>>): string =>
    destinationsAt(receiver.url, destinations);
  replaceFile(file, at({ first: "" }));
  const serving = await serve({ cwd, env: { SYNCBELL_DATABASE_URL: "sqlite:syncbell.db" } });
  replaceFile(file, at({ first: "", second: "" }));
  expect(await logged(serving, "the config was changed")).toMatchObject([
    { level: "info", config: "syncbell.yaml", added: ["second"], changed: [], removed: [] },
  ]);
  await serving.delivered(postSync({ sync: "sync-1" }));
  await until(() => receiver.at("/second").length === 1);

  // In place, and asked for: no second look is waited for.
  writeFileSync(file, at({ second: "retention: ever" }));
  process.kill(serving.pid, "SIGHUP");
  expect(await logged(serving, "the config was refused")).toMatchObject([
    {
      level: "error",
      problems: [expect.stringMatching(/^syncbell\.yaml:3:\d+: "retention" does not belong here$/)],
    },
  ]);
  expect((await serving.post(postSync({ sync: "sync-2" }))).body.deliveries).toHaveLength(2);
  process.kill(serving.pid, "SIGHUP");
  await logged(serving, "the config was refused", 2);

  const { code, stdout, stderr } = await serving.end("SIGTERM");
  expect(code).toBe(0);
  const [, shown = ""] =
    /The secret of destination "second", shown this once:\n {2}(whsec_\S+)\n$/.exec(stderr) ?? [];
  expect(shown).not.toBe("");
  expect(stdout).not.toContain("whsec_");
  expect(stdout).not.toContain(new URL(receiver.url).port);
  expect(deliveryStates(join(cwd, "syncbell.db"))).toEqual({ delivered: 4 });
});

test("the default file is taken up when it comes only later, and its end is no end", async () => {
  const receiver = await startReceiver();
  const cwd = temporaryFolder();
  const file = join(cwd, "syncbell.yaml");
  const serving = await serve({ cwd });
  expect(await logged(serving, "there is no config file")).toMatchObject([
    { awaited: "syncbell.yaml" },
  ]);
  expect((await serving.post(postSync({ sync: "sync-1" }))).body.deliveries).toEqual([]);
  writeFileSync(file, destinationsAt(receiver.url, { ops: "" }));
  await logged(serving, "the config was changed");
  rmSync(file);
  process.kill(serving.pid, "SIGHUP");
  expect(await logged(serving, "the config was refused")).toMatchObject([
    { problems: ["syncbell.yaml:1:1: there is no such file"] },
  ]);
  await serving.delivered(postSync({ sync: "sync-2" }));
  expect((await serving.end("SIGTERM")).code).toBe(0);
});
