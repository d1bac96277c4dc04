import Database from "better-sqlite3";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { DELIVERY_STATES, type DeliveryFilter } from "../delivery-records.ts";
import type { EventFilter } from "../event-records.ts";
import { RELEASE } from "./claim.ts";
import { openSqlite } from "./sqlite.ts";
import type { Store } from "../store.ts";
import { FAR, START, claim, newEvent } from "../suite/new-events.ts";
import { deliveryIn } from "../suite/new-records.ts";
import { newReplay, runReplay } from "../suite/new-replays.ts";
import { sqliteCopies } from "../suite/sqlite-copies.ts";

type Verb = (store: Store) => Promise<unknown>;

const newPath = sqliteCopies(async (store) => {
  for (const state of DELIVERY_STATES) await deliveryIn(store, state);
});

/** What SQLite says that it does for the statements that a verb runs. */
async function plansOf(verb: Verb): Promise<readonly string[]> {
  const path = await newPath();
  const store = await openSqlite(path);
  onTestFinished(() => store.close());
  const database = new Database(path, { readonly: true });
  onTestFinished(() => void database.close());
  const statement = Object.getPrototypeOf(database.prepare("select 1")) as Database.Statement;
  const spies = (["run", "get", "all", "iterate"] as const).map((way) => vi.spyOn(statement, way));
  await verb(store);
  const sources = spies.flatMap(({ mock }) =>
    mock.contexts.map((context) => (context as Database.Statement).source),
  );
  vi.restoreAllMocks();
  return [...new Set(sources)].flatMap((source) => explained(database, source));
}

function explained(database: Database.Database, source: string): readonly string[] {
  const names = new Map([...source.matchAll(/@(\w+)/g)].map(([, name = ""]) => [name, null]));
  const places = [...source.matchAll(/\?/g)].map(() => null);
  const given = names.size > 0 ? [Object.fromEntries(names)] : places;
  return database
    .prepare<unknown[], { detail: string }>(`explain query plan ${source}`)
    .all(...given)
    .map(({ detail }) => detail);
}

/** The indexes of ours that are used; those of primary keys have no name of their own. */
function indexesIn(plans: readonly string[]): readonly string[] {
  const used = plans.flatMap((plan) => plan.match(/USING (?:COVERING )?INDEX (\w+)/)?.[1] ?? []);
  return [...new Set(used)].filter((name) => !name.startsWith("sqlite_autoindex")).toSorted();
}

/** Where a table is read from one end to the other. */
function scansIn(plans: readonly string[]): readonly string[] {
  return plans.filter((plan) => /^SCAN (?:deliveries|events|decisions|attempts)/.test(plan));
}

afterEach(() => {
  vi.restoreAllMocks();
});

const END = { state: "failed", reason: "", madeBy: FAR, limit: 9 } as const;
const BELOW = { limit: 9, belowId: "~" };

const replay =
  (states: Parameters<typeof newReplay>[0]): Verb =>
  async (store) => {
    const asked = newReplay(states);
    await store.addReplay(asked);
    await runReplay(store, asked.id, 9);
  };

describe("no table is read whole, and the index that is meant is used", () => {
  test.each<readonly [string, Verb, readonly string[]]>([
    ["due", (store) => store.due(), ["deliveries_asked_for", "deliveries_pending"]],
    ["claim", (store) => claim(store), ["deliveries_pending", "deliveries_waiting"]],
    [
      "claim manual",
      (store) => claim(store, "ops", { manual: true }),
      ["deliveries_asked_for", "deliveries_waiting"],
    ],
    ["renew", (store) => store.renew([{ id: "dlv_1", fence: 1 }], FAR), []],
    ["releaseExpired", (store) => store.releaseExpired(FAR), ["deliveries_leased"]],
    ["retry", (store) => store.retry("dlv_1", START), []],
    ["cancel", (store) => store.cancel("dlv_1", ""), []],
    ["expire", (store) => store.expire(FAR, 9), ["deliveries_expiring"]],
    [
      "endOwed",
      (store) => store.endOwed("ops", END),
      ["deliveries_asked_for", "deliveries_pending"],
    ],
    ["accept", (store) => store.accept([newEvent()]), []],
    ["event", (store) => store.event("evt_1"), []],
    ["delivery", (store) => store.delivery("dlv_1"), []],
    [
      "forgetEvents",
      (store) => store.forgetEvents("~", "", 9),
      ["deliveries_by_event", "deliveries_telling_more"],
    ],
    ["pipeline", (store) => store.pipeline({ tenantId: "t", taskId: "p" }), []],
    [
      "tellings",
      (store) => store.tellings("evt_1"),
      ["deliveries_by_event", "deliveries_of_failures", "digest_lines_of_failures"],
    ],
    ["overduePipelines", (store) => store.overduePipelines(FAR, 9), ["pipelines_overdue"]],
    ["forgetPipelines", (store) => store.forgetPipelines(FAR, 9), ["pipelines_by_age"]],
    [
      "forgetTold",
      (store) => store.forgetTold(FAR, 9),
      ["deliveries_waiting", "pipelines_by_incident", "told_by_age"],
    ],
    ["forgetNames", (store) => store.forgetNames(FAR, 9), ["event_names_by_age"]],
    ["forgetQuarantined", (store) => store.forgetQuarantined(FAR, 9), ["quarantine_by_age"]],
    ["runningReplays", (store) => store.runningReplays(), ["replays_running"]],
    [
      "stepReplay of what went wrong",
      replay({ states: ["failed", "disabled"] }),
      ["decisions_disabled", "deliveries_by_event", "deliveries_ended_badly_at"],
    ],
    [
      "stepReplay of what arrived",
      replay({ states: ["failed", "delivered"] }),
      ["deliveries_by_destination", "deliveries_by_event"],
    ],
  ])("for %s", async (_, verb, indexes) => {
    const plans = await plansOf(verb);
    expect(plans).not.toEqual([]);
    expect(scansIn(plans)).toEqual([]);
    expect(indexesIn(plans)).toEqual(indexes);
  });

  test.each<readonly [EventFilter, readonly string[]]>([
    [{}, ["deliveries_by_event"]],
    [{ tenantId: "x" }, ["events_by_tenant"]],
    [{ taskId: "x" }, ["events_by_task"]],
    [{ status: "x" }, ["events_by_status"]],
    [{ tenantId: "x", status: "x" }, ["events_by_tenant"]],
    [{ tenantId: "x", taskId: "x" }, ["events_by_task"]],
    [{ taskId: "x", status: "x" }, ["events_by_task"]],
    [{ tenantId: "x", taskId: "x", status: "x" }, ["events_by_task"]],
  ])("for events by %j", async (filter, indexes) => {
    const plans = await plansOf((store) => store.events(filter, BELOW));
    expect(scansIn(plans)).toEqual([]);
    expect(indexesIn(plans)).toEqual(indexes);
  });

  test.each<readonly [DeliveryFilter, string | undefined]>([
    [{}, undefined],
    [{ eventId: "x" }, "deliveries_by_event"],
    [{ destinationId: "x" }, "deliveries_by_destination"],
    [{ tenantId: "x" }, "deliveries_by_tenant"],
    [{ destinationId: "x", tenantId: "x" }, "deliveries_by_destination"],
    [{ state: "delivered" }, undefined],
    [{ state: "delivered", destinationId: "x" }, "deliveries_by_destination"],
    [{ state: "delivered", tenantId: "x" }, "deliveries_by_tenant"],
    ...(["pending", "sending"] as const).flatMap((state) =>
      [{}, { destinationId: "x" }, { tenantId: "x" }].map(
        (filter) => [{ state, ...filter }, "deliveries_open"] as const,
      ),
    ),
    ...(["failed", "expired", "cancelled"] as const).flatMap(
      (state) =>
        [
          [{ state }, "deliveries_ended_badly"],
          [{ state, tenantId: "x" }, "deliveries_ended_badly"],
          [{ state, destinationId: "x" }, "deliveries_ended_badly_at"],
          [{ state, destinationId: "x", tenantId: "x" }, "deliveries_ended_badly_at"],
        ] as const,
    ),
    ...DELIVERY_STATES.map(
      (state) =>
        [
          { eventId: "x", destinationId: "x", tenantId: "x", state },
          "deliveries_by_event",
        ] as const,
    ),
  ])("for deliveries by %j", async (filter, index) => {
    const plans = await plansOf((store) => store.deliveries(filter, BELOW));
    expect(scansIn(plans)).toEqual([]);
    expect(indexesIn(plans)).toEqual(index === undefined ? [] : [index]);
  });

  test("for what was under way when the file is opened", async () => {
    const database = new Database(await newPath());
    const plans = explained(database, RELEASE);
    database.close();
    expect(plans).toEqual(["SCAN deliveries USING INDEX deliveries_leased"]);
  });
});
