import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Answer, ApiClient } from "../testing/api-client.ts";
import { LOOPBACK } from "../testing/config-file.ts";
import { FIXTURES, fixture, postSync } from "../testing/events.ts";
import { TOKEN, startRunning } from "../testing/running-dispatcher.ts";

/** What a producer can be told: taken, or one of the refusals. Never that something broke here. */
const ANSWERS = [202, 400, 401, 409, 413, 415, 422];

// Rules that look into what a producer is free to send.
const RULES = `${LOOPBACK}destinations:
  - { id: ops, channel: slack, config: { url: "http://127.0.0.1:9/" }, when: { outcome: failed, n: 1 } }
  - { id: deep, channel: slack, config: { url: "http://127.0.0.1:9/" }, when: { a.b.c: { $gt: 5 } } }
  - { id: glob, channel: http, config: { url: "http://127.0.0.1:9/" }, when: { event_type: { $glob: "zz*" } } }
links: { run: "https://example.com/{{tenant.id}}/{{sync.id}}" }
`;

function expectClearAnswer({ status, headers, body }: Answer): void {
  expect(ANSWERS).toContain(status);
  if (status === 202) return;
  expect(headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  expect(body).toMatchObject({ type: "about:blank", status, detail: expect.stringMatching(/\.$/) });
}

/** A dispatcher that serves as it did before, with nothing in its log that went wrong. */
const AS_BEFORE = { ready: 200, errors: [] };

/** Lets a producer loose on a dispatcher; answers how it serves then. */
async function after(producer: (post: ApiClient["post"]) => Promise<unknown>) {
  const { post, call, log } = await startRunning({ config: RULES });
  await producer(async (...given) => {
    const answer = await post(...given);
    expectClearAnswer(answer);
    return answer;
  });
  const { status } = await call("GET", "/readyz");
  return { ready: status, errors: log.filter((line) => line.includes('"level":"error"')) };
}

/** Text of JSON as it can be sent: with any character, escaped or not. */
const anyJson = fc.oneof(
  fc.json({ maxDepth: 6 }),
  fc
    .jsonValue({ maxDepth: 3 })
    .map((value) => JSON.stringify({ event_type: "x", status: "failed", ...Object(value) })),
);

const anyBytes = fc.uint8Array({ maxLength: 200 });

/** An event that came with one value in it replaced, or with one byte of it. */
const brokenFixture = fc
  .tuple(
    fc.constantFrom(...FIXTURES),
    fc.nat(),
    fc.oneof(fc.json({ maxDepth: 2 }), fc.constant("")),
  )
  .map(([name, at, value]) => {
    const source = fixture(name).toString();
    const values = [...source.matchAll(/(?<=": )[^\s,[{]+/g)];
    const { index, 0: old } = values[at % values.length] ?? { index: 0, 0: "" };
    return source.slice(0, index) + value + source.slice(index + old.length);
  });

const anyHeaders = fc.record(
  {
    "idempotency-key": fc.string({ unit: "grapheme-ascii", maxLength: 300 }),
    "webhook-id": fc.string({ unit: "grapheme-ascii", maxLength: 20 }),
    "content-type": fc.oneof(
      fc.constantFrom("application/json", "application/json;charset=x", "text/plain", "*/*", ";"),
      fc.string({ unit: "grapheme-ascii", maxLength: 30 }),
    ),
    "content-encoding": fc.constantFrom("gzip", "br", "zstd", "deflate", "identity", "x", ""),
  },
  { requiredKeys: [] },
);

describe("whatever a producer sends, the fault is never ours", () => {
  test.each([
    ["bytes", anyBytes],
    ["JSON", anyJson],
    ["an event with something wrong in it", brokenFixture],
  ] as const)("%s", async (_, bodies) => {
    const anyOf = bodies as fc.Arbitrary<string | Uint8Array>;
    const posting = after((post) =>
      fc.assert(
        fc.asyncProperty(anyOf, async (body) => void (await post(body))),
        { numRuns: 100 },
      ),
    );
    expect(await posting).toEqual(AS_BEFORE);
  });

  test("any headers", async () => {
    const bodies = fc.oneof(fc.constant(postSync()), anyBytes, fc.constant(undefined));
    const posting = after((post) =>
      fc.assert(
        fc.asyncProperty(bodies, anyHeaders, async (...given) => void (await post(...given))),
        { numRuns: 100 },
      ),
    );
    expect(await posting).toEqual(AS_BEFORE);
  });

  test.each([
    ["lists within lists", "[".repeat(400_000) + "]".repeat(400_000)],
    ["objects within objects", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
    ["a very long name", `{"event_type":"x","status":"y","${"k".repeat(900_000)}":1}`],
    ["a very long status", `{"event_type":"x","status":"${"\\u0000".repeat(150_000)}"}`],
    [
      "very many names",
      `{"event_type":"x","status":"y",${Array.from({ length: 60_000 }, (_, n) => `"k${n}":1`).join()}}`,
    ],
    [
      "names that objects inherit",
      '{"event_type":"x","status":"y","__proto__":null,"toString":1,"hasOwnProperty":{}}',
    ],
    ["a digit after the other", `{"event_type":"x","status":"y","n":${"9".repeat(900_000)}}`],
    [
      "five thousand mistakes",
      postSync({ task: { id: "i", name: "n", extractor_config: Array(5_000).fill(1) } }),
    ],
  ])("%s", async (_, body) => {
    expect(await after((post) => post(body))).toEqual(AS_BEFORE);
  });
});

describe("a request that breaks HTTP itself", () => {
  const head = `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\n`;

  test.each([
    ["two lengths", `${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    [
      "a length and chunks",
      `${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ["a chunk that is none", `${head}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`],
    ["headers without an end", `${head}x: ${"y".repeat(40_000)}\r\n\r\n`],
    ["no HTTP at all", "hello\r\n\r\n"],
  ])("%s is refused, and the next producer is served", async (_, sent) => {
    const { url, call } = await startRunning();
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    await once(socket, "connect");
    socket.write(sent);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(await call("GET", "/readyz")).toMatchObject({ status: 200 });
  });

  test("a body that ends before its length keeps nothing", async () => {
    const { url, post, log } = await startRunning();
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    await once(socket, "connect");
    socket.end(`${head}content-length: 500\r\n\r\n${postSync()}`);
    await text(socket);
    expect(await post(postSync())).toMatchObject({ status: 202, body: { duplicate: false } });
    expect(log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});
