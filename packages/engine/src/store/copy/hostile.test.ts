import { randomBytes } from "node:crypto";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { runOn } from "../../testing/postgres-databases.ts";
import {
  SMALL,
  dumpOf,
  newPostgres,
  newSqlite,
  openAsStore,
  using,
} from "../../testing/stores-to-copy.ts";
import { newEvent } from "../suite/new-events.ts";
import { countingRun } from "../suite/new-pipelines.ts";
import { newQuarantined } from "../suite/new-quarantined.ts";
import { type CopyProgress, copyStore } from "./copy-store.ts";
import type { StoreToCopy } from "./sides.ts";

const MIB = 1024 * 1024;

describe("a copy keeps", () => {
  test("bodies of 1 MiB of any bytes, of which it never takes more than a few at once", async () => {
    const from = newSqlite();
    const events = Array.from({ length: 12 }, () => newEvent({ body: randomBytes(MIB) }));
    await using(from, async (store) => {
      await store.accept(events);
      await store.quarantine(newQuarantined({ body: randomBytes(MIB) }));
    });
    const [middle, to] = [await newPostgres(), newSqlite()];
    for (const [one, other] of [
      [from, middle],
      [middle, to],
    ] as const) {
      const steps: number[] = [];
      const onProgress = ({ table, copied }: CopyProgress): void =>
        void (table === "events" && steps.push(copied));
      await copyStore({ from: one, to: other, onProgress });
      expect(steps).toEqual([4, 8, 12]);
    }
    expect(await dumpOf(to)).toEqual(await dumpOf(from));
    await using(to, async (store) => {
      const [first] = events;
      const kept = await store.event(first?.id ?? "");
      expect(Buffer.compare(kept?.body ?? Buffer.of(), first?.body ?? Buffer.of())).toBe(0);
    });
  }, 60_000);

  test("a row that is larger than a batch", async () => {
    const [from, middle, to] = [newSqlite(), await newPostgres(), newSqlite()];
    await using(from, (store) =>
      store.accept([newEvent({ body: randomBytes(5_000) }), newEvent(), newEvent()]),
    );
    await copyStore({ from, to: middle, limit: { rows: 10, bytes: 1 } });
    await copyStore({ from: middle, to, limit: { rows: 10, bytes: 1 } });
    expect(await dumpOf(to)).toEqual(await dumpOf(from));
  });

  test("whole numbers that no number of the program holds exactly", async () => {
    const [from, middle, to] = [newSqlite(), await newPostgres(), newSqlite()];
    await using(from, (store) => store.accept([newEvent(), newEvent(), newEvent()]));
    const database = new Database(from.database);
    const set = database.prepare("update deliveries set expires_at = ?, fence = ?");
    for (const value of [2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)]) set.run(value, value);
    database.close();
    await copyStore({ from, to: middle });
    await copyStore({ from: middle, to });
    expect(await dumpOf(to)).toEqual(await dumpOf(from));
  });

  test("a bucket that is a third full, and none that nothing is known of", async () => {
    const [from, to] = [await newPostgres(), newSqlite()];
    const pace = { perSecond: 1 / 3, burst: 1 / 7 + 3 };
    await using(from, async (store) => {
      await store.accept([newEvent()]);
      const shares = [{ destinationId: "ops", count: 1, manual: false, pace }];
      const now = Date.now();
      await store.claim({ now, leaseUntil: now + 1, shares, enoughBytes: Infinity });
    });
    const { paces = [] } = await dumpOf(from);
    await runOn(from.database, "insert into paces (destination_id) values ('nothing known')");
    expect((await copyStore({ from, to })).problems).toEqual([]);
    expect(paces).toHaveLength(1);
    expect((await dumpOf(to))["paces"]).toEqual(paces);
  });
});

/** Any other error is one of the copy's own. */
function onlyInterrupted(error: unknown): undefined {
  if (!String(error).includes("the lights went out")) throw error;
}

/** A store in which texts have the character of number 0, and keys differ in it alone. */
async function withNul(): Promise<StoreToCopy> {
  const from = newSqlite();
  await using(from, async (store) => {
    const pipelines = ["a\0b", "a␀b", "a\0\0", "plain"];
    for (const taskId of pipelines) {
      const keys = { tenantId: "tenant\0", taskId, name: `key:${taskId}` };
      await store.accept([countingRun([], { ...keys, status: "fai\0led" })]);
    }
    await store.quarantine(newQuarantined({ key: "\0" }));
  });
  return from;
}

describe("on Postgres the character of number 0 is another one", () => {
  test("in texts and keys; what is one there is counted", async () => {
    const [from, to] = [await withNul(), await newPostgres()];
    const { tables, problems } = await copyStore({ from, to, limit: SMALL });
    expect(problems).toEqual([]);
    const merged = Object.fromEntries(
      tables.filter((one) => one.merged > 0).map((one) => [one.table, one]),
    );
    const counts = { source: 4, destination: 3, merged: 1 };
    expect(merged).toEqual({
      event_names: { table: "event_names", ...counts },
      pipelines: { table: "pipelines", ...counts },
    });
    const store = await openAsStore(to);
    try {
      for (const taskId of ["a\0b", "a␀b", "a\0\0", "plain"]) {
        expect((await store.pipeline({ tenantId: "tenant\0", taskId })).pipeline).toBeDefined();
      }
      const [event] = await store.events({}, { limit: 1 });
      expect(event).toMatchObject({ tenantId: "tenant␀" });
    } finally {
      await store.close();
    }
  });

  test("also where a copy is interrupted between the two", async () => {
    const [from, to] = [await withNul(), await newPostgres()];
    for (;;) {
      let isFirst = true;
      const onProgress = (): void => {
        if (!isFirst) throw new Error("the lights went out");
        isFirst = false;
      };
      const options = { from, to, limit: { rows: 1, bytes: 1 }, onProgress };
      const result = await copyStore(options).catch(onlyInterrupted);
      if (!result) continue;
      expect(result.problems).toEqual([]);
      expect(result.tables.find(({ table }) => table === "pipelines")).toMatchObject({ merged: 1 });
      break;
    }
  });
});
