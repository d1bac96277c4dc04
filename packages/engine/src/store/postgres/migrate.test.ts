import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import type { Migration } from "kysely/migration";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { bareDatabase } from "../../testing/bare-database.ts";
import type { Store } from "../store.ts";
import { acceptParts, newPart } from "../suite/new-digests.ts";
import { FAR, START, claim, newEvent } from "../suite/new-events.ts";
import { record, recordOf } from "../suite/new-records.ts";
import { newReplay, stepReplay } from "../suite/new-replays.ts";
import { migratePostgres } from "./migrate.ts";
import { MIGRATIONS } from "./migrations.ts";
import { openPostgres } from "./postgres.ts";

/** What a later program may do to tables that are in use: it adds. */
const NEXT: Migration = {
  async up(db) {
    for (const { name } of await db.introspection.getTables()) {
      await sql`alter table ${sql.table(name)} add column colour text`.execute(db);
      await sql`alter table ${sql.table(name)} add column size bigint not null default 0`.execute(
        db,
      );
    }
    await sql`create index deliveries_by_colour on deliveries (colour)`.execute(db);
    await sql`create table colours (name text primary key)`.execute(db);
  },
};
const LATER = { ...MIGRATIONS, "9999-next": NEXT };

async function open(url: string, connections = 10): Promise<Store> {
  const store = await openPostgres(url, { connections });
  onTestFinished(() => store.close());
  return store;
}

/** Accepts, claims and records until it is stopped; answers how many deliveries were made. */
async function work(store: Store, stopped: AbortSignal): Promise<number> {
  let count = 0;
  while (!stopped.aborted) {
    await store.accept([newEvent(), newEvent()]);
    const claimed = await claim(store, "ops", { now: FAR, leaseUntil: FAR + 15_000 });
    const recorded = await record(store, ...claimed.map((one) => recordOf(one)));
    expect(recorded).not.toContain(false);
    count += recorded.length;
  }
  return count;
}

test("dispatchers go on while a later program changes the schema, also one that has to wait for it", async () => {
  const url = await bareDatabase();
  const store = await open(url);
  const over = new AbortController();
  const working = work(store, over.signal);
  const reader = new pg.Client({ connectionString: url });
  await reader.connect();
  onTestFinished(() => reader.end());
  await reader.query("begin; select count(*) from deliveries");
  const migrated = migratePostgres(url, LATER);
  // It can't have the table while that is read, and lets the others have it meanwhile.
  for (let nth = 0; nth < 2; nth++) {
    await pause(500);
    await store.accept([newEvent()]);
  }
  await reader.query("commit");
  await migrated;
  await store.accept([newEvent({ id: "evt_after" })]);
  over.abort();
  expect(await working).toBeGreaterThan(0);
  expect(await store.event("evt_after")).toMatchObject({ id: "evt_after" });
  const { rows } = await reader.query("select name from kysely_migration order by name");
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(LATER));
}, 30_000);

test("what an earlier program has prepared is as good for the tables of a later one", async () => {
  const url = await bareDatabase();
  // By one connection, which remembers each statement.
  const store = await open(url, 1);
  const stories: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["destinations", () => store.nameDestinations([{ id: "ops", fingerprint: "one" }], START)],
    ["states", () => store.setDestinationState("ops", "active", START)],
    ["standings", () => store.destinations()],
    ["events", () => store.accept([newEvent()])],
    ["digests", () => acceptParts(store, [newPart()])],
    ["claims", () => claimAll(store)],
    ["replays", () => store.runningReplays()],
    ["a replay", () => startReplay(store)],
    ["pipelines", () => store.pipeline({ tenantId: "tenant-1", taskId: "task-1" })],
    ["overdue runs", () => store.overduePipelines(FAR, 9)],
    ["tellings", () => store.tellings("inc_1")],
    ["quarantine", () => store.quarantineList({ limit: 9 })],
    ["lists", () => store.deliveries({}, { limit: 9 })],
  ];
  for (const [, story] of stories) await story();
  await migratePostgres(url, LATER);
  for (const [name, story] of stories) {
    expect([name, await story().then(() => "fine", String)]).toEqual([name, "fine"]);
  }
});

test("a program does not open a store of a later one, and says which steps it does not know", async () => {
  const url = await bareDatabase();
  await migratePostgres(url, LATER);
  for (const _ of [1, 2]) {
    await expect(openPostgres(url)).rejects.toThrow(
      "the store was made by a newer version of Syncbell (it has 9999-next); start that version or a later one",
    );
  }
});

test("of dispatchers that start together on an empty database, each finds all its tables", async () => {
  const url = await bareDatabase();
  const stores = await Promise.all(Array.from({ length: 6 }, () => open(url)));
  for (const store of stores) await store.accept([newEvent()]);
  expect(await stores[0]?.events({}, { limit: 9 })).toHaveLength(6);
});

async function claimAll(store: Store): Promise<void> {
  const shares = [
    { destinationId: "ops", count: 9, manual: false, pace: { perSecond: 9, burst: 9 } },
  ];
  const request = { now: FAR, leaseUntil: FAR, shares, enoughBytes: Infinity };
  const { deliveries } = await store.claim(request);
  await record(store, ...deliveries.map((one) => recordOf(one)));
}

async function startReplay(store: Store): Promise<void> {
  const replay = newReplay();
  await store.addReplay(replay);
  await stepReplay(store, replay.id, 1);
}

interface Column {
  readonly type: string;
  readonly mayBeLeftOut: boolean;
}

/** The columns of all tables, by `table.column`. */
async function columnsOf(url: string): Promise<ReadonlyMap<string, Column>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, string | null>>(
    `select table_name, column_name, data_type, is_nullable, column_default
       from information_schema.columns
      where table_schema = 'public' and table_name not like 'kysely%'`,
  );
  await client.end();
  return new Map(
    rows.map((row) => [
      `${row["table_name"]}.${row["column_name"]}`,
      {
        type: row["data_type"] ?? "",
        mayBeLeftOut: row["is_nullable"] === "YES" || row["column_default"] !== null,
      },
    ]),
  );
}

/** What a step does to tables that an earlier program could not live with. */
function breaches(
  before: ReadonlyMap<string, Column>,
  after: ReadonlyMap<string, Column>,
): readonly string[] {
  const tables = new Set([...before.keys()].map((name) => name.split(".")[0]));
  const gone = [...before].flatMap(([name, { type }]) =>
    after.get(name)?.type === type ? [] : [`${name} is gone or has another type`],
  );
  const needed = [...after].flatMap(([name, { mayBeLeftOut }]) =>
    before.has(name) || mayBeLeftOut || !tables.has(name.split(".")[0])
      ? []
      : [`${name} is needed`],
  );
  return [...gone, ...needed];
}

/** What the steps do, one after the other. */
async function breachesOf(migrations: typeof MIGRATIONS): Promise<readonly string[]> {
  const url = await bareDatabase();
  const found: string[] = [];
  let before: ReadonlyMap<string, Column> = new Map();
  const names = Object.keys(migrations).toSorted();
  for (const count of names.keys()) {
    const steps = names.slice(0, count + 1).map((name) => [name, migrations[name]!] as const);
    await migratePostgres(url, Object.fromEntries(steps));
    const after = await columnsOf(url);
    found.push(...breaches(before, after));
    before = after;
  }
  return found;
}

test("each step leaves an earlier program what it works with", async () => {
  expect(await breachesOf(LATER)).toEqual([]);
  const bad = (statement: string): typeof MIGRATIONS => ({
    ...MIGRATIONS,
    "9999-bad": { up: async (db) => void (await sql.raw(statement).execute(db)) },
  });
  const at = "alter table deliveries";
  expect(await breachesOf(bad(`${at} drop column reason`))).toEqual([
    "deliveries.reason is gone or has another type",
  ]);
  expect(await breachesOf(bad(`${at} alter column step type bigint`))).toEqual([
    "deliveries.step is gone or has another type",
  ]);
  expect(await breachesOf(bad(`${at} add column colour text not null`))).toEqual([
    "deliveries.colour is needed",
  ]);
});
