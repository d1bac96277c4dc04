import type { HttpRequest, HttpResult } from "@syncbell/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Behaviour, answers, faults } from "./behaviour.ts";
import { type FaultyReceiver, startFaultyReceiver } from "./faulty-receiver.ts";
import { type TestHttpClient, testHttpClient } from "./test-http-client.ts";

const NOW = 1_732_000_000_000;

let receiver: FaultyReceiver;
let client: TestHttpClient;
let onStatus = (): void => undefined;
beforeAll(async () => {
  receiver = await startFaultyReceiver();
  client = testHttpClient({
    now: () => NOW,
    elsewhere: receiver.url,
    onStatus: () => onStatus(),
  });
});
afterAll(async () => {
  await client.close();
  await receiver.close();
});

function ask(behaviour: Behaviour, given: Partial<HttpRequest> = {}): Promise<HttpResult> {
  receiver.behaviour = behaviour;
  const { signal } = new AbortController();
  return client.request({ url: `${receiver.url}/in?a=1`, signal, ...given });
}

describe("an answer", () => {
  test("comes with its status, its headers in lower case, its body and its time", async () => {
    const headers = { "X-Two": "a", "Set-Cookie": "b" };
    expect(await ask(answers({ status: 418, headers, body: "\u00E9" }))).toMatchObject({
      kind: "response",
      status: 418,
      headers: { "x-two": "a", "set-cookie": "b" },
      body: "\u00E9",
      complete: true,
      receivedAt: NOW,
    });
  });

  test.each([204, 304])("of %d has no body", async (status) => {
    expect(await ask(answers({ status, body: "x" }))).toMatchObject({ status, body: "" });
  });

  test("is read up to 64 KiB", async () => {
    const whole = "x".repeat(64 * 1024);
    const atCap = await ask(answers({ body: whole }));
    expect(atCap).toMatchObject({ body: whole, complete: true });
    const result = await ask(faults.neverEnds(200));
    expect(result).toMatchObject({ status: 200, body: whole, complete: false });
  });

  test("stands with what was read by the signal", async () => {
    const deadline = new AbortController();
    onStatus = () => void setTimeout(() => deadline.abort(), 20);
    const result = await ask(faults.stallsInBody(503), { signal: deadline.signal });
    onStatus = () => undefined;
    expect(result).toMatchObject({ status: 503, body: "part", complete: false });
  });

  test("that redirects is not followed", async () => {
    const before = receiver.requests.length;
    await ask(answers({ status: 307, headers: { location: "/elsewhere" } }));
    expect(receiver.requests).toHaveLength(before + 1);
  });
});

describe("no answer", () => {
  const closed = "the connection was closed without an answer";
  test.each([
    ["a reset", faults.resets(), "reset", "the connection was reset"],
    ["an end without a word", faults.hangsUp(), "reset", closed],
    ["an interim answer alone", answers({ status: 103 }), "reset", closed],
    ["garbage", faults.talksGarbage(), "protocol", "the answer is not HTTP"],
    ["a flood", faults.floodsHeaders(), "protocol", "the answer's headers are too large"],
  ] as const)("for %s", async (_what, behaviour, cause, reason) => {
    expect(await ask(behaviour)).toEqual({ kind: "failure", cause, reason });
  });

  test("within an answer keeps the status that was read", async () => {
    const reason = "the connection broke inside the answer";
    const failure = { kind: "failure", cause: "reset", reason, status: 500 };
    expect(await ask(faults.breaksOff(500))).toEqual(failure);
  });

  test.each([
    ["hangs", faults.hangs()],
    ["drips headers", faults.dripsHeaders()],
  ])("in time from a service that %s", async (_what, behaviour) => {
    const deadline = new AbortController();
    setTimeout(() => deadline.abort(), 50);
    const result = await ask(behaviour, { signal: deadline.signal });
    expect(result).toEqual({ kind: "failure", cause: "timeout", reason: "no answer in time" });
  });

  test("where nobody listens", async () => {
    const gone = await startFaultyReceiver();
    await gone.close();
    expect(await ask(answers(), { url: gone.url })).toMatchObject({ cause: "refused" });
  });

  test.each([
    [{ url: "nowhere" }, "the URL is malformed"],
    [{ url: "ftp://127.0.0.1/" }, "the request can't be sent as it is configured"],
    [{ headers: { "bad name": "x" } }, "the request can't be sent as it is configured"],
  ])("to %j, which is no request", async (given, reason) => {
    expect(await ask(answers(), given)).toEqual({ kind: "failure", cause: "invalid", reason });
  });
});

describe("a request", () => {
  test("arrives as it was asked for, and is kept", async () => {
    const request = { method: "PUT", headers: { "X-Key": "1" }, body: "\u00E9" };
    await ask(answers(), request);
    expect(receiver.requests.at(-1)).toMatchObject({
      method: "PUT",
      path: "/in?a=1",
      headers: { "x-key": "1", "user-agent": "Syncbell", "accept-encoding": "identity" },
      body: Buffer.from("\u00E9"),
    });
    expect(client.requests.at(-1)).toMatchObject(request);
  });

  test("to another machine goes to the receiver in its place", async () => {
    await ask(answers(), { url: "https://bell.example.com:8443/rooms?id=1" });
    expect(receiver.requests.at(-1)).toMatchObject({
      path: "/rooms?id=1",
      headers: { host: "bell.example.com:8443" },
    });
  });

  test("to another machine is blocked where there is no such receiver", async () => {
    const { signal } = new AbortController();
    const alone = testHttpClient();
    const result = await alone.request({ url: "https://bell.example.com/", signal });
    expect(result).toMatchObject({ kind: "failure", cause: "blocked" });
    await alone.close();
  });
});
