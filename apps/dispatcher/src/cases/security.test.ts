import { expect, test } from "vitest";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { makeDestination } from "../testing/made-destination.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";

const url = "https://example.com/";
const base64 = (bytes: number): string => Buffer.alloc(bytes, 1).toString("base64");

const SECRETS: readonly (readonly [string, string])[] = [
  ["an empty one", ""],
  ["no prefix", base64(32)],
  ["another prefix", `whsek_${base64(32)}`],
  ["a prefix in capitals", `WHSEC_${base64(32)}`],
  ["the prefix alone", "whsec_"],
  ["a public key", `whpk_${base64(32)}`],
  ["bad base64", `whsec_${base64(32).slice(0, -2)}!!`],
  ["base64 with a line end", `whsec_${base64(32)}\n`],
  ["too short", `whsec_${base64(23)}`],
  ["too long", `whsec_${base64(65)}`],
  ["a number", 5 as unknown as string],
  ["null", null as unknown as string],
];

const URLS: readonly string[] = [
  "",
  "example.com",
  "//example.com/",
  "ftp://example.com/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "data:text/plain,x",
  "gopher://example.com/",
  "https://",
  "https://user@example.com/",
  "https://user:password@example.com/",
  "https://example.com@127.0.0.1/",
  "https://127.0.0.1:80@example.com/",
  "http://exa mple.com/",
];

const HEADERS: readonly string[] = [
  "",
  "X Y",
  "X:Y",
  "X\r\nY",
  "Ü",
  "Host",
  "Connection",
  "Content-Length",
  "content-type",
  "Transfer-Encoding",
  "Expect",
  "Upgrade",
  "webhook-id",
  "Webhook-Signature",
  "webhook-timestamp",
  "Syncbell-Test",
];

test("given malformed secrets, reserved or malformed header names or URLs that are not http(s), it is 422; values of secret headers never come back", async () => {
  const dispatcher = await startRunning();
  const { send, call } = dispatcher;
  const refused: readonly (readonly [string, object])[] = [
    ...SECRETS.map(([what, secret]) => [what, { url, secret }] as const),
    ...URLS.map((other) => [other, { url: other }] as const),
    ...HEADERS.map((name) => [name, { url, headers: { [name]: "x" } }] as const),
  ];
  for (const [what, config] of refused) {
    const { status, body } = await send("POST", "/v1/destinations", { channel: "http", config });
    expect([what, status]).toEqual([what, 422]);
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0].path).toMatch(/^config\.(?:secret|url|headers)/);
  }
  for (const secret of [24, 64].map((bytes) => `whsec_${base64(bytes)}`)) {
    await makeDestination(dispatcher, url, { config: { url, secret } });
  }
  const headers = { Authorization: "Bearer of-theirs", "x-api-key": "k3y-of-theirs" };
  const made = await makeDestination(dispatcher, url, { config: { url, headers } });
  expect(made.config["headers"]).toEqual({ Authorization: "***", "x-api-key": "***" });
  expect((await call("GET", "/v1/destinations")).text).not.toContain("of-theirs");
  expect((await call("GET", made.path)).text).not.toContain("of-theirs");
});

/** Hosts that lead to this machine or into a network that is not public, however they are spelt. */
const BLOCKED: readonly string[] = [
  "127.0.0.1",
  "127.255.255.254",
  "localhost",
  "127.1",
  "0x7f.0.0.1",
  "0177.0.0.1",
  "2130706433",
  "0.0.0.0",
  "10.0.0.1",
  "100.64.0.1",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.1",
  "192.168.0.1",
  "198.18.0.1",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "[::]",
  "[::1]",
  "[fe80::1]",
  "[fc00::1]",
  "[ff02::1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:a9fe:a9fe]",
  "[::127.0.0.1]",
  "[64:ff9b::127.0.0.1]",
  "[64:ff9b::a9fe:a9fe]",
  "[2002:7f00:1::]",
  "[2002:a9fe:a9fe::1]",
];

test("given literal or resolved addresses in every blocked range, mapped and translated forms of them, no connection is opened and the attempt says blocked", async () => {
  const receiver = await startReceiver();
  const { port } = new URL(receiver.url);
  const dispatcher = await startRunning();
  for (const host of BLOCKED) await makeDestination(dispatcher, `http://${host}:${port}/`);
  const { deliveries } = (await dispatcher.post(postSync())).body;
  expect(deliveries).toHaveLength(BLOCKED.length);
  for (const [index, { id }] of deliveries.entries()) {
    const { state, attempts } = await dispatcher.attempted(id, 1);
    const reason = expect.stringMatching(/^blocked: \S+ is not a public address/);
    expect([BLOCKED[index], state, attempts[0]]).toMatchObject([
      BLOCKED[index],
      expect.stringMatching(/^(?:failed|pending)$/),
      { status: null, reason },
    ]);
  }
  expect(receiver.requests).toEqual([]);
});

test("given a subnet that is allowed, its addresses are reached, and no others", async () => {
  const receiver = await startReceiver();
  const { port } = new URL(receiver.url);
  const dispatcher = await startRunning({ config: LOOPBACK });
  for (const host of ["127.0.0.1", "localhost", "2130706433"]) {
    await makeDestination(dispatcher, `http://${host}:${port}/`);
  }
  await makeDestination(dispatcher, `http://10.0.0.1:${port}/`);
  const { deliveries } = (await dispatcher.post(postSync())).body;
  const outcomes: unknown[] = [];
  for (const { id } of deliveries) {
    const { attempts } = await dispatcher.attempted(id, 1);
    outcomes.push(attempts[0]?.reason ?? attempts[0]?.outcome);
  }
  expect(outcomes.slice(0, 3)).toEqual(["delivered", "delivered", "delivered"]);
  expect(outcomes[3]).toMatch(/^blocked: /);
  expect(receiver.requests).toHaveLength(3);
});
