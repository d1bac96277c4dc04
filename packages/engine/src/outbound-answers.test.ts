import { gzipSync } from "node:zlib";
import { outcomeOf } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { answeringWith, startReceiver } from "./testing/receiver.ts";
import { answerOf, failureOf, guardedClient } from "./testing/requests.ts";
import { until } from "./testing/until.ts";
import { startWire } from "./testing/wire.ts";

const CAP = 64 * 1024;

describe("a request", () => {
  test("goes out as it was asked for, to the byte", async () => {
    const receiver = await startReceiver();
    const body = Buffer.from('{"é":"😀"}\n');
    await guardedClient()({
      url: `${receiver.url}path?q=1`,
      headers: { "X-Own": "1", "Content-Type": "application/json" },
      body,
    });
    expect(receiver.requests).toMatchObject([
      { method: "POST", path: "/path?q=1", body: body.toString() },
    ]);
    expect(receiver.requests[0]?.headers).toMatchObject({
      "x-own": "1",
      "content-type": "application/json",
      "content-length": String(body.length),
      "user-agent": "Syncbell",
      "accept-encoding": "identity",
    });
  });

  test("takes its method and its own headers for the usual ones", async () => {
    const receiver = await startReceiver();
    const headers = { "User-Agent": "mine" };
    await guardedClient()({ url: receiver.url, method: "GET", headers });
    expect(receiver.requests).toMatchObject([
      { method: "GET", body: "", headers: { "user-agent": "mine" } },
    ]);
  });

  test("is not mixed up with another one at the same time", async () => {
    const receiver = await startReceiver((response, _, received) =>
      setTimeout(() => response.end(received.body), received.body.length % 7),
    );
    const send = guardedClient();
    const bodies = Array.from({ length: 100 }, (_, index) => `body ${index}`.repeat(index + 1));
    const results = await Promise.all(bodies.map((body) => send({ url: receiver.url, body })));
    expect(results.map((result) => answerOf(result).body)).toEqual(bodies);
  });

  test.each([
    ["a URL that is none", { url: "not a url" }],
    ["no URL", { url: "" }],
    ["another scheme", { url: "ftp://127.0.0.1/" }],
    ["a file", { url: "file:///etc/passwd" }],
    ["a line break in a header", { url: "HERE", headers: { a: "b\r\nc: d" } }],
    ["a header that is none", { url: "HERE", headers: { "a b": "c" } }],
    [
      "a length that is not the body's",
      { url: "HERE", headers: { "content-length": "5" }, body: "x" },
    ],
    ["an encoding of the way", { url: "HERE", headers: { "transfer-encoding": "chunked" } }],
    ["an expectation", { url: "HERE", headers: { expect: "100-continue" } }],
    ["a method that is none", { url: "HERE", method: "GET / HTTP/1.1\r\n" }],
  ])("that can't be made is a failure, not a throw: %s", async (_, request) => {
    const { url } = await startReceiver();
    const asked = { ...request, url: request.url.replace("HERE", url) };
    expect(failureOf(await guardedClient()(asked)).cause).toBe("invalid");
  });
});

describe("an answer", () => {
  test("comes with its status, its headers in lower case, its body, and the time", async () => {
    const receiver = await startReceiver((response) =>
      response
        .writeHead(
          418,
          [
            ["X-Two", "a"],
            ["X-Two", "b"],
            ["Set-Cookie", "c"],
            ["Retry-After", "7"],
          ].flat(),
        )
        .end("short and stout é"),
    );
    const answer = answerOf(await guardedClient()({ url: receiver.url }));
    expect(answer).toMatchObject({
      status: 418,
      body: "short and stout é",
      complete: true,
      receivedAt: 1_000_000,
    });
    expect(answer.headers).toMatchObject({
      "x-two": "a, b",
      "retry-after": "7",
      "set-cookie": "c",
    });
  });

  test.each([200, 204, 304, 400, 404, 500, 503, 599])("of %i is an answer", async (status) => {
    const receiver = await startReceiver(answeringWith(status));
    expect(answerOf(await guardedClient()({ url: receiver.url })).status).toBe(status);
  });

  test.each([301, 302, 303, 307, 308])("of %i leads nowhere else", async (status) => {
    const elsewhere = await startWire();
    const receiver = await startReceiver(answeringWith(status, { location: elsewhere.url }));
    const answer = answerOf(await guardedClient()({ url: receiver.url, body: "x" }));
    expect([answer.status, answer.headers["location"]]).toEqual([status, elsewhere.url]);
    expect(outcomeOf(answer).kind).toBe("rejected");
    expect(elsewhere.sockets).toEqual([]);
    expect(receiver.requests).toHaveLength(1);
  });

  test("is not unpacked: a bomb stays as small as it came", async () => {
    const packed = gzipSync(Buffer.alloc(10_000_000));
    const receiver = await startReceiver((response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(packed),
    );
    const answer = answerOf(await guardedClient()({ url: receiver.url }));
    expect(answer.complete).toBe(true);
    expect(answer.body).toBe(packed.toString("utf8"));
  });

  test.each([
    [CAP, true],
    [CAP + 1, false],
    [CAP * 3, false],
  ])("of %i bytes is read up to 64 KiB; whole: %s", async (size, complete) => {
    const receiver = await startReceiver((response) => response.end("x".repeat(size)));
    const answer = answerOf(await guardedClient()({ url: receiver.url }));
    expect(answer.complete).toBe(complete);
    expect(answer.body).toHaveLength(CAP);
  });

  test("without end is read up to 64 KiB, and its connection is cut", async () => {
    let isCut = false;
    const receiver = await startReceiver((response) => {
      response.on("close", () => (isCut = true));
      const pour = (): void => {
        while (!response.destroyed && response.write("x".repeat(10_000)));
      };
      response.on("drain", pour);
      pour();
    });
    const answer = answerOf(await guardedClient()({ url: receiver.url }));
    expect([answer.status, answer.complete, answer.body.length]).toEqual([200, false, CAP]);
    expect(outcomeOf(answer).kind).toBe("delivered");
    await until(() => isCut);
  });

  test("of nothing but headers that never end is refused", async () => {
    const receiver = await startWire((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      for (let line = 0; line < 100; line++) socket.write(`x-${line}: ${"y".repeat(400)}\r\n`);
    });
    expect(await guardedClient()({ url: receiver.url })).toEqual({
      kind: "failure",
      cause: "protocol",
      reason: "the answer's headers are too large",
    });
  });

  test("with headers of just under 16 KiB is taken", async () => {
    const receiver = await startReceiver(answeringWith(200, { long: "y".repeat(16_000) }));
    const answer = answerOf(await guardedClient()({ url: receiver.url }));
    expect(answer.headers["long"]).toHaveLength(16_000);
  });
});
