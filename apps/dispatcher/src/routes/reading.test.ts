import { describe, expect, test } from "vitest";
import { LOOPBACK } from "../testing/config-file.ts";
import { FIXTURES, fixture, postSync } from "../testing/events.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe("an event", () => {
  test.each([
    ["keys in their order", '{"status":"y","b":1,"a":2,"event_type":"x","1":3,"0":4}'],
    ["a key that comes twice", '{"event_type":"x","status":"y","n":1,"n":2}'],
    ["numbers to the digit", '{"event_type":"x","status":"y","n":[9007199254740993,1.0,1e2,-0]}'],
    ["its own white space", '\n{ "event_type" : "x",\r\n\t"status":"y" }\n'],
    ["any script", '{"event_type":"x","status":"é 日本 🔔 \\u00e9 \\ud83d\\udd14 ﷺ"}'],
    ["escapes as they were", '{"event_type":"x","status":"\\/\\u0041\\n</script>","k":"\\ud800"}'],
    [
      "names that objects inherit",
      '{"event_type":"x","status":"y","__proto__":{"a":1},"constructor":0}',
    ],
  ])("comes back with %s", async (_, posted) => {
    const { post, call } = await startRunning();
    const { id } = (await post(posted)).body;
    const { text, headers, status } = await call("GET", `/v1/events/${id}`);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(text).toContain(`,"event":${posted},"decisions":`);
    expect(() => JSON.parse(text)).not.toThrow();
  });

  test.each(FIXTURES)("that comes with the dispatcher comes back to the byte: %s", async (name) => {
    const { post, call } = await startRunning();
    const { id } = (await post(fixture(name))).body;
    const { text } = await call("GET", `/v1/events/${id}`);
    expect(text).toContain(`,"event":${fixture(name).toString()},"decisions":`);
  });

  test("comes back with what was decided and why, and what became of it", async () => {
    const receiver = await startReceiver();
    const url = `"${receiver.url}/"`;
    const { post, call, attempted } = await startRunning({
      config: `${LOOPBACK}destinations:
  - { id: all, channel: slack, config: { url: ${url} } }
  - { id: failures, channel: slack, config: { url: ${url} }, when: { status: failed } }
  - { id: theirs, channel: slack, config: { url: ${url} }, tenant: tenant-2 }
  - { id: broken, channel: slack, config: { url: ${url} }, when: { sync.id: { $gt: 5 } } }
`,
    });
    const { id, deliveries } = (await post(postSync())).body;
    await attempted(deliveries[0].id, 1);
    const { body } = await call("GET", `/v1/events/${id}`);
    expect(body).toEqual({
      id,
      received_at: expect.stringMatching(ISO),
      event: JSON.parse(postSync()),
      decisions: [
        { destination_id: "all", decision: "deliver", reason: "no rule: hears of every event" },
        {
          destination_id: "broken",
          decision: "filtered",
          reason: "rule can't be evaluated: sync.id > 5 (it is text, not a number)",
        },
        {
          destination_id: "failures",
          decision: "filtered",
          reason: 'rule does not match: status = "failed" (it is "succeeded")',
        },
      ],
      deliveries: [{ id: deliveries[0].id, destination_id: "all", state: "delivered" }],
    });
  });
});

describe("a delivery", () => {
  test("comes back with each attempt in full, what is not known being null", async () => {
    const receiver = await startReceiver((response) => void response.writeHead(403).end("no"));
    const { url } = await startReceiver((response) => response.socket?.resetAndDestroy());
    const { post, call, attempted } = await startRunning({
      config: `${LOOPBACK}destinations:
  - { id: refusing, channel: http, config: { url: "${receiver.url}/" } }
  - { id: resetting, channel: http, config: { url: "${url}/" } }
`,
    });
    const event = (await post(postSync())).body;
    const [refused, reset] = event.deliveries;
    for (const { id } of event.deliveries) await attempted(id, 1);
    const attempt = { number: 1, started_at: expect.stringMatching(ISO), manual: false };
    expect((await call("GET", `/v1/deliveries/${refused.id}`)).body).toEqual({
      id: refused.id,
      event_id: event.id,
      destination_id: "refusing",
      state: "pending",
      created_at: expect.stringMatching(ISO),
      due_at: expect.stringMatching(ISO),
      attempts: [
        {
          ...attempt,
          duration_ms: expect.any(Number),
          outcome: "unauthorized",
          status: 403,
          reason: "answered 403",
          response: "no",
        },
      ],
    });
    expect((await call("GET", `/v1/deliveries/${reset.id}`)).body.attempts).toEqual([
      {
        ...attempt,
        duration_ms: expect.any(Number),
        outcome: "retry",
        status: null,
        reason: "the connection was reset",
        response: null,
      },
    ]);
  });
});

describe("404", () => {
  test.each([
    ["/v1/events/evt_01JZZZZZZZZZZZZZZZZZZZZZZZ", "There is no event with this id."],
    ["/v1/events/%00'%20or%201=1--", "There is no event with this id."],
    ["/v1/deliveries/dlv_01JZZZZZZZZZZZZZZZZZZZZZZZ", "There is no delivery with this id."],
    ["/v1/events/a/b", "There is nothing at this address."],
    ["/v1", "There is nothing at this address."],
    ["/v2/events", "There is nothing at this address."],
    ["/", "There is nothing at this address."],
    ["/../../etc/passwd", "There is nothing at this address."],
  ])("%s", async (path, detail) => {
    const { call } = await startRunning();
    const { body, headers } = await call("GET", path);
    expect(body).toEqual({ type: "about:blank", title: "Not Found", status: 404, detail });
    expect(headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  });

  test("an address that can't be decoded is a bad request", async () => {
    const { call } = await startRunning();
    const { body } = await call("GET", "/v1/events/%E0%A4%A");
    expect(body).toMatchObject({ status: 400, detail: "The request can't be read." });
  });
});

describe("405", () => {
  test.each([
    ["PUT", "/v1/events", "GET, HEAD, POST"],
    ["POST", "/v1/deliveries", "GET, HEAD"],
    ["DELETE", "/v1/events/evt_1", "GET, HEAD"],
    ["POST", "/v1/events/evt_1", "GET, HEAD"],
    ["PATCH", "/v1/deliveries/dlv_1", "GET, HEAD"],
    ["POST", "/healthz", "GET, HEAD"],
    ["POST", "/readyz", "GET, HEAD"],
  ])("%s %s allows %s", async (method, path, allow) => {
    const { call } = await startRunning();
    const { status, headers, body } = await call(method, path);
    expect([status, headers.get("allow")]).toEqual([405, allow]);
    expect(body).toMatchObject({
      title: "Method Not Allowed",
      detail: expect.stringMatching(/\.$/),
    });
  });
});

test("no answer says what it is made with, or may be guessed to be something else", async () => {
  const { call } = await startRunning();
  for (const path of ["/healthz", "/v1/events/evt_1", "/nowhere"]) {
    const { headers } = await call("GET", path);
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("server")).toBeNull();
  }
});
