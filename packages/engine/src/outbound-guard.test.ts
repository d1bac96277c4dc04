import { describe, expect, test } from "vitest";
import { startReceiver } from "./testing/receiver.ts";
import { answerOf, failureOf, guardedClient } from "./testing/requests.ts";
import { startWire } from "./testing/wire.ts";

/** Every way to write this machine that comes to mind, with the port of the listener. */
const SPELLINGS: readonly string[] = [
  "http://127.0.0.1:PORT/",
  "https://127.0.0.1:PORT/",
  "http://127.1:PORT/",
  "http://127.0.1:PORT/",
  "http://2130706433:PORT/",
  "http://0x7f.1:PORT/",
  "http://0x7f000001:PORT/",
  "http://0177.0.0.1:PORT/",
  "http://127.0.0.1.:PORT/",
  "http://１２７.０.０.１:PORT/",
  "http://127。0。0。1:PORT/",
  "http://%31%32%37.0.0.1:PORT/",
  "http://0.0.0.0:PORT/",
  "http://0:PORT/",
  "http://[::]:PORT/",
  "http://[::1]:PORT/",
  "http://[::ffff:127.0.0.1]:PORT/",
  "http://[::ffff:7f00:1]:PORT/",
  "http://[::127.0.0.1]:PORT/",
  "http://[64:ff9b::127.0.0.1]:PORT/",
  "http://[2002:7f00:1::]:PORT/",
  "http://localhost:PORT/",
  "http://LOCALHOST:PORT/",
  "https://localhost:PORT/",
  "http://example.com@127.0.0.1:PORT/",
  "http://127.0.0.1:PORT#@example.com/",
  "http://127.0.0.1:PORT\\@example.com/",
  "http:127.0.0.1:PORT/",
  "  http://127.0.0.1:PORT/",
  "http://127.0.0.1\t:PORT/",
];

describe("without a network that is allowed", () => {
  test.each(SPELLINGS)("nothing is dialled for %s", async (spelling) => {
    const wire = await startWire();
    const url = spelling.replace("PORT", String(wire.port));
    const failure = failureOf(await guardedClient([])({ url, body: "x" }));
    expect(failure.cause).toBe("blocked");
    expect(failure.reason).toMatch(/^blocked: \S+ is not a public address/);
    expect(wire.sockets).toEqual([]);
  });

  test("nothing is dialled for a name that some machines know as this one", async () => {
    const wire = await startWire();
    for (const name of ["localhost.", "localhost.localdomain", "ip6-localhost", "0.localhost"]) {
      const failure = failureOf(await guardedClient([])({ url: `http://${name}:${wire.port}/` }));
      expect(["blocked", "dns"]).toContain(failure.cause);
    }
    expect(wire.sockets).toEqual([]);
  });

  test.each([
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://100.100.100.200/",
    "https://168.63.129.16/",
    "http://10.0.0.1/",
    "https://[fe80::1]/",
    "https://224.0.0.1/",
    "https://[4000::1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
  ])("nothing is dialled for %s", async (url) => {
    expect(failureOf(await guardedClient([])({ url })).cause).toBe("blocked");
  });

  test("a public address is not spoken to in plain http", async () => {
    const failure = failureOf(await guardedClient([])({ url: "http://192.175.0.1/secret-part" }));
    expect(failure).toEqual({
      kind: "failure",
      cause: "blocked",
      reason: "blocked: plain http is only for addresses in network.allow",
    });
  });
});

describe("with a network that is allowed", () => {
  test.each([
    "http://127.0.0.1:PORT/",
    "http://2130706433:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
  ])("%s is reached", async (spelling) => {
    const receiver = await startReceiver();
    const url = spelling.replace("PORT", new URL(receiver.url).port);
    expect(answerOf(await guardedClient(["127.0.0.0/8"])({ url })).status).toBe(200);
  });

  test("a name is reached where all that it leads to is in it", async () => {
    const receiver = await startReceiver();
    const url = receiver.url.replace("127.0.0.1", "localhost");
    expect(answerOf(await guardedClient()({ url })).status).toBe(200);
  });

  test("and others are still refused", async () => {
    const wire = await startWire();
    const send = guardedClient(["127.0.0.2/32", "10.0.0.0/8"]);
    expect(failureOf(await send({ url: wire.url })).cause).toBe("blocked");
    expect(failureOf(await send({ url: `http://localhost:${wire.port}/` })).cause).toBe("blocked");
    expect(wire.sockets).toEqual([]);
  });
});
