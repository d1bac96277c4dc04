import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { LOOPBACK } from "./testing/config-file.ts";
import { type Fixture, fixture, postSync } from "./testing/events.ts";
import { startReceiver } from "./testing/receiver.ts";
import { startRunning } from "./testing/running-dispatcher.ts";

const SECRET = `whsec_${Buffer.alloc(32, 42).toString("base64")}`;

const PIPELINE = "Pipeline: tenant-1-tap-salesforce-to-primary | Source: Salesforce";
const LINES: Readonly<Record<Fixture, string>> = {
  "pipeline.post_sync.succeeded": `Status: succeeded | Tenant: Tenant 1 | ${PIPELINE} | Sync: sync-9417afp9das7qkrzbqvz | Started: 2022-04-23 19:10:41+00:00 | Stopped: 2022-04-23 19:10:41+00:00`,
  "transform.post_sync.succeeded":
    "Status: succeeded | Tenant: Tenant 1 | Transform: Full Refresh: seed, run, test | Sync: sync-njxpamxorr78jb4xaz3u | Started: 2022-04-23 19:10:41+00:00 | Stopped: 2022-04-23 19:10:41+00:00",
  "pipeline.post_sync.failed": `Status: failed | Tenant: Tenant 1 | ${PIPELINE} | Sync: sync-5cw2n8b1mz0kqv3t7rfy | Started: 2022-04-23 19:08:02+00:00 | Stopped: 2022-04-23 19:10:41+00:00`,
};

/** A dispatcher that tells a Slack-shaped and an HTTP receiver of everything. */
async function tellingBoth() {
  const receiver = await startReceiver();
  const dispatcher = await startRunning({
    env: { SECRET },
    config: `${LOOPBACK}destinations:
  - { id: slack, channel: slack, config: { url: "${receiver.url}/services/T0/B0/x" } }
  - { id: system, channel: http, config: { url: "${receiver.url}/in", secret: { env: SECRET } } }
`,
  });
  const deliver = async (body: string | Uint8Array) => {
    const { deliveries } = (await dispatcher.post(body)).body;
    for (const { id } of deliveries) await dispatcher.attempted(id, 1);
    const [slack, ...slacks] = receiver.at("/services/T0/B0/x");
    const [system, ...systems] = receiver.at("/in");
    if (!slack || !system) throw new Error("both are told");
    expect([slacks, systems]).toEqual([[], []]);
    return { slack, system, systemDelivery: deliveries[1].id };
  };
  return { ...dispatcher, deliver };
}

test.each(Object.entries(LINES))("%s reaches Slack as its line", async (name, line) => {
  const { deliver } = await tellingBoth();
  const { slack } = await deliver(fixture(name as Fixture));
  expect(slack.headers["content-type"]).toMatch(/^application\/json/);
  expect(JSON.parse(slack.body.toString())).toMatchObject({ text: line });
});

test.each(Object.keys(LINES))("%s reaches a system as it came, signed", async (name) => {
  const { deliver } = await tellingBoth();
  const { system, systemDelivery } = await deliver(fixture(name as Fixture));
  expect(system.body.equals(fixture(name as Fixture))).toBe(true);
  expect(system.headers).toMatchObject({
    "content-type": "application/json",
    "webhook-id": systemDelivery,
  });
  const headers = system.headers as Record<string, string>;
  const posted = JSON.parse(fixture(name as Fixture).toString());
  expect(new Webhook(SECRET).verify(system.body, headers)).toEqual(posted);
  const other = `whsec_${Buffer.alloc(32, 43).toString("base64")}`;
  expect(() => new Webhook(other).verify(system.body, headers)).toThrow("signature");
});

test("the line of the format's own example is met to the byte", async () => {
  const { deliver } = await tellingBoth();
  const { slack } = await deliver(
    postSync({
      sync: "sync-7yq5xvmvb1xtq5g7k6aw",
      tenant: { id: "tenant-1", name: "Test Tenant" },
      task: { id: "pipeline-1", name: "Salesforce", extractor: { label: "Salesforce" } },
      started_at: "2024-11-11T10:00:34.512+00:00",
      stopped_at: "2024-11-11T11:11:19.999999+01:00",
    }),
  );
  expect(JSON.parse(slack.body.toString()).text).toBe(
    "Status: succeeded | Tenant: Test Tenant | Pipeline: Salesforce | Source: Salesforce | Sync: sync-7yq5xvmvb1xtq5g7k6aw | Started: 2024-11-11 10:00:34+00:00 | Stopped: 2024-11-11 10:11:19+00:00",
  );
});

test("an event keeps its bytes all the way: order, large numbers, escapes, white space", async () => {
  const odd = `\n{ "n": 9007199254740993, "x": 1.10, "s": "\\u00e9é\\/", "2": 0, "1": 0,${postSync().slice(1)}\r\n`;
  const { deliver } = await tellingBoth();
  const { system } = await deliver(odd);
  expect(system.body.toString()).toBe(odd);
  const headers = system.headers as Record<string, string>;
  expect(() => new Webhook(SECRET).verify(system.body, headers)).not.toThrow();
});

test("no text of an event acts in Slack: no mention, no link, no new line", async () => {
  const { deliver } = await tellingBoth();
  const hostile = "<!channel> <https://evil.example|click> &lt;!here&gt;\n*x* \u202egnp.exe";
  const { slack } = await deliver(postSync({ taskName: hostile }));
  const { text, mrkdwn } = JSON.parse(slack.body.toString());
  expect(mrkdwn).toBe(false);
  expect(text).toBe(
    "Status: succeeded | Tenant: Acme | Pipeline: &lt;!channel&gt; &lt;https://evil.example|click&gt; &amp;lt;!here&amp;gt; *x* gnp.exe | Sync: sync-1",
  );
});
