import { join } from "node:path";
import Database from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { expect, onTestFinished, test } from "vitest";
import { HEALTHY } from "../../breaker.ts";
import { temporaryFolder } from "../../testing/folder.ts";
import { up as start } from "./migrations/0001-start.ts";
import { openSqlite } from "./sqlite.ts";
import { START, claim } from "../suite/new-events.ts";

/** What the first version kept: an event with and one without a tenant, and what was owed of them. */
const KEPT = `
  insert into events values
    ('evt_1', 'post_sync', 'Failed', 'tenant-1', 'task-1', ${START}, x'7b00ff7d'),
    ('evt_2', 'deploy', 'done', null, null, ${START + 1}, x'7b7d');
  insert into event_names values ('key:1', 'evt_1', 'hash-1', ${START});
  insert into decisions values
    ('evt_1', 'ops', 'deliver', 'no rule', 0), ('evt_1', 'b', 'filtered', 'rule', 1);
  insert into deliveries values
    ('dlv_1', 'evt_1', 'ops', 'failed', ${START}, ${START + 9}, null, 11, 1, 3, null),
    ('dlv_2', 'evt_1', 'ops', 'pending', ${START}, ${START + 5}, ${START + 99}, 2, 0, 4, null),
    ('dlv_3', 'evt_2', 'ops', 'sending', ${START}, ${START}, null, 0, 0, 1, ${START + 20_000});
  insert into attempts values ('dlv_1', 1, ${START}, 12, 'rejected', 400, 'no', 'é', 0);
  insert into destinations values ('ops', ${START}, null), ('gone', ${START}, ${START + 1});
  insert into made_secrets values ('ops', 'secret', 's1.sealed', ${START});
  insert into channel_state values ('ops', 'place', 's1.place');
`;

/** Makes a file as the first version of the program left it. */
async function firstVersionFile(): Promise<string> {
  const path = join(temporaryFolder(), "syncbell.db");
  const database = new Database(path);
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  const getMigrations = () => Promise.resolve({ "0001-start": { up: start } });
  const { error } = await new Migrator({ db, provider: { getMigrations } }).migrateToLatest();
  expect(error).toBeUndefined();
  database.exec(KEPT);
  database.close();
  return path;
}

test("a file of the first version is opened with all that it keeps", async () => {
  const path = await firstVersionFile();
  for (const _ of [1, 2]) {
    const store = await openSqlite(path);
    const event = await store.event("evt_1");
    expect({ ...event, body: [...(event?.body ?? [])] }).toEqual({
      id: "evt_1",
      type: "post_sync",
      receivedAt: START,
      test: false,
      tenantId: "tenant-1",
      body: [0x7b, 0x00, 0xff, 0x7d],
      decisions: [
        { destinationId: "b", decision: "filtered", reason: "rule" },
        { destinationId: "ops", decision: "deliver", reason: "no rule" },
      ],
      deliveries: [
        { id: "dlv_1", destinationId: "ops", state: "failed" },
        { id: "dlv_2", destinationId: "ops", state: "pending" },
      ],
    });
    expect(await store.delivery("dlv_1")).toEqual({
      id: "dlv_1",
      eventId: "evt_1",
      destinationId: "ops",
      tenantId: "tenant-1",
      state: "failed",
      createdAt: START,
      dueAt: START + 9,
      attemptCount: 1,
      reason: undefined,
      attempts: [
        {
          number: 1,
          startedAt: START,
          durationMs: 12,
          outcome: "rejected",
          status: 400,
          reason: "no",
          response: "é",
          manual: false,
        },
      ],
    });
    const ofTenant = await store.deliveries({ tenantId: "tenant-1" }, { limit: 9 });
    expect(ofTenant.map(({ id }) => id)).toEqual(["dlv_2", "dlv_1"]);
    expect(await store.delivery("dlv_3")).toMatchObject({ state: "pending", tenantId: undefined });
    expect(await store.events({ status: "FAILED" }, { limit: 9 })).toMatchObject([{ id: "evt_1" }]);
    expect(await store.destinations()).toEqual([
      {
        id: "ops",
        source: "file",
        definition: undefined,
        state: "active",
        health: HEALTHY,
        createdAt: START,
        updatedAt: START,
        disabledAt: undefined,
      },
    ]);
    expect(await store.deletedAmong(["ops", "gone"])).toEqual(["gone"]);
    expect(await store.madeSecret("ops", "secret")).toBe("s1.sealed");
    expect(await store.channelState("ops", "place")).toBe("s1.place");
    await store.close();
  }
});

test("a file of the first version goes on with what it owes", async () => {
  const store = await openSqlite(await firstVersionFile());
  onTestFinished(() => store.close());
  await store.nameDestinations([{ id: "ops", fingerprint: "one" }], START + 10);
  expect(await store.destinations()).toMatchObject([{ id: "ops", state: "active" }]);
  expect(await store.due()).toEqual([{ destinationId: "ops", dueAt: START, manual: false }]);
  expect(await claim(store, "ops", { now: START + 5 })).toMatchObject([
    { id: "dlv_3", fence: 2, returnTo: undefined, event: { id: "evt_2", test: false } },
    { id: "dlv_2", fence: 5, step: 2, expiresAt: START + 99 },
  ]);
  expect(await store.retry("dlv_1", START + 10)).toEqual({ kind: "done" });
  expect(await claim(store, "ops", { manual: true })).toMatchObject([
    { id: "dlv_1", attempts: 1, returnTo: "failed" },
  ]);
});
