import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type HttpResult, outcomeOf } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { startReceiver } from "./testing/receiver.ts";
import { answerOf, failureOf, guardedClient } from "./testing/requests.ts";
import { until } from "./testing/until.ts";
import { startWire } from "./testing/wire.ts";

const PATH = "services/T000/secret-part?token=hidden";

/** Sends, and fires the signal as soon as `happened`. */
async function sendUntil(url: string, happened: () => boolean): Promise<HttpResult> {
  const controller = new AbortController();
  const sending = guardedClient()({ url, signal: controller.signal });
  await until(happened);
  // What has happened at the receiver has reached this side before another timer fires.
  await pause(20);
  controller.abort();
  return sending;
}

describe("no answer", () => {
  test("because nobody listens", async () => {
    expect(await guardedClient()({ url: `http://127.0.0.1:1/${PATH}` })).toEqual({
      kind: "failure",
      cause: "refused",
      reason: "the connection was refused",
    });
  });

  test("because the name leads nowhere", async () => {
    const failure = failureOf(await guardedClient()({ url: `https://nowhere.invalid/${PATH}` }));
    expect(failure.cause).toBe("dns");
    expect(failure.reason).not.toContain("nowhere");
  });

  test.each<readonly [string, (socket: Socket) => void]>([
    ["is reset at once", (socket) => socket.resetAndDestroy()],
    ["is closed at once", (socket) => socket.end()],
    [
      "is reset when the request is in",
      (socket) => socket.on("data", () => socket.resetAndDestroy()),
    ],
    ["is closed when the request is in", (socket) => socket.on("data", () => socket.end())],
    [
      "is closed inside the status line",
      (socket) => socket.on("data", () => socket.end("HTTP/1.1 20")),
    ],
    [
      "is closed inside the headers",
      (socket) => socket.on("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-")),
    ],
  ])("because the connection %s", async (_, act) => {
    const wire = await startWire(act);
    const failure = failureOf(await guardedClient()({ url: wire.url + PATH, body: "x" }));
    expect(failure.cause).toBe("reset");
    expect(failure.status).toBeUndefined();
    expect(failure.reason).not.toMatch(/127\.0\.0\.1|secret|hidden/);
    expect(outcomeOf(failure).kind).toBe("retry");
  });

  test.each([
    ["a greeting of another protocol", "220 mail.example.com ESMTP\r\n"],
    ["noise", "\x00\xff\x13 not http\r\n\r\n"],
    ["a version that is none", "HTTP/9.9 200 OK\r\n\r\n"],
    ["a length that is none", "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx"],
  ])("because what comes is no HTTP: %s", async (_, text) => {
    const wire = await startWire((socket) => socket.on("data", () => socket.end(text, "latin1")));
    const failure = failureOf(await guardedClient()({ url: wire.url + PATH }));
    expect(failure).toEqual({
      kind: "failure",
      cause: "protocol",
      reason: "the answer is not HTTP",
    });
  });

  test("because the receiver is silent until the deadline", async () => {
    const wire = await startWire();
    expect(await sendUntil(wire.url, () => wire.sockets.length === 1)).toEqual({
      kind: "failure",
      cause: "timeout",
      reason: "no answer in time",
    });
    await until(() => wire.sockets[0]?.destroyed ?? false);
  });

  test("because the receiver says nothing but that it goes on", async () => {
    let sent = 0;
    const wire = await startWire((socket) => {
      const again = setInterval(() => {
        sent++;
        socket.write("HTTP/1.1 102 Processing\r\n\r\n");
      }, 1);
      socket.on("close", () => clearInterval(again));
    });
    expect(failureOf(await sendUntil(wire.url, () => sent > 50)).cause).toBe("timeout");
  });

  test("because the receiver wants to speak another protocol from now on", async () => {
    const head =
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: other\r\nconnection: upgrade\r\n\r\n";
    const wire = await startWire((socket) => socket.on("data", () => socket.write(head)));
    expect(failureOf(await guardedClient()({ url: wire.url })).cause).toBe("reset");
  });

  test("because the headers drip past the deadline", async () => {
    let sent = 0;
    const wire = await startWire((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const again = setInterval(() => socket.write(`x-${sent++}: y\r\n`), 1);
      socket.on("close", () => clearInterval(again));
    });
    expect(failureOf(await sendUntil(wire.url, () => sent > 50)).cause).toBe("timeout");
  });

  test("because the signal had fired before", async () => {
    const wire = await startWire();
    const result = await guardedClient()({ url: wire.url, signal: AbortSignal.abort() });
    expect(failureOf(result).cause).toBe("timeout");
    expect(wire.sockets).toEqual([]);
  });
});

describe("an answer whose status was read", () => {
  test.each([200, 500])("of %i counts where its body hangs until the deadline", async (status) => {
    let isSent = false;
    const receiver = await startReceiver((response) => {
      response.writeHead(status, { "content-length": "100" });
      // The answer is on its way through this very machine: a moment later it has been read.
      response.write("half", () => setTimeout(() => (isSent = true), 100));
    });
    const answer = answerOf(await sendUntil(receiver.url, () => isSent));
    expect(answer).toMatchObject({ status, complete: false, body: "half" });
  });

  test.each([
    [200, "delivered"],
    [500, "retry"],
  ] as const)(
    "of %i counts where its body drips past the deadline: %s",
    async (status, outcome) => {
      let sent = 0;
      const receiver = await startReceiver((response) => {
        response.writeHead(status, { "retry-after": "60" });
        const again = setInterval(() => {
          sent++;
          response.write("drip ");
        }, 1);
        response.on("close", () => clearInterval(again));
      });
      const answer = answerOf(await sendUntil(receiver.url, () => sent > 50));
      expect([answer.status, answer.complete]).toEqual([status, false]);
      expect(answer.body).toMatch(/^drip /);
      expect(outcomeOf(answer).kind).toBe(outcome);
    },
  );

  test.each<readonly [string, (socket: Socket) => void]>([
    ["reset", (socket) => socket.resetAndDestroy()],
    ["closed", (socket) => socket.end()],
  ])("and whose connection is %s inside the body is a failure with the status", async (_, act) => {
    const wire = await startWire((socket) =>
      socket.on("data", () =>
        socket.write("HTTP/1.1 503 No\r\ncontent-length: 100\r\n\r\nhalf", () =>
          setTimeout(act, 20, socket),
        ),
      ),
    );
    const result = await guardedClient()({ url: wire.url + PATH });
    expect(result).toEqual({
      kind: "failure",
      cause: "reset",
      reason: "the connection broke inside the answer",
      status: 503,
    });
    expect(outcomeOf(result)).toMatchObject({ kind: "retry", status: 503 });
  });

  test("and whose chunks are no chunks is a failure with the status", async () => {
    const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    const wire = await startWire((socket) =>
      socket.on("data", () => socket.write(`${head}4\r\nhalf\r\nnot a size\r\n`)),
    );
    const failure = failureOf(await guardedClient()({ url: wire.url }));
    expect(failure.status).toBe(200);
  });
});

test("after a failure the next request gets a connection of its own", async () => {
  let connections = 0;
  const wire = await startWire((socket) => {
    const isFirst = ++connections === 1;
    socket.on("data", () =>
      isFirst
        ? socket.resetAndDestroy()
        : socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"),
    );
  });
  const send = guardedClient();
  expect(failureOf(await send({ url: wire.url })).cause).toBe("reset");
  expect(answerOf(await send({ url: wire.url })).body).toBe("ok");
});

test.each([
  ["interim answers", "HTTP/1.1 102 Processing\r\n\r\n".repeat(4000)],
  ["empty lines", "\r\n".repeat(40_000)],
])("a flood of %s ends the connection long before the deadline", async (_, text) => {
  const wire = await startWire((socket) => {
    const pour = (): void => {
      while (!socket.destroyed && socket.write(text));
    };
    socket.on("data", pour).on("drain", pour);
  });
  const failure = failureOf(await guardedClient()({ url: wire.url, body: "x" }));
  expect([failure.cause, failure.reason]).toEqual(["protocol", "the answer has no end"]);
});

test("a status that is none is no HTTP", async () => {
  const wire = await startWire((socket) =>
    socket.on("data", () => socket.end("HTTP/1.1 050 Odd\r\n\r\n")),
  );
  expect(failureOf(await guardedClient()({ url: wire.url })).reason).toBe("the answer is not HTTP");
});
