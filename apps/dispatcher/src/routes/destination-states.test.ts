import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { makeDestination } from "../testing/made-destination.ts";
import { type Received, startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";
import { until } from "../testing/until.ts";

const DISABLED = "The destination is disabled: resume it first.";

/** A dispatcher with one destination of the API and one of the file, at a receiver. */
async function withTwo(answer: (response: ServerResponse, received: Received) => void) {
  const receiver = await startReceiver(answer);
  const dispatcher = await startRunning({
    config: `${LOOPBACK}destinations: [{ id: ops, channel: http, config: { url: "${receiver.url}/ops" } }]`,
  });
  const made = await makeDestination(dispatcher, `${receiver.url}/made`);
  return { ...dispatcher, receiver, made, paths: [made.path, "/v1/destinations/ops"] };
}

const taking = (response: ServerResponse): void => void response.end("ok");

describe("a destination that is paused", () => {
  test("gets deliveries and holds them, of the file and of the API, until it is resumed", async () => {
    const { paths, send, post, call, receiver, attempted } = await withTwo(taking);
    for (const path of paths) {
      const { status, body } = await send("POST", `${path}/pause`);
      expect([status, body.state]).toEqual([200, "paused"]);
      // Once more changes nothing.
      expect((await send("POST", `${path}/pause`)).body).toMatchObject({ state: "paused" });
      expect((await call("GET", path)).body).toMatchObject({ state: "paused" });
    }
    const { id, deliveries } = (await post(postSync())).body;
    expect(deliveries).toHaveLength(2);
    const { decisions } = (await call("GET", `/v1/events/${id}`)).body;
    expect(decisions).toMatchObject([{ decision: "deliver" }, { decision: "deliver" }]);
    expect((await call("GET", "/v1/deliveries?state=pending")).body.data).toHaveLength(2);
    expect(receiver.requests).toEqual([]);
    for (const path of paths) {
      const { status, body } = await send("POST", `${path}/resume`, {});
      expect([status, body.state]).toEqual([200, "active"]);
    }
    for (const delivery of deliveries) {
      expect(await attempted(delivery.id, 1)).toMatchObject({ state: "delivered" });
    }
  });

  test("lets what was not worth holding any longer expire", async () => {
    const { made, send, post, attempted, receiver } = await withTwo(taking);
    await send("PATCH", made.path, { expire: "1s" });
    await send("POST", `${made.path}/pause`);
    const { deliveries } = (await post(postSync())).body;
    const held = deliveries.find(
      (one: { destination_id: string }) => one.destination_id === made.id,
    );
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await send("POST", `${made.path}/resume`);
    await until(async () => (await attempted(held.id, 0)).state === "expired");
    expect(receiver.at("/made")).toEqual([]);
  });
});

describe("a destination that says it is gone", () => {
  test("is disabled: nothing is sent, nothing can be asked of it, and resuming it starts it anew", async () => {
    const { paths, post, call, send, attempted, receiver } = await withTwo((response) =>
      response.writeHead(410).end("gone"),
    );
    const first = (await post(postSync())).body;
    for (const { id } of first.deliveries) {
      expect(await attempted(id, 1)).toMatchObject({ state: "failed" });
    }
    for (const path of paths) {
      await until(async () => (await call("GET", path)).body.state === "disabled");
      expect((await call("GET", path)).body).toMatchObject({
        health: { status: "failing", failures: 1, reason: "answered 410", next_attempt_at: null },
        disabled_at: expect.stringMatching(/^\d{4}-.*Z$/),
      });
      for (const [action, body] of [
        ["pause", {}],
        ["test", {}],
        ["replay", { since: "2024-01-01T00:00:00Z" }],
      ] as const) {
        expect(await send("POST", `${path}/${action}`, body)).toMatchObject({
          status: 409,
          body: { detail: DISABLED },
        });
      }
    }
    const second = (await post(postSync({ sync: "sync-2" }))).body;
    expect(second.deliveries).toEqual([]);
    const { decisions } = (await call("GET", `/v1/events/${second.id}`)).body;
    expect(decisions).toMatchObject([{ decision: "disabled" }, { decision: "disabled" }]);
    expect(decisions[0].reason).toMatch(/^the destination is disabled; else: no rule/);
    expect(receiver.requests).toHaveLength(2);
    for (const path of paths) {
      expect((await send("POST", `${path}/resume`)).body).toMatchObject({
        state: "active",
        health: { status: "healthy", failures: 0, failing_since: null, reason: null },
        disabled_at: null,
      });
    }
    expect((await post(postSync({ sync: "sync-3" }))).body.deliveries).toHaveLength(2);
  });

  test("ends what it was still owed as failed, and the delivery says why", async () => {
    const { made, post, send, attempted } = await withTwo((response, { path }) =>
      response.writeHead(path === "/made" ? 410 : 200).end(),
    );
    await send("POST", `${made.path}/pause`);
    const ids: string[] = [];
    for (const sync of ["sync-1", "sync-2"]) {
      const { deliveries } = (await post(postSync({ sync }))).body;
      ids.push(
        deliveries.find((one: { destination_id: string }) => one.destination_id !== "ops").id,
      );
    }
    const [asked = "", held = ""] = ids;
    await send("POST", `/v1/deliveries/${asked}/retry`);
    expect(await attempted(asked, 1)).toMatchObject({ attempts: [{ outcome: "gone" }] });
    await until(async () => (await attempted(held, 0)).state === "failed");
    expect(await attempted(held, 0)).toMatchObject({
      reason: "the destination was disabled",
      attempts: [],
    });
  });

  test("is told of once, however many attempts were under way", async () => {
    const held: ServerResponse[] = [];
    let holding = false;
    const { made, post, call, delivered } = await withTwo((response, { path }) => {
      if (holding && path === "/made") held.push(response);
      else response.end();
    });
    // A destination that has proved itself is trusted with many at once.
    for (let n = 0; n < 4; n++) await delivered(postSync({ sync: `good-${n}` }));
    await until(
      async () => (await call("GET", "/v1/deliveries?state=pending")).body.data.length === 0,
    );
    holding = true;
    for (let n = 0; n < 12; n++) await post(postSync({ sync: `sync-${n}` }));
    await until(() => held.length === 12);
    for (const response of held) response.writeHead(410).end();
    const failed = `/v1/deliveries?destination=${made.id}&state=failed`;
    await until(async () => (await call("GET", failed)).body.data.length === 12);
    const { data } = (await call("GET", "/v1/events?status=disabled")).body;
    expect(data.map(({ event }: { event: unknown }) => event)).toMatchObject([
      { event_type: "destination.disabled", destination: { id: made.id, channel: "http" } },
    ]);
  });
});

describe("a test notice", () => {
  test("goes at once to that destination alone, marked as a test", async () => {
    const { made, send, call, attempted, receiver } = await withTwo(taking);
    const { status, body } = await send("POST", `${made.path}/test`);
    expect(status).toBe(202);
    const delivery = { id: expect.stringMatching(/^dlv_/), destination_id: made.id };
    expect(body).toEqual({ id: expect.stringMatching(/^evt_/), deliveries: [delivery] });
    expect(await attempted(body.deliveries[0].id, 1)).toMatchObject({ state: "delivered" });
    expect(receiver.requests.map(({ path }) => path)).toEqual(["/made"]);
    expect(receiver.requests[0]?.headers["syncbell-test"]).toBe("true");
    const { event, decisions } = (await call("GET", `/v1/events/${body.id}`)).body;
    expect(event).toMatchObject({ event_type: "post_sync", status: "succeeded" });
    const reason = "a test notice for this destination alone";
    expect(decisions).toEqual([{ destination_id: made.id, decision: "deliver", reason }]);
  });

  test("is one that the destination would hear of, and goes to a paused one too", async () => {
    const { made, send, call, attempted } = await withTwo(taking);
    await send("PATCH", made.path, { when: { outcome: "failed" }, tenant: "tenant-7" });
    await send("POST", `${made.path}/pause`);
    const { id, deliveries } = (await send("POST", `${made.path}/test`)).body;
    expect(await attempted(deliveries[0].id, 1)).toMatchObject({
      state: "delivered",
      attempts: [{ manual: true }],
    });
    const { event } = (await call("GET", `/v1/events/${id}`)).body;
    expect(event).toMatchObject({ status: "failed", tenant: { id: "tenant-7" } });
    expect((await call("GET", made.path)).body).toMatchObject({ state: "paused" });
  });
});
