import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { makeDestination } from "../testing/made-destination.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";
import { until } from "../testing/until.ts";

const SECRET = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;

/** A dispatcher with one destination at a receiver, and a way to change that. */
async function withOne(fields: Readonly<Record<string, unknown>> = {}) {
  const receiver = await startReceiver();
  const dispatcher = await startRunning({ config: LOOPBACK });
  const made = await makeDestination(dispatcher, `${receiver.url}/first`, fields);
  const change = (patch: unknown) => dispatcher.send("PATCH", made.path, patch);
  return { ...dispatcher, receiver, made, change };
}

describe("a change", () => {
  test("touches what it names alone: fields are set, and removed by null", async () => {
    const { change, made, call } = await withOne({ tenant: "tenant-1", expire: "1h" });
    const { status, body } = await change({
      expire: "2h",
      tenant: null,
      when: { status: "failed" },
    });
    expect(status).toBe(200);
    const { path, tenant: _, ...before } = { ...made, tenant: "tenant-1" };
    expect(body).toEqual({
      ...before,
      config: { ...made.config, secret: "***" },
      expire: "2h",
      when: { status: "failed" },
      updated_at: expect.any(String),
    });
    expect((await call("GET", path)).body).toEqual(body);
  });

  test("of the config goes field by field, and a secret sent back as *** stays", async () => {
    const { change, receiver, made, delivered } = await withOne({
      config: {
        url: "http://127.0.0.1:9/",
        secret: SECRET,
        headers: { "X-A": "a-1", "X-B": "b-1" },
      },
    });
    const headers = { "X-A": "***", "X-B": null, "X-C": "c-1" };
    const { body } = await change({
      config: { url: `${receiver.url}/second`, secret: "***", headers },
    });
    expect(body.config).toEqual({
      url: `${receiver.url}/second`,
      format: "raw",
      secret: "***",
      headers: { "X-A": "***", "X-C": "***" },
    });
    await delivered(postSync());
    const [request] = receiver.at("/second");
    expect(request?.headers).toMatchObject({ "x-a": "a-1", "x-c": "c-1" });
    expect(request?.headers["x-b"]).toBeUndefined();
    expect((await change(made)).status).toBe(422);
  });

  test("to the answer of a read changes nothing", async () => {
    const { change, made, call } = await withOne({ when: { status: "failed" }, tenant: "t" });
    const { channel, config, when, tenant } = (await call("GET", made.path)).body;
    const { status, body } = await change({ channel, config, when, tenant });
    expect(status).toBe(200);
    expect(body).toEqual({ ...(await call("GET", made.path)).body, updated_at: body.updated_at });
  });

  test("that takes a secret away has a new one made, which is shown", async () => {
    const { change, made } = await withOne();
    const { body } = await change({ config: { secret: null } });
    expect(body.config.secret).toMatch(/^whsec_/);
    expect(body.config.secret).not.toBe(made.config["secret"]);
  });

  test("of the channel is one of the config too", async () => {
    const { change, receiver, delivered } = await withOne();
    expect(await change({ channel: "slack" })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "config.url" }] },
    });
    const config = { url: `${receiver.url}/slack` };
    expect(await change({ channel: "slack", config })).toMatchObject({
      status: 200,
      body: { channel: "slack", config: { url: "***", format: "line" } },
    });
    expect((await delivered(postSync())).state).toBe("delivered");
    expect(receiver.at("/slack")).toHaveLength(1);
  });

  test("of a rule is a rule in its place, not one more condition", async () => {
    const { change } = await withOne({ when: { status: "failed", "tenant.id": "t" } });
    const { body } = await change({ when: { outcome: "failed" } });
    expect(body.when).toEqual({ outcome: "failed" });
    expect((await change({ when: null })).body.when).toBeUndefined();
  });

  test("holds from the next event on, and a body as application/merge-patch+json is taken", async () => {
    const { made, send, post, receiver, delivered } = await withOne();
    await delivered(postSync());
    const patch = { config: { url: `${receiver.url}/second` }, when: { status: "failed" } };
    const headers = { "content-type": "application/merge-patch+json" };
    expect(await send("PATCH", made.path, patch, headers)).toMatchObject({ status: 200 });
    expect((await post(postSync({ sync: "sync-2" }))).body.deliveries).toEqual([]);
    await delivered(postSync({ sync: "sync-3", status: "failed" }));
    expect([receiver.at("/first").length, receiver.at("/second").length]).toEqual([1, 1]);
  });

  test("that is refused changes nothing", async () => {
    const { change, made, call } = await withOne({ tenant: "tenant-1" });
    const before = await call("GET", made.path);
    for (const patch of [
      { tenant: "" },
      { config: { url: "x" }, tenant: "other" },
      { config: null },
    ]) {
      expect(await change(patch)).toMatchObject({ status: 422 });
    }
    expect((await call("GET", made.path)).body).toEqual(before.body);
  });
});

describe("409: a destination of the file", () => {
  test("can't be changed or deleted here", async () => {
    const { send, call } = await startRunning({
      config: "destinations: [{ id: ops, channel: slack, config: { url: https://example.com/ } }]",
    });
    const before = await call("GET", "/v1/destinations/ops");
    const detail = "This destination is in the config file: change it there.";
    const problem = { type: "about:blank", title: "Conflict", status: 409, detail };
    const changed = await send("PATCH", "/v1/destinations/ops", { tenant: "x" });
    const deleted = await call("DELETE", "/v1/destinations/ops");
    expect([changed.body, deleted.body]).toEqual([problem, problem]);
    expect((await call("GET", "/v1/destinations/ops")).body).toEqual(before.body);
  });
});

describe("a destination that is deleted", () => {
  test("is gone from every address, hears of nothing more, and what it was owed is cancelled", async () => {
    const { post, call, send, made, attempted, receiver } = await withOne();
    await send("POST", `${made.path}/pause`);
    const held = (await post(postSync())).body.deliveries[0].id;
    const { status, text } = await call("DELETE", made.path);
    expect([status, text]).toEqual([204, ""]);
    for (const [method, path] of [
      ["GET", made.path],
      ["DELETE", made.path],
      ["PATCH", made.path],
      ...["pause", "resume", "test", "replay"].map((act) => ["POST", `${made.path}/${act}`]),
    ] as const) {
      const answer = await send(method ?? "", path ?? "", method === "GET" ? undefined : {});
      expect(answer.body).toMatchObject({
        status: 404,
        detail: "There is no destination with this id.",
      });
    }
    expect((await call("GET", "/v1/destinations")).body.data).toEqual([]);
    expect((await post(postSync({ sync: "sync-2" }))).body.deliveries).toEqual([]);
    await until(async () => (await attempted(held, 0)).state === "cancelled");
    expect(await attempted(held, 0)).toMatchObject({ reason: "the destination was deleted" });
    expect(receiver.requests).toEqual([]);
  });

  test("while a message is under way lets that arrive, and does not try it again where it did not", async () => {
    const held: ServerResponse[] = [];
    const receiver = await startReceiver((response) => void held.push(response));
    const dispatcher = await startRunning({ config: LOOPBACK });
    const { path } = await makeDestination(dispatcher, receiver.url);
    const ids: string[] = [];
    for (const sync of ["a", "b"]) {
      ids.push((await dispatcher.post(postSync({ sync }))).body.deliveries[0].id);
    }
    await until(() => held.length === 2);
    expect(await dispatcher.call("DELETE", path)).toMatchObject({ status: 204 });
    for (const [index, response] of held.entries()) response.writeHead(index ? 500 : 200).end();
    const states = async () =>
      Promise.all(
        ids.map(async (id) => (await dispatcher.call("GET", `/v1/deliveries/${id}`)).body.state),
      );
    await until(async () => (await states()).every((state) => /^(?:del|can)/.test(state)));
    expect(new Set(await states())).toEqual(new Set(["cancelled", "delivered"]));
    expect(receiver.requests).toHaveLength(2);
  });
});
