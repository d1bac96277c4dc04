import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { makeDestination } from "../testing/made-destination.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const ID = /^dst_[0-9A-HJKMNP-TV-Z]{26}$/;

const HEALTHY = {
  status: "healthy",
  failures: 0,
  failing_since: null,
  reason: null,
  next_attempt_at: null,
};

const NEW = {
  state: "active",
  health: HEALTHY,
  created_at: expect.stringMatching(ISO),
  updated_at: expect.stringMatching(ISO),
  disabled_at: null,
};

describe("a destination that the API makes", () => {
  test("is answered as it was written, its made secret this once, and shown with *** then", async () => {
    const { send, call } = await startRunning();
    const written = {
      channel: "http",
      config: { url: "https://example.com/in", headers: { "X-Key": "pl4in-key" } },
      tenant: "tenant-1",
      when: { status: "failed" },
      expire: "12h",
      pace: { per_second: 2, burst: 5 },
    };
    const { status, headers, body } = await send("POST", "/v1/destinations", written);
    expect(status).toBe(201);
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    const config = { ...written.config, format: "raw", headers: { "X-Key": "***" } };
    const view = { ...written, ...NEW, id: expect.stringMatching(ID), source: "api" };
    const made = { ...config, secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) };
    expect(body).toEqual({ ...view, config: made });
    const masked = { ...body, config: { ...config, secret: "***" } };
    expect((await call("GET", `/v1/destinations/${body.id}`)).body).toEqual(masked);
    expect((await call("GET", "/v1/destinations")).body).toEqual({
      data: [masked],
      next_cursor: null,
    });
  });

  test("is delivered to at once, signed with the secret that was shown", async () => {
    const receiver = await startReceiver();
    const dispatcher = await startRunning({ config: LOOPBACK });
    const { id, config } = await makeDestination(dispatcher, `${receiver.url}/in`);
    const { state, destination_id } = await dispatcher.delivered(postSync());
    expect([state, destination_id]).toEqual(["delivered", id]);
    const [request] = receiver.requests;
    const headers = request?.headers as Record<string, string>;
    expect(() => new Webhook(config["secret"]).verify(request?.body ?? "", headers)).not.toThrow();
  });

  test("keeps a secret that it is given, and does not say it again", async () => {
    const { send } = await startRunning();
    const secret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
    const config = { url: "https://example.com/", secret };
    const { status, text } = await send("POST", "/v1/destinations", { channel: "http", config });
    expect(status).toBe(201);
    expect(text).not.toContain(secret);
  });

  test("hears of what its rule and its tenant let through, and of nothing from before", async () => {
    const receiver = await startReceiver();
    const dispatcher = await startRunning({ config: LOOPBACK });
    await dispatcher.post(postSync({ sync: "before", status: "failed" }));
    const ruled = { when: { status: "failed" }, tenant: "tenant-1" };
    const { id } = await makeDestination(dispatcher, receiver.url, ruled);
    const succeeded = (await dispatcher.post(postSync({ sync: "good" }))).body;
    const theirs = postSync({ status: "failed", tenant: { id: "tenant-2", name: "Umbrella" } });
    const other = (await dispatcher.post(theirs)).body;
    const failed = (await dispatcher.post(postSync({ status: "failed" }))).body;
    expect([succeeded.deliveries, other.deliveries]).toEqual([[], []]);
    expect(failed.deliveries).toEqual([{ id: expect.any(String), destination_id: id }]);
    const decisionsOf = async (event: string) =>
      (await dispatcher.call("GET", `/v1/events/${event}`)).body.decisions;
    expect(await decisionsOf(succeeded.id)).toMatchObject([{ decision: "filtered" }]);
    expect(await decisionsOf(other.id)).toEqual([]);
  });

  test.each([
    [
      "slack",
      { url: "https://hooks.example.com/services/T0/B0/x" },
      { url: "***", format: "line" },
    ],
    [
      "teams",
      { mode: "workflow", url: "https://example.com/workflows/x" },
      { mode: "workflow", url: "***" },
    ],
    [
      "template",
      { preset: "ntfy", url: "https://ntfy.example.com", topic: "syncs", token: "tk_secret" },
      { preset: "ntfy", topic: "syncs", token: "***" },
    ],
  ])("may be of the channel %s", async (channel, config, shown) => {
    const { send, call } = await startRunning();
    const { status, body } = await send("POST", "/v1/destinations", { channel, config });
    expect({ status, body }).toMatchObject({ status: 201, body: { channel, config: shown } });
    expect((await call("GET", `/v1/destinations/${body.id}`)).body).toEqual(body);
  });
});

test("a destination of the file is shown beside them, as it is written, its secrets masked", async () => {
  const dispatcher = await startRunning({
    env: { KEY: "k3y-by-env" },
    config: `destinations:
  - id: ops
    channel: http
    config: { url: https://example.com/in, headers: { X-Key: { env: KEY } } }
    when: { status: [failed, cancelled] }
    expire: 1h
    fallback: mail
  - { id: mail, channel: slack, config: { url: https://example.com/mail } }
`,
  });
  const made = await makeDestination(dispatcher, "https://example.com/", { fallback: "ops" });
  const { body, text } = await dispatcher.call("GET", "/v1/destinations");
  expect(body.data).toMatchObject([
    { id: made.id, source: "api", fallback: "ops" },
    { id: "mail", source: "file", config: { url: "***" } },
    {
      id: "ops",
      channel: "http",
      config: { url: "https://example.com/in", headers: { "X-Key": "***" }, secret: "***" },
      when: { status: ["failed", "cancelled"] },
      expire: "1h",
      fallback: "mail",
      source: "file",
      ...NEW,
    },
  ]);
  for (const hidden of ["k3y-by-env", dispatcher.newSecrets[0]?.secret, made.config["secret"]]) {
    expect(text).not.toContain(hidden);
  }
});
