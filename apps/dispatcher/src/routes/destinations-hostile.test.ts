import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { makeDestination } from "../testing/made-destination.ts";
import { startRunning } from "../testing/running-dispatcher.ts";

const url = "https://example.com/";

test("{ env: … } and { file: … } are never looked up for the API: they are of the wrong type", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "secret.txt");
  writeFileSync(file, "s3cret-of-the-file");
  const { send } = await startRunning({
    folder,
    env: { KEY: "s3cret-of-the-env" },
    config: LOOPBACK,
  });
  const made = await makeDestination({ send }, url);
  for (const reference of [{ env: "KEY" }, { env: "PATH" }, { file }, { file: "/etc/passwd" }]) {
    for (const [path, config] of [
      ["config.url", { url: reference }],
      ["config.secret", { url, secret: reference }],
      ["config.headers.X-Key", { url, headers: { "X-Key": reference } }],
    ] as const) {
      const name = path.split(".").at(-1);
      const errors = [{ path, message: `"${name}" must be text, not an object` }];
      const created = await send("POST", "/v1/destinations", { channel: "http", config });
      const changed = await send("PATCH", made.path, { config });
      for (const { status, body, text } of [created, changed]) {
        expect([status, body.errors]).toEqual([422, errors]);
        expect(text).not.toMatch(/s3cret|root:/);
      }
    }
    const whole = await send("POST", "/v1/destinations", { channel: "slack", config: reference });
    expect(whole.status).toBe(422);
  }
});

describe("names that objects inherit", () => {
  test("are keys like others in what makes or changes a destination, and touch no other", async () => {
    const dispatcher = await startRunning();
    const { path } = await makeDestination(dispatcher, url, { tenant: "tenant-1" });
    const before = await dispatcher.call("GET", path);
    const inherited = `{ "__proto__": { "tenant": "x", "url": "${url}", "polluted": 1 } }`;
    for (const text of [
      inherited,
      inherited.replace("__proto__", "constructor"),
      '{ "constructor": { "prototype": { "polluted": 1 } } }',
      `{ "config": ${inherited} }`,
      '{ "config": { "headers": { "constructor": { "X-Key": "x" } } } }',
      '{ "config": { "toString": "x", "hasOwnProperty": 1 } }',
      '{ "pace": { "__proto__": { "per_second": 1 } } }',
    ]) {
      for (const answer of [
        await dispatcher.send("PATCH", path, text),
        await dispatcher.send("POST", "/v1/destinations", text),
      ]) {
        expect(answer.status).toBe(422);
      }
    }
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect((await dispatcher.call("GET", path)).body).toEqual(before.body);
    // No header has this name: it is left out.
    const named = '{ "config": { "headers": { "__proto__": { "X-Key": "x" } } } }';
    expect((await dispatcher.send("PATCH", path, named)).body.config.headers).toEqual({});
  });

  test("are names of channels, fallbacks and fields in rules that are not there", async () => {
    const { send } = await startRunning();
    for (const name of ["__proto__", "constructor", "toString"]) {
      const config = { url };
      const channel = await send("POST", "/v1/destinations", { channel: name, config });
      expect(channel).toMatchObject({ status: 422, body: { errors: [{ path: "channel" }] } });
      const input = { channel: "http", config, fallback: name };
      const fallback = await send("POST", "/v1/destinations", input);
      expect(fallback).toMatchObject({ status: 422, body: { errors: [{ path: "fallback" }] } });
    }
    const rule = `{ "channel": "http", "config": { "url": "${url}" }, "when": { "__proto__.x": 1 } }`;
    const { status, body } = await send("POST", "/v1/destinations", rule);
    expect(status).toBe(201);
    const posted = (await send("POST", "/v1/events", postSync())).body;
    expect([posted.deliveries, body.when]).toEqual([[], { "__proto__.x": 1 }]);
  });
});

test("a header can't carry more than itself", async () => {
  const { send } = await startRunning();
  const made = await makeDestination({ send }, url);
  for (const [name, value, message] of [
    ["X-A\r\nX-B", "x", "is not a valid header name"],
    ["X A", "x", "is not a valid header name"],
    ["X-A:", "x", "is not a valid header name"],
    ["Ünicode", "x", "is not a valid header name"],
    ["", "x", "is not a valid header name"],
    ["X-A", "x\r\nX-B: y", "has a value with characters that a header can't carry"],
    ["X-A", "x\n\nbody", "has a value with characters that a header can't carry"],
    ["X-A", "x\0", "has a value with characters that a header can't carry"],
    ["X-A", "é", "has a value with characters that a header can't carry"],
    ["X-A", "x".repeat(5000), "has a value with characters that a header can't carry"],
    ["Host", "evil.example", "is a header that Syncbell sets itself"],
    ["CONTENT-LENGTH", "0", "is a header that Syncbell sets itself"],
    ["transfer-encoding", "chunked", "is a header that Syncbell sets itself"],
    ["Webhook-Signature", "v1,x", "is a header that Syncbell sets itself"],
    ["webhook-id", "x", "is a header that Syncbell sets itself"],
  ] as const) {
    const config = { url, headers: { [name]: value } };
    for (const { status, body } of [
      await send("POST", "/v1/destinations", { channel: "http", config }),
      await send("PATCH", made.path, { config }),
    ]) {
      expect(status).toBe(422);
      expect(body.errors[0].path).toBe(`config.headers.${name}`);
      expect(body.errors[0].message).toContain(message);
    }
  }
});

test("a config of 1 MiB, and one nested without end, is refused without being looked at", async () => {
  const { send, call, log } = await startRunning();
  const { path } = await makeDestination({ send }, url);
  const nested = `${'{"a":'.repeat(30_000)}1${"}".repeat(30_000)}`;
  const deep = `{ "channel": "template", "config": { "url": "${url}", "template": ${nested} } }`;
  const ruled = `{ "channel": "http", "config": { "url": "${url}" }, "when": ${nested} }`;
  const large = { channel: "http", config: { url, headers: { "X-A": "x".repeat(1024 * 1024) } } };
  for (const [method, at] of [
    ["POST", "/v1/destinations"],
    ["PATCH", path],
  ] as const) {
    expect(await send(method, at, large)).toMatchObject({ status: 413 });
    expect(await send(method, at, deep)).toMatchObject({ status: 400 });
    expect(await send(method, at, ruled)).toMatchObject({ status: 400 });
  }
  const wide = {
    channel: "http",
    config: { url, ...Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, n])) },
  };
  expect(await send("POST", "/v1/destinations", wide)).toMatchObject({ status: 422 });
  expect((await call("GET", "/v1/destinations")).body.data).toHaveLength(1);
  expect(log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

/** Anything that JSON can say, with words among its keys that mean something here. */
const anyInput = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.record(
    {
      channel: fc.oneof(fc.constantFrom("http", "slack", "teams", "template"), fc.jsonValue()),
      config: fc.oneof(
        fc.jsonValue({ maxDepth: 3 }),
        fc.record(
          {
            url: fc.oneof(fc.constant(url), fc.webUrl(), fc.jsonValue({ maxDepth: 1 })),
            secret: fc.jsonValue({ maxDepth: 1 }),
            headers: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.jsonValue()),
            format: fc.jsonValue({ maxDepth: 1 }),
            mode: fc.constantFrom("workflow", "bot"),
            preset: fc.oneof(fc.constantFrom("discord", "ntfy"), fc.jsonValue({ maxDepth: 1 })),
            template: fc.jsonValue({ maxDepth: 3 }),
          },
          { requiredKeys: [] },
        ),
      ),
      tenant: fc.jsonValue({ maxDepth: 1 }),
      when: fc.oneof(fc.constant({ status: "failed" }), fc.jsonValue({ maxDepth: 3 })),
      expire: fc.oneof(fc.constant("1h"), fc.jsonValue({ maxDepth: 1 })),
      pace: fc.jsonValue({ maxDepth: 2 }),
      fallback: fc.jsonValue({ maxDepth: 1 }),
    },
    { requiredKeys: [] },
  ),
);

test("whatever is sent, the fault is never ours, and what was made goes on", async () => {
  const dispatcher = await startRunning();
  const { path } = await makeDestination(dispatcher, url);
  await fc.assert(
    fc.asyncProperty(anyInput, async (input) => {
      const made = await dispatcher.send("POST", "/v1/destinations", JSON.stringify(input));
      expect([201, 422]).toContain(made.status);
      const changed = await dispatcher.send("PATCH", path, JSON.stringify(input));
      expect([200, 422]).toContain(changed.status);
      for (const { status, body } of [made, changed]) {
        if (status === 422) expect(body.errors.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 100 },
  );
  expect(await dispatcher.call("GET", path)).toMatchObject({ status: 200 });
  expect(dispatcher.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});
