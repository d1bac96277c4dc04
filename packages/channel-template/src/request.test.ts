import { type Receiver, startReceiver, testHttpClient } from "@syncbell/channel-kit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { channel } from "./index.ts";
import { deliver } from "./testing/delivery.ts";
import { failedRun, notificationFrom } from "./testing/events.ts";
import { presetConfig } from "./testing/preset-configs.ts";

let receiver: Receiver;
beforeEach(async () => void (receiver = await startReceiver()));
afterEach(() => receiver.close());

const template = { text: "{{title}}", code: "{{sync.exit_code}}" };

describe("the request", () => {
  test("is the filled template as JSON, to the byte", async () => {
    const headers = { Authorization: "Bearer 1", "X-Team": "data" };
    const outcome = await deliver({ url: `${receiver.url}/in?a=1`, headers, template });
    expect(outcome).toEqual({ kind: "delivered", status: 200, response: "ok" });
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: "POST", path: "/in?a=1" });
    expect(request?.body.toString()).toBe(
      '{"text":"tenant-1-tap-salesforce-to-primary failed","code":1}',
    );
    expect(request?.headers).toMatchObject({
      authorization: "Bearer 1",
      "x-team": "data",
      "content-type": "application/json",
      "idempotency-key": "dlv_01",
    });
    expect(request?.headers).not.toHaveProperty("syncbell-test");
  });

  test("is text as it was filled, with the method and the content type that were given", async () => {
    const text = "{{title}}\n{{#each facts}}\n{{label}}: {{value}} – ü\n{{/each}}\n";
    const config = { url: receiver.url, method: "PUT", content_type: "text/plain" };
    await deliver({ ...config, template: text });
    const [request] = receiver.requests;
    expect(request?.method).toBe("PUT");
    expect(request?.headers["content-type"]).toBe("text/plain");
    expect(request?.body.toString()).toMatch(
      /^tenant-1-tap-salesforce-to-primary failed\nTenant: Tenant 1 – ü\nPipeline: .*Exit code: 1 – ü\n$/s,
    );
  });

  test("is text that JSON.parse can read, where it is to be JSON", async () => {
    const event = { ...failedRun(), name: 'a "b" \\ \u2028 {{title}}' };
    await deliver({ url: receiver.url, template: '{"name":"{{name}}"}' }, notificationFrom(event));
    const body = receiver.requests[0]?.body.toString() ?? "";
    expect(JSON.parse(body)).toEqual({ name: event.name });
  });

  test("has the receiver's own headers beside ours", async () => {
    const headers = { "Idempotency-Key": "mine" };
    const notification = notificationFrom(failedRun(), { test: true });
    await deliver({ url: receiver.url, headers, template }, notification);
    expect(receiver.requests[0]?.headers).toMatchObject({
      "idempotency-key": "mine",
      "syncbell-test": "true",
    });
  });
});

describe("what is worth knowing of a message", () => {
  const config = (): object => ({
    url: receiver.url,
    method: "POST",
    template: { owner: "{{task.owner}}" },
  });
  const warningsOf = (given: object, event: object = {}): readonly string[] | undefined => {
    const message = channel.render(
      notificationFrom({ ...failedRun(), ...event }),
      channel.config.parse(given),
    );
    return channel.warnings?.(message);
  };

  test("is that the event has not got a field, and that is not sent", async () => {
    expect(warningsOf(config())).toEqual(['the event has no "task.owner": it is left empty']);
    await deliver(config());
    const [request] = receiver.requests;
    expect(request?.body.toString()).toBe('{"owner":""}');
    expect(JSON.stringify(request?.headers)).not.toContain("owner");
  });

  test("is that a plain message stands in for the template, which is not sent either", async () => {
    const rows = Array.from({ length: 9_000 }, Number);
    const given = { ...config(), template: "{{#each rows}}x{{/each}}" };
    expect(warningsOf(given, { rows })).toEqual([
      "sent as a plain message, since the template can't be filled for this event: it takes more than 1000 steps",
    ]);
    await deliver(given, notificationFrom({ ...failedRun(), rows }));
    expect(receiver.requests[0]?.body.toString()).toMatch(/^Status: failed [^\n]*$/);
  });

  test("is nothing, of a template that finds all it names, and of a preset", () => {
    expect(warningsOf({ ...config(), template: "{{title}}" })).toEqual([]);
    expect(warningsOf(presetConfig("ntfy", receiver.url))).toEqual([]);
  });

  test("changes nothing of what is sent, where the two together are too large", () => {
    const missing = Array.from({ length: 10 }, (_, index) => `{{${"x".repeat(280)}${index}}}`);
    const message = channel.render(
      notificationFrom({ ...failedRun(), quotes: '"'.repeat(16_300) }),
      channel.config.parse({
        ...config(),
        template: `["{{quotes}}{{quotes}}${missing.join("")}"]`,
      }),
    );
    expect(message).not.toHaveProperty("note");
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(131_072);
    expect(message.body).toMatch(/^\["(?:\\"){32600}"\]$/);
  });
});

describe("the outcome", () => {
  test("of a receiver that hangs until the attempt's signal fires", async () => {
    const deadline = new AbortController();
    receiver.answer = () => deadline.abort();
    const { signal } = deadline;
    expect(await deliver({ url: receiver.url, template }, undefined, { signal })).toEqual({
      kind: "retry",
      reason: "no answer in time",
    });
  });

  test("of an answer that is not over when the signal fires", async () => {
    const deadline = new AbortController();
    receiver.answer = (response) => response.writeHead(200).flushHeaders();
    const http = testHttpClient({ onStatus: () => deadline.abort() });
    const config = { url: receiver.url, template };
    expect(await deliver(config, undefined, { signal: deadline.signal }, http)).toEqual({
      kind: "delivered",
      status: 200,
      response: "",
    });
  });

  test("says that a plain message stood in for the template, if it arrived", async () => {
    const event = { ...failedRun(), rows: Array.from({ length: 9_000 }, Number) };
    const config = { url: receiver.url, template: { all: "{{#each rows}}x{{/each}}" } };
    expect(await deliver(config, notificationFrom(event))).toEqual({
      kind: "delivered",
      status: 200,
      response: "ok",
      note: "sent as a plain message, since the template can't be filled for this event: it takes more than 1000 steps",
    });
    const [request] = receiver.requests;
    expect(JSON.parse(request?.body.toString() ?? "")).toEqual({
      text: expect.stringMatching(/^Status: failed \| Tenant: Tenant 1/),
    });
    receiver.answer = (response) => void response.writeHead(400).end();
    expect(await deliver(config, notificationFrom(event))).not.toHaveProperty("note");
  });
});
