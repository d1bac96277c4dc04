import { describe, expect, test } from "vitest";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";
import { rowsIn } from "../testing/store-rows.ts";

const twoDestinations = (url: string): string => `${LOOPBACK}destinations:
  - { id: first, channel: slack, config: { url: "${url}/first" } }
  - { id: second, channel: slack, config: { url: "${url}/second" } }
  - { id: failures, channel: slack, config: { url: "${url}/failures" }, when: { outcome: failed } }
`;

test("an event that is taken is answered with its id and the deliveries that it made", async () => {
  const receiver = await startReceiver();
  const { post } = await startRunning({ config: twoDestinations(receiver.url) });
  const { status, headers, body } = await post(postSync());
  expect(status).toBe(202);
  expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(body).toEqual({
    id: expect.stringMatching(/^evt_[0-9A-HJKMNP-TV-Z]{26}$/),
    duplicate: false,
    deliveries: ["first", "second"].map((destination_id) => ({
      id: expect.stringMatching(/^dlv_[0-9A-HJKMNP-TV-Z]{26}$/),
      destination_id,
    })),
  });
});

test("ids sort by the time at which the events came", async () => {
  const { post } = await startRunning();
  const ids: string[] = [];
  for (let n = 0; n < 20; n++) ids.push((await post(postSync({ sync: `sync-${n}` }))).body.id);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(20);
});

test.each([
  ["application/json; charset=utf-8"],
  ["Application/JSON"],
  ["application/cloudevents+json"],
])("an event is taken as %s", async (type) => {
  const { post } = await startRunning();
  expect(await post(postSync(), { "content-type": type })).toMatchObject({ status: 202 });
});

describe("an event that comes again", () => {
  test.each([
    ["Idempotency-Key", { "idempotency-key": "run-1" }],
    ["webhook-id", { "webhook-id": "msg_1" }],
    ["its bytes", {}],
  ])("is known by %s, and nobody is told a second time", async (_, headers) => {
    const receiver = await startReceiver();
    const dispatcher = await startRunning({ config: twoDestinations(receiver.url) });
    const first = await dispatcher.post(postSync(), headers);
    for (const { id } of first.body.deliveries) await dispatcher.attempted(id, 1);
    const again = await dispatcher.post(postSync(), headers);
    expect(again.status).toBe(202);
    expect(again.body).toEqual({ ...first.body, duplicate: true });
    await dispatcher.stop();
    expect(receiver.requests).toHaveLength(2);
    expect(await rowsIn(dispatcher.database)).toMatchObject({
      events: 1,
      deliveries: 2,
      attempts: 2,
    });
  });

  test("is known after a restart too", async () => {
    const receiver = await startReceiver();
    const config = twoDestinations(receiver.url);
    const before = await startRunning({ config });
    const named = await before.post(postSync(), { "idempotency-key": "run-1" });
    const unnamed = await before.post(postSync({ sync: "sync-2" }));
    await before.stop();
    const { folder, database } = before;
    const after = await startRunning({ config, folder });
    const again = await after.post(postSync(), { "idempotency-key": "run-1" });
    expect(again.body).toEqual({ ...named.body, duplicate: true });
    const bytes = await after.post(postSync({ sync: "sync-2" }));
    expect(bytes.body).toEqual({ ...unnamed.body, duplicate: true });
    expect(await after.post(postSync(), { "webhook-id": "run-1" })).toMatchObject({
      body: { id: named.body.id, duplicate: true },
    });
    await after.stop();
    expect(await rowsIn(database)).toMatchObject({ events: 2, deliveries: 4 });
  });

  test("is taken once, however many come at the same moment", async () => {
    const receiver = await startReceiver();
    const dispatcher = await startRunning({ config: twoDestinations(receiver.url) });
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => dispatcher.post(postSync(), { "webhook-id": "same" })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(answers.filter(({ body }) => !body.duplicate)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body.deliveries))).size).toBe(1);
    for (const { id } of answers[0]?.body.deliveries ?? []) await dispatcher.attempted(id, 1);
    await dispatcher.stop();
    expect(receiver.requests).toHaveLength(2);
    expect(await rowsIn(dispatcher.database)).toMatchObject({ events: 1, deliveries: 2 });
  });
});

test("Idempotency-Key goes before webhook-id, and keys tell equal bytes apart", async () => {
  const { post } = await startRunning();
  const one = await post(postSync(), { "idempotency-key": "a", "webhook-id": "x" });
  const two = await post(postSync(), { "idempotency-key": "b", "webhook-id": "x" });
  const three = await post(postSync());
  expect([one, two, three].map(({ body }) => body.duplicate)).toEqual([false, false, false]);
});

test("a key is taken up to 255 characters, and told apart to the last one", async () => {
  const { post } = await startRunning();
  const key = "k".repeat(254);
  const one = await post(postSync(), { "idempotency-key": `${key}1` });
  const two = await post(postSync(), { "idempotency-key": `${key}2` });
  expect([one.body.duplicate, two.body.duplicate]).toEqual([false, false]);
});
