import { describe, expect, test } from "vitest";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A dispatcher that tells of every event, and a way to post what is none. */
async function tellingAll() {
  const receiver = await startReceiver();
  const dispatcher = await startRunning({
    config: `${LOOPBACK}destinations: [{ id: ops, channel: http, config: { url: "${receiver.url}/" } }]`,
  });
  const refused = async (body: string, key?: string): Promise<string> => {
    const { status, body: answer } = await dispatcher.post(body, { "idempotency-key": key });
    expect(status).toBe(422);
    return answer.quarantine_id;
  };
  const { data } = (await dispatcher.call("GET", "/v1/quarantine")).body;
  expect(data).toEqual([]);
  return { ...dispatcher, receiver, refused };
}

describe("a body that is no event", () => {
  test("is kept as it came, with what is wrong with it, and listed the newest first", async () => {
    const { refused, call } = await tellingAll();
    const odd = '{ "event_type": "x",\n "n": 9007199254740993, "__proto__": {"a": 1} }';
    const first = await refused(odd, "run-1");
    const second = await refused("[]");
    const { text, body, headers } = await call("GET", `/v1/quarantine/${first}`);
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(text).toContain(`,"body":${odd}}`);
    const entry = {
      id: first,
      received_at: expect.stringMatching(ISO),
      last_received_at: body.received_at,
      times: 1,
      key: "run-1",
      errors: [{ path: "status", message: "is required" }],
    };
    expect(body).toMatchObject(entry);
    const list = (await call("GET", "/v1/quarantine?limit=1")).body;
    expect(list.data).toMatchObject([{ id: second, key: null, body: [] }]);
    const rest = (await call("GET", `/v1/quarantine?cursor=${list.next_cursor}`)).body;
    expect(rest).toMatchObject({ data: [entry], next_cursor: null });
  });

  test("is kept once, however often it comes", async () => {
    const { refused, call } = await tellingAll();
    const id = await refused("{}");
    expect(await refused("{}")).toBe(id);
    expect(await refused("{ }")).not.toBe(id);
    expect((await call("GET", `/v1/quarantine/${id}`)).body).toMatchObject({ times: 2 });
  });

  test("is dropped on request", async () => {
    const { refused, call } = await tellingAll();
    const id = await refused("{}");
    expect(await call("DELETE", `/v1/quarantine/${id}`)).toMatchObject({ status: 204, text: "" });
    for (const method of ["GET", "DELETE"]) {
      expect(await call(method, `/v1/quarantine/${id}`)).toMatchObject({ status: 404 });
    }
  });

  test("that is no JSON at all, or too large, is not kept", async () => {
    const { post, call } = await tellingAll();
    for (const body of ["", "nonsense", Buffer.alloc(1024 * 1024 + 1, "1")]) await post(body);
    expect((await call("GET", "/v1/quarantine")).body.data).toEqual([]);
  });
});

describe("posting it again", () => {
  test("mended, it is an event under the name that it came with, and out of quarantine", async () => {
    const { refused, send, call, attempted, post, receiver } = await tellingAll();
    const id = await refused("{}", "run-1");
    const mended = `\n${postSync()}`;
    const { status, body } = await send("POST", `/v1/quarantine/${id}/post`, mended);
    expect(status).toBe(202);
    expect(body).toMatchObject({ duplicate: false, deliveries: [{ destination_id: "ops" }] });
    await attempted(body.deliveries[0].id, 1);
    expect(receiver.requests[0]?.body.toString()).toBe(mended);
    expect(await call("GET", `/v1/quarantine/${id}`)).toMatchObject({ status: 404 });
    const again = await post(mended, { "idempotency-key": "run-1" });
    expect(again.body).toMatchObject({ id: body.id, duplicate: true });
  });

  test("as it is, it is refused again, and stays where it is", async () => {
    const { refused, call } = await tellingAll();
    const id = await refused("{}");
    const { status, body } = await call("POST", `/v1/quarantine/${id}/post`);
    expect([status, body.quarantine_id]).toEqual([422, id]);
    expect((await call("GET", "/v1/quarantine")).body.data).toMatchObject([{ id, times: 2 }]);
  });

  test("mended badly, it is refused, and the first body is still there", async () => {
    const { refused, send, call } = await tellingAll();
    const id = await refused("{}");
    const { status, body } = await send("POST", `/v1/quarantine/${id}/post`, { event_type: "x" });
    expect([status, body.errors]).toEqual([422, [{ path: "status", message: "is required" }]]);
    expect(body.quarantine_id).not.toBe(id);
    expect(await send("POST", `/v1/quarantine/${id}/post`, "{")).toMatchObject({ status: 400 });
    expect(await call("GET", `/v1/quarantine/${id}`)).toMatchObject({ status: 200 });
  });

  test("under a name that was taken in the meantime, it is a conflict, and stays", async () => {
    const { refused, send, call, post } = await tellingAll();
    const id = await refused("{}", "run-1");
    await post(postSync(), { "idempotency-key": "run-1" });
    const other = postSync({ sync: "sync-2" });
    expect(await send("POST", `/v1/quarantine/${id}/post`, other)).toMatchObject({ status: 409 });
    expect(await call("GET", `/v1/quarantine/${id}`)).toMatchObject({ status: 200 });
    const same = await send("POST", `/v1/quarantine/${id}/post`, postSync());
    expect(same).toMatchObject({ status: 202, body: { duplicate: true } });
    expect(await call("GET", `/v1/quarantine/${id}`)).toMatchObject({ status: 404 });
  });
});

test("400, 404, 405, 413, 415", async () => {
  const { refused, send, call } = await tellingAll();
  const id = await refused("{}");
  const detail = "There is nothing in quarantine with this id.";
  for (const unknown of ["qrn_01JZZZZZZZZZZZZZZZZZZZZZZZ", "__proto__", "x".repeat(8000)]) {
    const path = `/v1/quarantine/${unknown}`;
    for (const answer of [
      await call("GET", path),
      await call("DELETE", path),
      await call("POST", `${path}/post`),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { detail } });
    }
  }
  for (const [method, path, allow] of [
    ["POST", "/v1/quarantine", "GET, HEAD"],
    ["PATCH", `/v1/quarantine/${id}`, "GET, HEAD, DELETE"],
    ["GET", `/v1/quarantine/${id}/post`, "POST"],
  ] as const) {
    const { status, headers } = await call(method, path);
    expect([status, headers.get("allow")]).toEqual([405, allow]);
  }
  const again = `/v1/quarantine/${id}/post`;
  const large = JSON.stringify("x".repeat(1024 * 1024));
  expect(await send("POST", again, large)).toMatchObject({
    status: 413,
    body: { detail: "The body is larger than 1 MiB." },
  });
  const text = { "content-type": "text/plain" };
  expect(await send("POST", again, postSync(), text)).toMatchObject({ status: 415 });
});

test("what is in quarantine is there after a restart", async () => {
  const { refused, stop, folder } = await tellingAll();
  const id = await refused("{}", "run-1");
  await stop();
  const { call } = await startRunning({ folder });
  expect((await call("GET", `/v1/quarantine/${id}`)).body).toMatchObject({
    key: "run-1",
    body: {},
  });
});
