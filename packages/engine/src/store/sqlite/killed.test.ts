import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../testing/folder.ts";
import { openSqlite } from "./sqlite.ts";
import { START, claim } from "../suite/new-events.ts";

const PROGRAM = fileURLToPath(new URL("../../testing/dispatcher-to-kill.ts", import.meta.url));

/** Starts a process that accepts and claims without end; answers what it says it has on disk. */
async function runAndKill(path: string, lines: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [PROGRAM, path], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (said.length === lines) {
      await expect(openSqlite(path)).rejects.toThrow("another syncbell");
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    }
  }
  return said;
}

test("after a kill nothing that was answered is lost, and what was under way is due at once", async () => {
  const path = join(temporaryFolder(), "syncbell.db");
  const said = await runAndKill(path, 40);
  const store = await openSqlite(path);
  onTestFinished(() => store.close());
  const accepted = said.flatMap((line) => line.match(/^accepted (\S+)/)?.[1] ?? []);
  const claimed = said.flatMap((line) => line.match(/^claimed (\S+)/)?.[1] ?? []);
  expect(accepted.length).toBeGreaterThan(10);
  expect(claimed.length).toBeGreaterThan(10);
  const kept = await Promise.all(accepted.map((id) => store.event(id)));
  expect(kept.map((event) => event?.id)).toEqual(accepted);
  const held = await Promise.all(claimed.map((id) => store.delivery(id)));
  expect(held.filter((delivery) => delivery?.state !== "pending")).toEqual([]);
  const again = await claim(store, "ops", { now: START, count: 1000 });
  const ids = new Set(again.map(({ id }) => id));
  expect(claimed.filter((id) => !ids.has(id))).toEqual([]);
});
