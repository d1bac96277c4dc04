import { expect, test } from "vitest";
import { LOOPBACK } from "./testing/config-file.ts";
import { postSync } from "./testing/events.ts";
import { startReceiver } from "./testing/receiver.ts";
import { startRunning } from "./testing/running-dispatcher.ts";

const PASSWORD = "hunter2-S3cret";
const DSN = `postgresql://loader:${PASSWORD}@db.example.internal:5432/warehouse`;

test("what a receiver says back of the secrets that it was sent is masked", async () => {
  const receiver = await startReceiver((response, { headers, path }) => {
    const url = `${receiver.url}${path}`;
    const said = [url, encodeURIComponent(url), headers["x-key"], headers.authorization];
    response.writeHead(400, { "content-type": "text/html" });
    response.end(`<p>no: ${said.join(" | ")} | api_key=a-key-of-theirs </p>`);
  });
  const { delivered, log } = await startRunning({
    env: { AUTH: "Bearer h3ader/token+of=it" },
    config: `${LOOPBACK}destinations:
  - id: system
    channel: http
    config:
      url: ${receiver.url}/in?key=qu3ry-key
      headers: { Authorization: { env: AUTH }, X-Key: pl4in-key }
`,
  });
  const { attempts } = await delivered(postSync());
  expect(attempts[0]).toMatchObject({ status: 400, outcome: "rejected" });
  expect(attempts[0]?.response).toBe("<p>no: *** | *** | *** | *** | api_key=*** </p>");
  for (const hidden of ["qu3ry-key", "h3ader", "pl4in-key", "a-key-of-theirs", receiver.url]) {
    expect(log.join("\n")).not.toContain(hidden);
  }
});

test("a webhook's URL is masked in what Slack says of it", async () => {
  const receiver = await startReceiver((response, { path }) => {
    response.writeHead(403).end(`invalid_token ${receiver.url}${path}`);
  });
  const url = `${receiver.url}/services/T00000000/B00000000/webh00k-s3cret`;
  const { post, attempted, log } = await startRunning({
    config: `${LOOPBACK}destinations: [{ id: ops, channel: slack, config: { url: "${url}" } }]`,
  });
  const { id } = (await post(postSync())).body.deliveries[0];
  const { attempts } = await attempted(id, 1);
  expect(attempts[0]?.response).toBe("invalid_token ***");
  expect(log.join("\n")).not.toContain("webh00k");
});

test("a secret in an event is masked in the line, in reasons and in the log", async () => {
  const receiver = await startReceiver();
  const { post, call, attempted, log } = await startRunning({
    config: `${LOOPBACK}destinations:
  - { id: ops, channel: slack, config: { url: "${receiver.url}/" } }
  - { id: picky, channel: slack, config: { url: "${receiver.url}/" }, when: { task.name: other } }
`,
  });
  const { id, deliveries } = (await post(postSync({ taskName: `load ${DSN} now` }))).body;
  await attempted(deliveries[0].id, 1);
  const { text } = JSON.parse(receiver.requests[0]?.body.toString() ?? "");
  expect(text).toBe(
    "Status: succeeded | Tenant: Acme | Pipeline: load postgresql://loader:***@db.example.internal:5432/warehouse now | Sync: sync-1",
  );
  const { decisions } = (await call("GET", `/v1/events/${id}`)).body;
  expect(decisions[1].reason).toContain('(it is "load postgresql://loader:***@');
  expect(log.join("\n")).not.toContain(PASSWORD);
});

test("an answer is kept without what could act on an operator's screen, and not beyond 4 KiB", async () => {
  const receiver = await startReceiver((response) => {
    response.writeHead(400).end(`\u001b[2J\u0007red\u202e\r\n${"x".repeat(100_000)}`);
  });
  const { delivered } = await startRunning({
    config: `${LOOPBACK}destinations: [{ id: ops, channel: http, config: { url: "${receiver.url}/" } }]`,
  });
  const { attempts } = await delivered(postSync());
  const response = attempts[0]?.response ?? "";
  expect(response.slice(0, 10)).toBe("[2Jred\nxxx");
  expect(response.length).toBeLessThanOrEqual(4096);
  expect(response.endsWith("x…")).toBe(true);
});
