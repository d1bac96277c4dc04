import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../testing/folder.ts";
import { openSqlite } from "./sqlite.ts";
import { newEvent } from "../suite/new-events.ts";

const PROGRAM = fileURLToPath(
  new URL("../../testing/dispatcher-on-a-full-disk.ts", import.meta.url),
);

/** Blocks of 512 or 1024 bytes, as the shell counts them: less than SQLite lets its log grow to. */
const LIMIT = 2048;

test("what a full disk does not take is refused and not kept, until there is room again", async () => {
  const path = join(temporaryFolder(), "syncbell.db");
  const limited = `ulimit -f ${LIMIT} && exec "$0" "$@"`;
  const child = spawn("sh", ["-c", limited, process.execPath, PROGRAM, path], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value } = (await lines.next()) as { value: string | undefined };
    if (value === undefined) throw new Error("the process has ended");
    said.push(value);
    return value;
  };

  while ((await next()).startsWith("accepted"));
  expect(said.at(-1)).toMatch(/^unavailable /);
  expect(said.length).toBeGreaterThan(3);
  child.stdin.write("again\n");
  expect(await next()).toMatch(/^unavailable /);

  // Somebody makes room: the log is written back into the file, and so can begin anew.
  const operator = new Database(path);
  operator.pragma("wal_checkpoint(truncate)");
  operator.close();
  child.stdin.write("again\n");
  expect(await next()).toMatch(/^accepted /);
  const gone = once(child, "exit");
  child.stdin.end();
  await gone;

  const store = await openSqlite(path);
  onTestFinished(() => store.close());
  const found: string[] = [];
  for (const line of said) {
    const [, id = ""] = line.split(" ");
    const event = await store.event(id);
    found.push(`${event ? "accepted" : "unavailable"} ${id}`);
    expect(event?.deliveries.length ?? 1).toBe(1);
  }
  expect(found).toEqual(said);
  const last = newEvent({ id: "evt_last", name: "last", deliveries: [] });
  expect((await store.accept([last]))[0]?.kind).toBe("accepted");
});
