import { describe, expect, test } from "vitest";
import type { ApiClient } from "../testing/api-client.ts";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { makeDestination } from "../testing/made-destination.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";

type Item = { readonly id: string };

const idsOf = (items: readonly Item[]): readonly string[] => items.map(({ id }) => id);

/** Reads a list part by part; answers the parts. */
async function walk({ call }: Pick<ApiClient, "call">, path: string, limit: number) {
  const parts: (readonly string[])[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor ? { cursor } : {}) });
    const { status, body } = await call(
      "GET",
      `${path}${path.includes("?") ? "&" : "?"}${query.toString()}`,
    );
    expect(status).toBe(200);
    parts.push(idsOf(body.data));
    cursor = body.next_cursor;
  }
  return parts;
}

/** A dispatcher with seven events of two tenants, three tasks and two statuses. */
async function withEvents() {
  const receiver = await startReceiver();
  const dispatcher = await startRunning({
    config: `${LOOPBACK}destinations:
  - { id: all, channel: http, config: { url: "${receiver.url}/all" } }
  - { id: failures, channel: http, config: { url: "${receiver.url}/failures" }, when: { status: failed } }
`,
  });
  const made: string[] = [];
  for (let n = 0; n < 7; n++) {
    const { body } = await dispatcher.post(
      postSync({
        sync: `sync-${n}`,
        status: n % 2 ? "failed" : "Succeeded",
        tenant: { id: n < 4 ? "tenant-1" : "tenant-2", name: "x" },
        task: { id: `task-${n % 3}`, name: "x" },
      }),
    );
    for (const { id } of body.deliveries) await dispatcher.attempted(id, 1);
    made.push(body.id);
  }
  return { ...dispatcher, made };
}

describe("events", () => {
  test("are listed the newest first, each as it is by itself", async () => {
    const { call, made } = await withEvents();
    const { headers, body } = await call("GET", "/v1/events");
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(idsOf(body.data)).toEqual(made.toReversed());
    expect(body.next_cursor).toBeNull();
    for (const listed of body.data) {
      expect(listed).toEqual((await call("GET", `/v1/events/${listed.id}`)).body);
    }
  });

  test("are filtered by tenant, task and status, which is compared without case", async () => {
    const { call, made } = await withEvents();
    const listed = async (query: string): Promise<readonly number[]> =>
      idsOf((await call("GET", `/v1/events?${query}`)).body.data).map((id) => made.indexOf(id));
    expect(await listed("tenant=tenant-2")).toEqual([6, 5, 4]);
    expect(await listed("task=task-0")).toEqual([6, 3, 0]);
    expect(await listed("status=FAILED")).toEqual([5, 3, 1]);
    expect(await listed("status=succeeded&tenant=tenant-1&task=task-0")).toEqual([0]);
    expect(await listed("tenant=")).toEqual([]);
    expect(await listed("tenant=tenant-1'%20or%201=1--")).toEqual([]);
  });

  test("are listed between two times, both of them left out", async () => {
    const { call, made } = await withEvents();
    const times = await Promise.all(
      made.map(async (id) => (await call("GET", `/v1/events/${id}`)).body.received_at as string),
    );
    const listed = async (query: Readonly<Record<string, string>>): Promise<readonly string[]> =>
      idsOf((await call("GET", `/v1/events?${new URLSearchParams(query).toString()}`)).body.data);
    const [first = "", last = ""] = [times[1], times[5]];
    const inside = made.filter((_, n) => (times[n] ?? "") > first && (times[n] ?? "") < last);
    expect(await listed({ after: first, before: last })).toEqual(inside.toReversed());
    expect(await listed({ after: last, before: first })).toEqual([]);
    const offset = `${first.slice(0, -1)}+00:00`;
    expect(await listed({ after: offset })).toEqual(await listed({ after: first }));
    const { body } = await call("GET", `/v1/events?after=${offset}`);
    expect(idsOf(body.data)).toEqual(await listed({ after: first }));
    expect(await listed({ after: "0001-01-01T00:00:00Z", before: "9999-12-31T00:00:00Z" })).toEqual(
      made.toReversed(),
    );
  });
});

describe("deliveries", () => {
  test("are listed with their attempts, and filtered by destination, event, tenant and state", async () => {
    const { call, made, post, send } = await withEvents();
    await send("POST", "/v1/destinations/all/pause");
    const held = (await post(postSync())).body;
    const listed = async (query: string) =>
      (await call("GET", `/v1/deliveries?${query}`)).body.data;
    const all = await listed("");
    expect(idsOf(all)).toEqual(idsOf(all).toSorted().toReversed());
    expect(all).toHaveLength(11);
    for (const one of all) {
      expect(one).toEqual((await call("GET", `/v1/deliveries/${one.id}`)).body);
    }
    expect(await listed("destination=failures")).toHaveLength(3);
    expect(await listed(`event=${made[1]}`)).toHaveLength(2);
    expect(await listed("tenant=tenant-2")).toHaveLength(4);
    expect(await listed("state=delivered&destination=failures&tenant=tenant-2")).toHaveLength(1);
    expect(idsOf(await listed("state=pending"))).toEqual([held.deliveries[0].id]);
    for (const query of ["state=sending", "state=failed", "event=evt_1", "destination=nobody"]) {
      expect(await listed(query)).toEqual([]);
    }
  });
});

describe("a list in parts", () => {
  test("has each item once, and says where it ends", async () => {
    const { made, ...dispatcher } = await withEvents();
    const newestFirst = made.toReversed();
    for (const [limit, sizes] of [
      [3, [3, 3, 1]],
      [7, [7]],
      [1, [1, 1, 1, 1, 1, 1, 1]],
      [200, [7]],
    ] as const) {
      const parts = await walk(dispatcher, "/v1/events", limit);
      expect(parts.map(({ length }) => length)).toEqual(sizes);
      expect(parts.flat()).toEqual(newestFirst);
    }
    const filtered = await walk(dispatcher, "/v1/deliveries?destination=failures", 2);
    expect(filtered.map(({ length }) => length)).toEqual([2, 1]);
    expect(await walk(dispatcher, "/v1/deliveries?state=failed", 2)).toEqual([[]]);
  });

  test("is not shifted by what comes in between", async () => {
    const { made, call, post } = await withEvents();
    const first = (await call("GET", "/v1/events?limit=4")).body;
    await post(postSync({ sync: "meanwhile" }));
    const rest = (await call("GET", `/v1/events?limit=4&cursor=${first.next_cursor}`)).body;
    expect([...idsOf(first.data), ...idsOf(rest.data)]).toEqual(made.toReversed());
  });

  test("may be of destinations, in the order of their ids, and of channels", async () => {
    const dispatcher = await startRunning({
      config: `destinations:\n${["b", "C", "a"]
        .map((id) => `  - { id: ${id}, channel: http, config: { url: https://example.com/ } }\n`)
        .join("")}`,
    });
    const made: string[] = [];
    for (let n = 0; n < 3; n++) made.push((await makeDestination(dispatcher, "http://a.b/")).id);
    const parts = await walk(dispatcher, "/v1/destinations", 2);
    expect(parts).toEqual([
      ["C", "a"],
      ["b", made[0]],
      [made[1], made[2]],
    ]);
    const { body } = await dispatcher.call("GET", "/v1/channels?limit=3");
    const rest = await dispatcher.call("GET", `/v1/channels?cursor=${body.next_cursor}`);
    const types = [...body.data, ...rest.body.data].map(({ type }) => type);
    expect(types).toEqual(["http", "slack", "teams", "template"]);
  });
});

test("a part of large events ends early, and none is left out", async () => {
  const dispatcher = await startRunning();
  for (let n = 0; n < 12; n++) {
    await dispatcher.post(postSync({ sync: `sync-${n}`, message: "x".repeat(1_000_000) }));
  }
  const parts = await walk(dispatcher, "/v1/events", 200);
  expect(parts.map(({ length }) => length)).toEqual([9, 3]);
  expect(new Set(parts.flat()).size).toBe(12);
});

test("400: what a list can't read is refused, not left out", async () => {
  const cursorOf = (text: string): string => Buffer.from(text).toString("base64url");
  const limit = '"limit" must be a number from 1 to 200.';
  const cursor = '"cursor" must be the next_cursor of an earlier answer.';
  const times = '"after" and "before" must be times like 2024-11-11T10:00:00Z.';
  const stored = ["/v1/events", "/v1/deliveries", "/v1/quarantine"];
  const inMemory = ["/v1/destinations", "/v1/channels"];

  const refused: readonly (readonly [string, string, readonly string[]])[] = [
    ["limit=0", limit, [...stored, ...inMemory]],
    ["limit=201", limit, [...stored, ...inMemory]],
    ["limit=-1", limit, stored],
    ["limit=1.5", limit, stored],
    ["limit=1e2", limit, stored],
    ["limit=", limit, stored],
    [`limit=${"9".repeat(400)}`, limit, stored],
    ["limit=5&limit=6", '"limit" must be given once.', [...stored, ...inMemory]],
    ["cursor=", cursor, [...stored, ...inMemory]],
    ["cursor=%00", cursor, [...stored, ...inMemory]],
    ["cursor=!!!", cursor, [...stored, ...inMemory]],
    [`cursor=${"A".repeat(4001)}`, cursor, stored],
    [`cursor=${cursorOf("evt_1")}`, cursor, stored],
    [`cursor=${cursorOf("dst_01JZZZZZZZZZZZZZZZZZZZZZZZ")}`, cursor, stored],
    [`cursor=${cursorOf("evt_01JZZZZZZZZZZZZZZZZZZZZZZ' or 1")}`, cursor, stored],
    ["after=yesterday", times, stored],
    ["before=2024-13-01T00:00:00Z", times, stored],
    ["after=1700000000", times, stored],
    ["after=", times, stored],
    ["tennant=x", 'There is no parameter "tennant" here.', [...stored, ...inMemory]],
    ["__proto__=x", 'There is no parameter "__proto__" here.', [...stored, ...inMemory]],
    ["limit[]=5", 'There is no parameter "limit[]" here.', stored],
    [`${"x".repeat(5000)}=1`, `There is no parameter "${"x".repeat(40)}" here.`, stored],
    ["status=failed", 'There is no parameter "status" here.', ["/v1/deliveries", "/v1/quarantine"]],
    ["after=2024-01-01T00:00:00Z", 'There is no parameter "after" here.', inMemory],
    [
      "state=done",
      '"state" must be one of pending, sending, delivered, failed, expired, cancelled.',
      ["/v1/deliveries"],
    ],
  ];
  const { call } = await startRunning();
  for (const [query, detail, paths] of refused) {
    for (const path of paths) {
      const { body, headers } = await call("GET", `${path}?${query}`);
      expect({ query, ...body }).toEqual({
        query,
        type: "about:blank",
        title: "Bad Request",
        status: 400,
        detail,
      });
      expect(headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    }
  }
});
