import { type Receiver, startReceiver, testHost, testHttpClient } from "@syncbell/channel-kit";
import type { Attempt, HttpClient, Outcome } from "@syncbell/core";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type HttpConfig, channel } from "./index.ts";
import { digestEvent, exampleEvent, notificationFrom } from "./testing/events.ts";

const secret = `whsec_${Buffer.alloc(32, 42).toString("base64")}`;
const plain = '{"event_type":"x","status":"y"}';

let receiver: Receiver;
beforeEach(async () => void (receiver = await startReceiver()));
afterEach(() => receiver.close());

function attempt(given: Partial<Attempt> = {}): Attempt {
  const signal = new AbortController().signal;
  return { signal, key: "dlv_01", number: 1, startedAt: Date.now(), ...given };
}

async function deliver(
  raw: string,
  given: Partial<HttpConfig> = {},
  attempts: readonly Attempt[] = [attempt()],
  http: HttpClient = testHttpClient(),
): Promise<readonly Outcome[]> {
  const config: HttpConfig = { url: `${receiver.url}/in?a=1`, secret, format: "raw", ...given };
  const message = channel.render(notificationFrom(raw), config);
  const connection = await channel.connect(config, testHost({ http }));
  const outcomes: Outcome[] = [];
  for (const each of attempts) outcomes.push(await connection.send(message, each));
  return outcomes;
}

describe("the request", () => {
  test.each(["pipeline", "transform"] as const)(
    "carries the %s event to the byte",
    async (task) => {
      const raw = exampleEvent(task);
      expect(await deliver(raw)).toEqual([{ kind: "delivered", status: 200, response: "ok" }]);
      const [request, ...others] = receiver.requests;
      expect(others).toEqual([]);
      expect(request).toMatchObject({ method: "POST", path: "/in?a=1" });
      expect(request?.body.equals(Buffer.from(raw))).toBe(true);
      expect(request?.headers["content-type"]).toBe("application/json");
    },
  );

  test("carries a digest to the byte, signed as any event", async () => {
    await deliver(digestEvent);
    const [request] = receiver.requests;
    const body = request?.body ?? Buffer.alloc(0);
    expect(body.toString()).toBe(digestEvent);
    expect(new Webhook(secret).verify(body, request?.headers as Record<string, string>)).toEqual(
      JSON.parse(digestEvent),
    );
  });

  test.each(["raw", "standard", "cloudevents"] as const)(
    "is signed as %s so that the standardwebhooks package accepts it",
    async (format) => {
      await deliver('{"event_type":"x","status":"é \u{1f514}","n":9007199254740993}', { format });
      const [request] = receiver.requests;
      const body = request?.body ?? Buffer.alloc(0);
      const headers = request?.headers as Record<string, string>;
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body.toString()));
      expect(() => new Webhook(secret).verify(`${body.toString()} `, headers)).toThrow(
        "No matching signature found",
      );
    },
  );

  test("keeps its id on every attempt, and takes the time and a signature anew", async () => {
    const now = Date.now();
    const first = attempt({ startedAt: now - 5_000 });
    const second = attempt({ startedAt: now, number: 2 });
    await deliver(plain, {}, [first, second]);
    const seen = receiver.requests.map(({ headers }) => headers);
    expect(seen.map((headers) => headers["webhook-id"])).toEqual(["dlv_01", "dlv_01"]);
    expect(seen.map((headers) => headers["webhook-timestamp"])).toEqual(
      [now - 5_000, now].map((moment) => String(Math.floor(moment / 1000))),
    );
    expect(seen[0]?.["webhook-signature"]).not.toBe(seen[1]?.["webhook-signature"]);
    for (const headers of seen) {
      expect(new Webhook(secret).verify(plain, headers as Record<string, string>)).toEqual(
        JSON.parse(plain),
      );
    }
  });

  test("carries the receiver's own headers, and none in place of ours", async () => {
    const forged = { "webhook-id": "forged", "webhook-signature": "v1,x", "content-type": "x/y" };
    await deliver(plain, { headers: { Authorization: "Bearer 1", ...forged } });
    const { headers, rawHeaders } = receiver.requests[0] ?? { headers: {}, rawHeaders: [] };
    expect(headers).toMatchObject({
      authorization: "Bearer 1",
      "content-type": "application/json",
      "webhook-id": "dlv_01",
      "webhook-signature": expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
    });
    const names = rawHeaders.filter((_, index) => index % 2 === 0);
    expect(names.filter((name) => /^(?:webhook-|content-type$)/i.test(name))).toHaveLength(4);
  });

  test("is not made without a secret", async () => {
    expect(await deliver(plain, { secret: undefined })).toEqual([
      { kind: "rejected", reason: "has no signing secret" },
    ]);
    expect(receiver.requests).toEqual([]);
  });
});

describe("the outcome", () => {
  test.each([
    [204, { kind: "delivered" }],
    [307, { kind: "rejected", reason: expect.stringContaining("redirects") }],
    [400, { kind: "rejected" }],
    [401, { kind: "unauthorized" }],
    [404, { kind: "unauthorized" }],
    [410, { kind: "gone" }],
    [429, { kind: "retry", afterMs: 7000 }],
    [503, { kind: "retry", afterMs: 7000 }],
  ])("of a status of %i", async (status, outcome) => {
    const elsewhere = await startReceiver();
    const headers = { "retry-after": "7", location: `${elsewhere.url}/` };
    receiver.answer = (response) => void response.writeHead(status, headers).end();
    expect(await deliver(plain)).toEqual([expect.objectContaining({ ...outcome, status })]);
    expect(receiver.requests).toHaveLength(1);
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });

  test("of a connection that is reset", async () => {
    receiver.answer = (response) => response.socket?.resetAndDestroy();
    expect(await deliver(plain)).toEqual([{ kind: "retry", reason: "the connection was reset" }]);
  });

  test("of a receiver that does not answer before the attempt's signal fires", async () => {
    const deadline = new AbortController();
    receiver.answer = () => deadline.abort();
    expect(await deliver(plain, {}, [attempt({ signal: deadline.signal })])).toEqual([
      { kind: "retry", reason: "no answer in time" },
    ]);
  });

  test("of an answer that is not over when the attempt's signal fires", async () => {
    const deadline = new AbortController();
    receiver.answer = (response) => response.writeHead(200).flushHeaders();
    const attempts = [attempt({ signal: deadline.signal })];
    expect(
      await deliver(plain, {}, attempts, testHttpClient({ onStatus: () => deadline.abort() })),
    ).toEqual([{ kind: "delivered", status: 200, response: "" }]);
  });
});
