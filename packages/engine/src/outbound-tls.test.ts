import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { outcomeOf } from "@syncbell/core";
import { expect, onTestFinished, test } from "vitest";
import { startReceiver } from "./testing/receiver.ts";
import { answerOf, failureOf, guardedClient } from "./testing/requests.ts";
import { type Identity, selfSigned } from "./testing/self-signed.ts";
import { until } from "./testing/until.ts";
import { startWire } from "./testing/wire.ts";

/** A receiver over TLS; answers its port and how many requests it has read. */
async function startSecure(identity: Identity): Promise<{ port: number; read: () => number }> {
  let requests = 0;
  const server = createServer(identity, (_, response) => {
    requests++;
    response.end("ok");
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, read: () => requests };
}

/** Has this process vouch for a certificate while the test runs. */
function trust({ cert }: Identity): void {
  setDefaultCACertificates([cert]);
  onTestFinished(() => setDefaultCACertificates(getCACertificates("bundled")));
}

test("a receiver whose certificate nobody vouches for gets no request", async () => {
  const { port, read } = await startSecure(selfSigned("localhost"));
  const url = `https://localhost:${port}/secret-part`;
  const failure = failureOf(await guardedClient()({ url, body: "x" }));
  expect(failure.cause).toBe("tls");
  expect(failure.reason).toMatch(/^the TLS connection failed: [A-Z_]+$/);
  expect(outcomeOf(failure).kind).toBe("retry");
  expect(read()).toBe(0);
});

test("a certificate that is in order for another host is refused all the same", async () => {
  const identity = selfSigned("example.com");
  const { port, read } = await startSecure(identity);
  trust(identity);
  const failure = failureOf(await guardedClient()({ url: `https://localhost:${port}/` }));
  expect(failure).toMatchObject({ cause: "tls", reason: expect.stringContaining("ALTNAME") });
  expect(read()).toBe(0);
});

test("a certificate that is in order is taken", async () => {
  const identity = selfSigned("localhost");
  const { port, read } = await startSecure(identity);
  trust(identity);
  const answer = answerOf(await guardedClient()({ url: `https://localhost:${port}/` }));
  expect([answer.status, answer.body, read()]).toEqual([200, "ok", 1]);
});

test("a certificate that has expired is refused", async () => {
  const past = { from: Date.now() - 7_200_000, to: Date.now() - 3_600_000 };
  const identity = selfSigned("localhost", past);
  const { port } = await startSecure(identity);
  trust(identity);
  const failure = failureOf(await guardedClient()({ url: `https://localhost:${port}/` }));
  expect(failure).toMatchObject({ cause: "tls", reason: expect.stringContaining("EXPIRED") });
});

test("TLS spoken to a receiver without it is a failure of TLS", async () => {
  const receiver = await startReceiver();
  const failure = failureOf(
    await guardedClient()({ url: receiver.url.replace("http:", "https:") }),
  );
  expect(failure.cause).toBe("tls");
});

test("a handshake that hangs ends with the signal", async () => {
  const wire = await startWire();
  const controller = new AbortController();
  const url = wire.url.replace("http:", "https:");
  const sending = guardedClient()({ url, signal: controller.signal });
  await until(() => wire.sockets.length === 1);
  controller.abort();
  expect(failureOf(await sending).cause).toBe("timeout");
});

test("a handshake that is cut off is a connection that broke", async () => {
  const wire = await startWire((socket) => socket.on("data", () => socket.resetAndDestroy()));
  const failure = failureOf(await guardedClient()({ url: wire.url.replace("http:", "https:") }));
  expect(failure.cause).toBe("reset");
});
