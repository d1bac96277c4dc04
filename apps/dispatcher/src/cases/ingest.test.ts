import { describe, expect, test } from "vitest";
import { postSync } from "../testing/events.ts";
import { destinationsAt } from "../testing/destinations-at.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";
import { NO_ROWS, rowsIn } from "../testing/store-rows.ts";

async function withOne() {
  const receiver = await startReceiver();
  const dispatcher = await startRunning({ config: destinationsAt(receiver.url, { ops: "" }) });
  return { ...dispatcher, receiver };
}

test("given an event id already accepted, posted again inside the window, it is a duplicate and no second delivery is made", async () => {
  const { post, delivered, call, receiver } = await withOne();
  const named = { "idempotency-key": "run-1" };
  const { event_id } = await delivered(postSync(), named);
  const again = await post(postSync(), named);
  expect(again).toMatchObject({ status: 202, body: { id: event_id, duplicate: true } });
  expect(await post(postSync(), { "webhook-id": "run-1" })).toMatchObject({
    body: { id: event_id, duplicate: true },
  });
  expect((await call("GET", "/v1/deliveries")).body.data).toHaveLength(1);
  expect(receiver.requests).toHaveLength(1);
});

test("given a first request with a key still running, a second one with that key gets the same answer, and the work runs once", async () => {
  const { post, call } = await withOne();
  const named = { "idempotency-key": "run-1" };
  const answers = await Promise.all(Array.from({ length: 8 }, () => post(postSync(), named)));
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
  expect(answers.filter(({ body }) => !body.duplicate)).toHaveLength(1);
  const other = await Promise.all(
    ["a", "b"].map((sync) => post(postSync({ sync }), { "idempotency-key": "run-2" })),
  );
  expect(new Set(other.map(({ status }) => status))).toEqual(new Set([202, 409]));
  expect((await call("GET", "/v1/events")).body.data).toHaveLength(2);
  expect((await call("GET", "/v1/deliveries")).body.data).toHaveLength(2);
});

test("given a first request with a key that was refused, a retry with that key is executed afresh", async () => {
  const { post } = await withOne();
  const named = { "idempotency-key": "run-1" };
  const bodies = ["", "nonsense", "{}", "x".repeat(1024 * 1024 + 1)];
  const statuses: number[] = [];
  for (const body of bodies) statuses.push((await post(body, named)).status);
  expect(statuses).toEqual([400, 400, 422, 413]);
  expect(await post(postSync(), named)).toMatchObject({
    status: 202,
    body: { duplicate: false, deliveries: [{ destination_id: "ops" }] },
  });
});

test("given a body over the limit, it is answered 413 and nothing is stored", async () => {
  const { post, call, stop, database } = await withOne();
  const large = postSync({ padding: "x".repeat(1024 * 1024) });
  expect(await post(large)).toMatchObject({ status: 413 });
  expect((await call("GET", "/v1/quarantine")).body.data).toEqual([]);
  await stop();
  expect(await rowsIn(database)).toEqual(NO_ROWS);
});

describe("given a body that is no event", () => {
  test("no body at all is 400, {} is 422 naming the fields", async () => {
    const { post } = await withOne();
    expect(await post(undefined)).toMatchObject({
      status: 400,
      body: { detail: "The body is empty." },
    });
    const { status, body } = await post("{}");
    expect([status, body.errors.map(({ path }: { path: string }) => path)]).toEqual([
      422,
      ["event_type", "status"],
    ]);
  });

  test("task, sync or tenant that is missing, null, text, a number or a list is 422 naming it", async () => {
    const { post } = await withOne();
    for (const field of ["task", "sync", "tenant"]) {
      for (const value of [undefined, null, "x", 5, []]) {
        const event = JSON.stringify({ ...JSON.parse(postSync()), [field]: value });
        const { status, body } = await post(event);
        expect([status, body.errors[0].path]).toEqual([422, field]);
      }
    }
  });

  test("a name or an id that is no text is 422 naming the field", async () => {
    const { post } = await withOne();
    for (const value of [null, 5, true, {}, []]) {
      const tenant = await post(postSync({ tenant: { id: "tenant-1", name: value } }));
      const task = await post(postSync({ task: { id: value, name: "x" } }));
      expect(tenant).toMatchObject({ status: 422, body: { errors: [{ path: "tenant.name" }] } });
      expect(task).toMatchObject({ status: 422, body: { errors: [{ path: "task.id" }] } });
    }
  });
});

const ROUTES = [
  ["POST", "/v1/events"],
  ["GET", "/v1/events"],
  ["GET", "/v1/events/evt_1"],
  ["POST", "/v1/events/evt_1/replay"],
  ["GET", "/v1/deliveries"],
  ["GET", "/v1/deliveries/dlv_1"],
  ["POST", "/v1/deliveries/dlv_1/retry"],
  ["POST", "/v1/deliveries/dlv_1/cancel"],
  ["GET", "/v1/destinations"],
  ["POST", "/v1/destinations"],
  ["GET", "/v1/destinations/ops"],
  ["PATCH", "/v1/destinations/ops"],
  ["DELETE", "/v1/destinations/ops"],
  ["POST", "/v1/destinations/ops/pause"],
  ["POST", "/v1/destinations/ops/resume"],
  ["POST", "/v1/destinations/ops/test"],
  ["POST", "/v1/destinations/ops/replay"],
  ["GET", "/v1/replays/rpl_1"],
  ["GET", "/v1/quarantine"],
  ["GET", "/v1/quarantine/qrn_1"],
  ["DELETE", "/v1/quarantine/qrn_1"],
  ["POST", "/v1/quarantine/qrn_1/post"],
  ["GET", "/v1/channels"],
  ["POST", "/v1/nothing-is-here"],
] as const;

test("given no auth or a wrong token, any route is 401, and says nothing of what is there", async () => {
  const { send, call, stop, database } = await withOne();
  for (const [method, path] of ROUTES) {
    for (const authorization of [undefined, "Bearer sbat_another"]) {
      const body = method === "GET" || method === "DELETE" ? undefined : "nonsense";
      const { status, headers, body: said } = await send(method, path, body, { authorization });
      expect([path, status]).toEqual([path, 401]);
      expect(headers.get("www-authenticate")).toBe('Bearer realm="syncbell"');
      expect(Object.keys(said)).toEqual(["type", "title", "status", "detail"]);
    }
  }
  expect((await call("GET", "/v1/destinations/ops")).body).toMatchObject({ state: "active" });
  await stop();
  expect(await rowsIn(database)).toEqual(NO_ROWS);
});
