import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { runOn } from "../../testing/postgres-databases.ts";
import {
  SMALL,
  dumpOf,
  filled,
  newPostgres,
  newSqlite,
  openAsStore,
  runPast,
  using,
} from "../../testing/stores-to-copy.ts";
import { newEvent } from "../suite/new-events.ts";
import { copyStore } from "./copy-store.ts";
import type { StoreToCopy } from "./sides.ts";

const PROGRAM = fileURLToPath(new URL("../../testing/copy-to-kill.ts", import.meta.url));

/** Any other error is one of the copy's own. */
function onlyInterrupted(error: unknown): undefined {
  if (!String(error).includes("the lights went out")) throw error;
}

/** Copies until so many batches are kept. */
async function interrupt(from: StoreToCopy, to: StoreToCopy, batches: number): Promise<void> {
  let left = batches;
  const onProgress = (): void => {
    if (--left === 0) throw new Error("the lights went out");
  };
  await expect(copyStore({ from, to, limit: SMALL, onProgress })).rejects.toThrow(
    "the copy is interrupted: the lights went out; the same command goes on with it",
  );
}

/** Copies in a process that is killed after so many batches; answers what it said until then. */
async function copyAndKill(
  from: StoreToCopy,
  to: StoreToCopy,
  batches: number,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify([from, to])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const gone = once(child, "exit");
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (said.length === batches) child.kill("SIGKILL");
  }
  await gone;
  return said;
}

/** Has the position not be kept. */
const REFUSE_POSITIONS = {
  sqlite: `create trigger stop before update on unfinished_copy
             begin select raise(abort, 'no more room'); end`,
  postgres: `create function stop() returns trigger language plpgsql
               as $$ begin raise exception 'no more room'; end $$;
             create trigger stop before update on unfinished_copy for each row execute function stop()`,
} as const;
const ALLOW_POSITIONS = {
  sqlite: "drop trigger stop",
  postgres: "drop function stop cascade",
} as const;

const ROUTES = [
  ["SQLite to Postgres", newSqlite, newPostgres],
  ["Postgres to SQLite", newPostgres, newSqlite],
] as const;

describe.each(ROUTES)("from %s", (_, newSource, newDestination) => {
  test("a copy that is interrupted after every batch ends with the same rows", async () => {
    const [from, to] = [await filled(await newSource()), await newDestination()];
    let resumed = 0;
    for (let batches = 1; ; batches++) {
      let isFirst = true;
      const onProgress = (): void => {
        if (!isFirst) throw new Error("the lights went out");
        isFirst = false;
      };
      const onResumed = (): void => void resumed++;
      const options = { from, to, limit: SMALL, onProgress, onResumed };
      const result = await copyStore(options).catch(onlyInterrupted);
      if (!result) continue;
      expect(result.problems).toEqual([]);
      expect(batches).toBeGreaterThan(20);
      expect(resumed).toBe(batches - 1);
      break;
    }
    expect(await dumpOf(to)).toEqual(await dumpOf(from));
  }, 60_000);

  test("a process that copies can be killed at any time, and another one goes on", async () => {
    const [from, to] = [await filled(await newSource(), 2), await newDestination()];
    const before = await dumpOf(from);
    const runs: (readonly string[])[] = [];
    for (const batches of [1, 12, 9, Infinity]) runs.push(await copyAndKill(from, to, batches));
    expect(runs.at(-1)?.at(-1)).toBe("done 0");
    // Nothing that was kept is copied again.
    const said = runs.flat();
    expect(said.filter((line, nth) => said.indexOf(line) !== nth)).toEqual([]);
    expect(await dumpOf(to)).toEqual(before);
  }, 60_000);

  test("a part of a store can't be served, nor copied, and says how to go on", async () => {
    const [from, to] = [await filled(await newSource()), await newDestination()];
    await interrupt(from, to, 5);
    const said = `it holds a part of ${from.name}, as a copy has not ended: run the same "syncbell copy" again`;
    await expect(openAsStore(to)).rejects.toThrow(said);
    await expect(copyStore({ from: to, to: newSqlite() })).rejects.toThrow(said);
    await copyStore({ from, to });
    await using(to, (store) => store.accept([newEvent()]));
  });

  test("a batch is kept with its position, or not at all", async () => {
    const [from, to] = [await filled(await newSource()), await newDestination()];
    await interrupt(from, to, 5);
    await runPast(to, REFUSE_POSITIONS[to.kind]);
    await expect(copyStore({ from, to, limit: SMALL })).rejects.toThrow(
      "the copy is interrupted: no more room",
    );
    await runPast(to, ALLOW_POSITIONS[to.kind]);
    expect((await copyStore({ from, to, limit: SMALL })).problems).toEqual([]);
    expect(await dumpOf(to)).toEqual(await dumpOf(from));
  });

  test("what somebody else has written to the destination is not overwritten", async () => {
    const [from, to] = [await filled(await newSource()), await newDestination()];
    await interrupt(from, to, 5);
    const row = "insert into destinations (id, created_at, updated_at) values ('ops', 1, 1)";
    await runPast(to, row);
    await expect(copyStore({ from, to })).rejects.toThrow(
      "the destination's table destinations holds rows that this copy did not write: make the destination anew",
    );
  });

  test("what is lost or altered in the destination is found at the end", async () => {
    for (const statement of ["delete from events", "update events set received_at = 7"]) {
      const [from, to] = [await filled(await newSource()), await newDestination()];
      await interrupt(from, to, 5);
      await runPast(to, statement);
      expect((await copyStore({ from, to })).problems).toEqual([
        expect.stringMatching(/ is not the same as \S+ \(events\); .* and copy anew$/),
      ]);
      await expect(openAsStore(to)).rejects.toThrow("a copy has not ended");
    }
  });

  test("a source that was served meanwhile is not gone on with", async () => {
    const [from, to] = [await filled(await newSource()), await newDestination()];
    await interrupt(from, to, 5);
    await using(from, (store) => store.accept([newEvent()]));
    await expect(copyStore({ from, to })).rejects.toThrow(
      /^\S+ has changed since the copy of it began \(events, event_names, .*deliveries.*\); \S+ .*and copy anew$/,
    );
  });

  test("another source is not gone on with", async () => {
    const [from, to] = [await filled(await newSource()), await newDestination()];
    await interrupt(from, to, 5);
    const other = await filled(newSqlite(), 9);
    await expect(copyStore({ from: other, to })).rejects.toThrow(
      `${to.name} holds a part of ${from.name}: go on with that one, or`,
    );
  });
});

test("a connection that is lost interrupts a copy, and no more", async () => {
  const [from, to] = [await filled(newSqlite()), await newPostgres()];
  let kept = 0;
  let cut: Promise<void> | undefined;
  const onProgress = (): void => {
    if (++kept === 4) {
      cut = runOn(
        to.database,
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'syncbell copy'`,
      );
    }
  };
  await expect(copyStore({ from, to, limit: SMALL, onProgress })).rejects.toThrow(
    /^the copy is interrupted: .*; the same command goes on with it$/,
  );
  await cut;
  expect((await copyStore({ from, to, limit: SMALL })).problems).toEqual([]);
  expect(await dumpOf(to)).toEqual(await dumpOf(from));
});

test("a source that changes while it is copied is found at the end, and the copy is not used", async () => {
  const [from, to] = [await filled(await newPostgres()), newSqlite()];
  let change: Promise<void> | undefined;
  const onProgress = (): void => {
    change ??= runOn(from.database, "update paces set filled_at = filled_at + 1");
  };
  const { problems } = await copyStore({ from, to, limit: SMALL, onProgress });
  await change;
  expect(problems[0]).toBe(
    `${from.name} has changed while it was copied (paces); delete ${to.name} and copy anew`,
  );
  await expect(openAsStore(to)).rejects.toThrow("a copy has not ended");
});
