import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { byPath, inTurn, status } from "../testing/answering.ts";
import { LOOPBACK } from "../testing/config-file.ts";
import { destinationsAt } from "../testing/destinations-at.ts";
import { postSync } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { channelSource, installPlugin } from "../testing/plugin-package.ts";
import { startReceiver } from "../testing/receiver.ts";
import { type RunningDispatcher, startRunning } from "../testing/running-dispatcher.ts";
import { until } from "../testing/until.ts";

/** Posts an event and waits for one attempt at each destination; answers the deliveries. */
async function attempts({ post, attempted }: RunningDispatcher) {
  const { deliveries } = (await post(postSync())).body as { deliveries: readonly { id: string }[] };
  return Promise.all(deliveries.map(({ id }) => attempted(id, 1)));
}

test("given fail, succeed, when asked for again, there are exactly two attempts and the delivery is no longer listed as sending", async () => {
  const receiver = await startReceiver(inTurn(500, 200));
  const dispatcher = await startRunning({ config: destinationsAt(receiver.url, { ops: "" }) });
  const [first] = await attempts(dispatcher);
  await dispatcher.send("POST", `/v1/deliveries/${first?.id}/retry`);
  const { state, attempts: made } = await dispatcher.attempted(first?.id ?? "", 2);
  expect([state, made.length, receiver.requests.length]).toEqual(["delivered", 2, 2]);
  const listed = async (query: string) =>
    (await dispatcher.call("GET", `/v1/deliveries?state=${query}`)).body.data.length;
  expect([await listed("sending"), await listed("pending"), await listed("delivered")]).toEqual([
    0, 0, 1,
  ]);
});

test("given 400, 401, 403, 404, 429, 500, 502 and 503, each is a failed attempt with that code", async () => {
  const codes = [400, 401, 403, 404, 429, 500, 502, 503];
  const receiver = await startReceiver(
    byPath(Object.fromEntries(codes.map((code) => [`d${code}`, status(code)]))),
  );
  const config = destinationsAt(
    receiver.url,
    Object.fromEntries(codes.map((code) => [`d${code}`, ""])),
  );
  const made = await attempts(await startRunning({ config }));
  expect(
    Object.fromEntries(
      made.map(({ destination_id, state, attempts: [one] }) => [
        destination_id,
        [one?.status, one?.outcome, state],
      ]),
    ),
  ).toEqual({
    d400: [400, "rejected", "failed"],
    d401: [401, "unauthorized", "pending"],
    d403: [403, "unauthorized", "pending"],
    d404: [404, "unauthorized", "pending"],
    d429: [429, "retry", "pending"],
    d500: [500, "retry", "pending"],
    d502: [502, "retry", "pending"],
    d503: [503, "retry", "pending"],
  });
});

/** A server that speaks no TLS: it says something else and hangs up. */
async function plainServer(): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.end("220 mail.example.com ESMTP\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("given a refused connection, a DNS failure, a TLS failure or a reset, a failed attempt with an error class is recorded and retried normally", async () => {
  const { url } = await startReceiver((response) => response.socket?.resetAndDestroy());
  const plain = await plainServer();
  const at = (id: string, address: string): string =>
    `  - { id: ${id}, channel: http, config: { url: "${address}" } }\n`;
  const dispatcher = await startRunning({
    config: `${LOOPBACK}destinations:\n${[
      at("refused", "http://127.0.0.1:1/"),
      at("unknown", "https://nowhere.invalid/"),
      at("no-tls", `https://${plain}/`),
      at("reset", url),
    ].join("")}`,
  });
  const made = await attempts(dispatcher);
  const reasons = Object.fromEntries(
    made.map(({ destination_id, attempts: [one] }) => [destination_id, one?.reason]),
  );
  expect(reasons).toMatchObject({
    refused: "the connection was refused",
    reset: "the connection was reset",
  });
  expect(reasons["unknown"]).toMatch(/name/);
  expect(reasons["no-tls"]).toMatch(/TLS/);
  for (const { state, attempts: all, created_at, due_at } of made) {
    expect([state, all.length]).toEqual(["pending", 1]);
    expect(all[0]).toMatchObject({ outcome: "retry", status: null, response: null });
    expect(Date.parse(due_at) - Date.parse(created_at)).toBeGreaterThanOrEqual(5_000);
  }
});

test("given Retry-After as seconds, decimals, an HTTP date or garbage, the next time follows it, or falls back without error", async () => {
  const now = Date.now();
  const asked: Readonly<Record<string, string>> = {
    seconds: "7200",
    decimals: "7200.5",
    date: new Date(now + 7_200_000).toUTCString(),
    past: new Date(now - 7_200_000).toUTCString(),
    negative: "-7200",
    garbage: "soon",
    empty: "",
  };
  const receiver = await startReceiver(
    byPath(
      Object.fromEntries(
        Object.entries(asked).map(([id, value]) => [id, status(503, { "retry-after": value })]),
      ),
    ),
  );
  const ids = Object.fromEntries(Object.keys(asked).map((id) => [id, ""]));
  const made = await attempts(await startRunning({ config: destinationsAt(receiver.url, ids) }));
  for (const { destination_id, state, attempts: all, due_at } of made) {
    expect([destination_id, state, all[0]?.outcome]).toEqual([destination_id, "pending", "retry"]);
    const wait = Date.parse(due_at) - now;
    if (["seconds", "decimals", "date"].includes(destination_id)) {
      expect(wait).toBeGreaterThanOrEqual(7_198_000);
    } else expect(wait).toBeLessThan(120_000);
  }
});

describe("given a manual retry", () => {
  test("two of one delivery both run, each once", async () => {
    const receiver = await startReceiver(status(400));
    const dispatcher = await startRunning({ config: destinationsAt(receiver.url, { ops: "" }) });
    const [first] = await attempts(dispatcher);
    const retry = `/v1/deliveries/${first?.id}/retry`;
    const answers = await Promise.all([0, 1].map(() => dispatcher.send("POST", retry)));
    const asked = answers.filter(({ status: code }) => code === 202).length;
    // The second may find the first under way, and is to be asked for again then.
    if (asked === 1) {
      await dispatcher.attempted(first?.id ?? "", 2);
      await dispatcher.send("POST", retry);
    }
    const { state, attempts: made } = await dispatcher.attempted(first?.id ?? "", 3);
    expect(state).toBe("failed");
    expect(made.map(({ number, manual }) => [number, manual])).toEqual([
      [1, false],
      [2, true],
      [3, true],
    ]);
    expect(receiver.requests).toHaveLength(3);
  });

  test("two that wait for their turn are both taken, by one attempt each", async () => {
    const receiver = await startReceiver(status(400));
    const config = destinationsAt(receiver.url, { ops: "pace: { per_second: 2, burst: 1 }" });
    const dispatcher = await startRunning({ config });
    const [first] = await attempts(dispatcher);
    const retry = `/v1/deliveries/${first?.id}/retry`;
    for (const _ of [0, 1]) {
      expect(await dispatcher.send("POST", retry)).toMatchObject({ status: 202 });
    }
    const { attempts: made } = await dispatcher.attempted(first?.id ?? "", 3);
    expect(made.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(receiver.requests).toHaveLength(3);
  });

  test("of a disabled destination it is 400, of an unknown event or delivery 404", async () => {
    const receiver = await startReceiver(status(410));
    const dispatcher = await startRunning({ config: destinationsAt(receiver.url, { ops: "" }) });
    const { send, call } = dispatcher;
    const [first] = await attempts(dispatcher);
    await until(async () => (await call("GET", "/v1/destinations/ops")).body.state === "disabled");
    expect(await send("POST", `/v1/deliveries/${first?.id}/retry`)).toMatchObject({ status: 400 });
    expect(await send("POST", "/v1/deliveries/dlv_1/retry")).toMatchObject({ status: 404 });
    expect(await send("POST", "/v1/events/evt_1/replay")).toMatchObject({ status: 404 });
    expect(receiver.requests).toHaveLength(1);
  });
});

test("given messages that failed since T, when they are recovered since T, each that never arrived gets one more attempt, those outside the range none; a range over the maximum is 422", async () => {
  const refused = new Set(["before", "failed", "recovered"]);
  const receiver = await startReceiver((response, { body }) => {
    const { sync } = JSON.parse(body.toString());
    response.writeHead(refused.has(sync.id) ? 400 : 200).end();
  });
  const dispatcher = await startRunning({ config: destinationsAt(receiver.url, { ops: "" }) });
  const { delivered, send, call, attempted } = dispatcher;
  await delivered(postSync({ sync: "before" }));
  const { created_at } = (await call("GET", "/v1/deliveries")).body.data[0];
  const since = new Date(Date.parse(created_at) + 1).toISOString();
  await until(() => Date.now() > Date.parse(since));
  await delivered(postSync({ sync: "good" }));
  await delivered(postSync({ sync: "failed" }));
  const { id } = await delivered(postSync({ sync: "recovered" }));
  refused.clear();
  await send("POST", `/v1/deliveries/${id}/retry`);
  expect(await attempted(id, 2)).toMatchObject({ state: "delivered" });
  const replay = "/v1/destinations/ops/replay";
  const { status: code, body } = await send("POST", replay, { since });
  expect(code).toBe(202);
  await until(async () => (await call("GET", `/v1/replays/${body.id}`)).body.state === "done");
  await until(() => receiver.requests.length === 6);
  const syncs = receiver.requests.map((one) => JSON.parse(one.body.toString()).sync.id);
  expect(syncs).toEqual(["before", "good", "failed", "recovered", "recovered", "failed"]);
  const long = new Date(Date.now() - 32 * 86_400_000).toISOString();
  expect(await send("POST", replay, { since: long })).toMatchObject({ status: 422 });
});

test("given an error of rendering for one event, a failed attempt is recorded with the reason, nothing is sent, and the process goes on", async () => {
  const receiver = await startReceiver();
  const folder = temporaryFolder();
  const source = channelSource("pager").replace(
    "render: ({ title }) => ({ title }),",
    'render: ({ title }) => { if (title.startsWith("odd")) throw new Error("no words"); return { title }; },',
  );
  installPlugin(folder, "pager", source);
  const dispatcher = await startRunning({
    folder,
    config: `${LOOPBACK}plugins: [pager]
destinations: [{ id: ops, channel: pager, config: { url: "${receiver.url}/", token: t0ken } }]
`,
  });
  const { deliveries } = (await dispatcher.post(postSync({ taskName: "odd" }))).body;
  const { state, attempts: made } = await dispatcher.attempted(deliveries[0].id, 1);
  expect(state).toBe("pending");
  const reason = 'channel "pager" could not render the event: Error: no words';
  expect(made).toMatchObject([{ number: 1, outcome: "retry", status: null, reason }]);
  expect(receiver.requests).toEqual([]);
  expect(await dispatcher.delivered(postSync())).toMatchObject({ state: "delivered" });
  // That a message could not be made says nothing of the receiver.
  expect((await dispatcher.call("GET", "/v1/destinations/ops")).body.health.failures).toBe(0);
});
