import { expect, test } from "vitest";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";
import { until } from "../testing/until.ts";

async function running() {
  const receiver = await startReceiver();
  const config = `${LOOPBACK}destinations:
  - id: ops
    channel: slack
    config: { url: "${receiver.url}/" }
    when: { status: failed }
    notify: [broke, recovered]
`;
  return { receiver, ...(await startRunning({ config })) };
}

const failed = JSON.parse(postSync({ status: "failed" })) as object;

test("an event is explained as it would be decided now, and nothing is kept or sent", async () => {
  const { call, send, receiver } = await running();
  const { status, body } = await send("POST", "/v1/explain", { event: failed });
  expect(status).toBe(200);
  expect(body).toEqual({
    incident: { transition: "broke", failures: 1, seconds: 0 },
    decisions: [
      {
        destination_id: "ops",
        decision: "deliver",
        reason: 'the pipeline broke (broke); rule matches: status = "failed"',
        due_at: expect.any(String),
      },
    ],
  });
  expect((await call("GET", "/v1/events")).body.data).toEqual([]);
  expect(receiver.requests).toEqual([]);
});

test("a stored event is explained by how its pipeline stood, for a destination that need not exist", async () => {
  const { send, post } = await running();
  const { id } = (await post(postSync({ status: "failed" }))).body;
  const destination = {
    channel: "http",
    config: { url: "https://example.com/" },
    notify: ["failing"],
  };
  const { body } = await send("POST", "/v1/explain", { event_id: id, destination });
  expect(body.decisions).toEqual([
    {
      destination_id: "draft",
      decision: "filtered",
      reason: "the pipeline broke (broke); notify has failing",
    },
  ]);
});

test("a stored event is explained as it was decided, whatever was told since", async () => {
  const { send, post, call, receiver } = await running();
  const { id } = (await post(postSync({ status: "failed", sync: "sync-1" }))).body;
  await until(() => receiver.requests.length === 1);
  const recovered = (await post(postSync({ sync: "sync-2" }))).body.id;
  await until(() => receiver.requests.length === 2);
  for (const event_id of [id, recovered]) {
    const { body } = await send("POST", "/v1/explain", { event_id });
    const { decisions } = (await call("GET", `/v1/events/${event_id}`)).body;
    expect(body.decisions).toMatchObject(decisions);
    expect(decisions).toMatchObject([{ decision: "deliver" }]);
  }
});

test("a preview is the message that would be sent, with its size", async () => {
  const { send } = await running();
  const { body } = await send("POST", "/v1/preview", { event: failed, destination_id: "ops" });
  expect(body.messages).toEqual([
    {
      destination_id: "ops",
      message: expect.objectContaining({ text: expect.stringMatching(/^Status: failed \|/) }),
      bytes: expect.any(Number),
      limit: 40_000,
      warnings: [],
    },
  ]);
});

test.each([
  [{}, 422, "event"],
  [{ event: failed, event_id: "evt_1" }, 422, "event"],
  [{ event: { event_type: "post_sync" } }, 422, "event.status"],
  [{ event: failed, destination: { channel: "none" } }, 422, "destination.channel"],
])("what can't be asked is refused: %j", async (asked, status, path) => {
  const { send } = await running();
  for (const route of ["/v1/explain", "/v1/preview"]) {
    const answer = await send("POST", route, asked);
    expect(answer.status).toBe(status);
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  }
});

test("what is not there is 404", async () => {
  const { send } = await running();
  expect((await send("POST", "/v1/explain", { event_id: "evt_1" })).status).toBe(404);
  const asked = { event: failed, destination_id: "nobody" };
  expect((await send("POST", "/v1/preview", asked)).status).toBe(404);
});
