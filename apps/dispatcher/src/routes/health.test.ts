import { once } from "node:events";
import { type Server, createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { openSqlite, startEngine, systemClock } from "@syncbell/engine";
import { expect, onTestFinished, test } from "vitest";
import { ApiDestinations } from "../api-destinations.ts";
import { createApp } from "../app.ts";
import { createLog } from "../log.ts";
import { SHIPPED_CHANNELS } from "../registry.ts";
import { apiClient } from "../testing/api-client.ts";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { startReceiver } from "../testing/receiver.ts";
import { TOKEN, startRunning } from "../testing/running-dispatcher.ts";
import { rowsIn } from "../testing/store-rows.ts";
import { holdStore } from "../testing/store-holder.ts";
import { until } from "../testing/until.ts";

test("health and readiness are open to all", async () => {
  const { call } = await startRunning();
  const open = { authorization: undefined };
  expect(await call("GET", "/healthz", open)).toMatchObject({
    status: 200,
    body: { status: "ok" },
  });
  expect(await call("GET", "/readyz", open)).toMatchObject({
    status: 200,
    body: { status: "ready" },
  });
});

test("a dispatcher whose store is closed is alive, and not ready", async () => {
  const store = await openSqlite(join(temporaryFolder(), "syncbell.db"));
  const log = createLog("silent");
  const secretKey = Buffer.alloc(32);
  const options = { store, clock: systemClock, log, random: Math.random, secretKey };
  const engine = await startEngine({ ...options, destinations: [] });
  await engine.drain(0);
  await store.close();
  const isDraining = (): boolean => false;
  const channels = () => SHIPPED_CHANNELS;
  const apiDestinations = new ApiDestinations({ channels, secretKey, makeId: () => "dst_1" });
  const app = createApp({ engine, channels, apiDestinations, adminToken: "t", log, isDraining });
  const server: Server = createServer(app).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { call } = apiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, "t");
  expect(await call("GET", "/healthz")).toMatchObject({ status: 200 });
  const { status, body, headers } = await call("GET", "/readyz");
  expect([status, body.detail]).toEqual([503, "The store does not answer."]);
  expect(headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
});

test("a dispatcher that is shutting down is not ready, and takes no new connection", async () => {
  let release = (): void => undefined;
  const receiver = await startReceiver((response) => void (release = () => response.end("ok")));
  const dispatcher = await startRunning({
    config: `${LOOPBACK}destinations: [{ id: ops, channel: slack, config: { url: "${receiver.url}/" } }]`,
  });
  const { hostname, port } = new URL(dispatcher.url);
  const probe = connect(Number(port), hostname);
  await once(probe, "connect");
  // Half a request: the connection is not an idle one when the shutdown begins.
  probe.write("GET /readyz HTTP/1.1\r\nhost: syncbell\r\nconnection: close\r\n");
  await dispatcher.post(postSync());
  await until(() => receiver.requests.length === 1);
  const stopped = dispatcher.stop();
  probe.write("\r\n");
  const answer = await text(probe);
  expect(answer).toMatch(/^HTTP\/1\.1 503 /);
  expect(answer).toContain('"detail":"The dispatcher is shutting down."');
  await expect(dispatcher.call("GET", "/healthz")).rejects.toThrow("fetch failed");
  release();
  await stopped;
});

test("a post that is under way when the shutdown begins is taken, answered and kept", async () => {
  const dispatcher = await startRunning();
  const { hostname, port } = new URL(dispatcher.url);
  const producer = connect(Number(port), hostname);
  const event = postSync();
  const head = [
    "POST /v1/events HTTP/1.1",
    "host: syncbell",
    `authorization: Bearer ${TOKEN}`,
    "content-type: application/json",
    `content-length: ${event.length}`,
    "expect: 100-continue",
  ];
  producer.write(`${head.join("\r\n")}\r\n\r\n`);
  // That the server asks for the body tells that the request is under way.
  await once(producer, "data");
  const stopped = dispatcher.stop();
  producer.write(event);
  expect(await text(producer)).toMatch(/^HTTP\/1\.1 202 /);
  await stopped;
  expect((await rowsIn(dispatcher.database)).events).toBe(1);
});

test("while another program holds the store, events are put off with 503, and none is kept", async () => {
  const dispatcher = await startRunning();
  const letGo = await holdStore(dispatcher.database);
  const { status, headers, body } = await dispatcher.post(postSync());
  expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
  expect(body).toEqual({
    type: "about:blank",
    title: "Service Unavailable",
    status: 503,
    detail: "The store can't take anything at the moment; nothing was kept. Try again later.",
  });
  await letGo();
  const again = await dispatcher.post(postSync());
  expect(again).toMatchObject({ status: 202, body: { duplicate: false } });
  await dispatcher.stop();
  expect((await rowsIn(dispatcher.database)).events).toBe(1);
});
