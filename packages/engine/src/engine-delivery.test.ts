import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bytesOf, postSync } from "./testing/events.ts";
import { answeringWith, startReceiver } from "./testing/receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";

describe("a receiver that fails twice and then takes the message", () => {
  test("gets three attempts, as the schedule has them, with one key", async () => {
    const receiver = await startReceiver((response, index) =>
      response.writeHead(index < 2 ? 503 : 200).end(`answer ${index}`),
    );
    const { post, attempted, clock } = await startRunning({ destinations: [bellAt(receiver.url)] });
    const start = clock.now();
    const [id = ""] = await post({ status: "failed" });

    await attempted(id, 1);
    await clock.advance(4_999);
    expect(receiver.requests).toHaveLength(1);
    await clock.advance(1);
    await attempted(id, 2);
    await clock.advance(29_999);
    expect(receiver.requests).toHaveLength(2);
    await clock.advance(1);
    const delivery = await attempted(id, 3);

    expect(delivery.state).toBe("delivered");
    expect(delivery.attempts.map(({ startedAt }) => startedAt - start)).toEqual([0, 5_000, 35_000]);
    expect(delivery.attempts).toMatchObject([
      { number: 1, outcome: "retry", status: 503, reason: "answered 503", response: "answer 0" },
      { number: 2, outcome: "retry", status: 503, reason: "answered 503", response: "answer 1" },
      { number: 3, outcome: "delivered", status: 200, reason: undefined, response: "answer 2" },
    ]);
    expect(receiver.requests.map(({ headers }) => headers["x-key"])).toEqual([id, id, id]);
    expect(receiver.requests.map(({ headers }) => headers["x-number"])).toEqual(["1", "2", "3"]);
    expect(receiver.requests[0]?.body).toContain("Status: failed | Tenant: Test Tenant");
  });

  test("is left in peace afterwards", async () => {
    const receiver = await startReceiver((response, index) =>
      response.writeHead(index < 1 ? 500 : 204).end(),
    );
    const { post, reached, clock } = await startRunning({ destinations: [bellAt(receiver.url)] });
    const [id = ""] = await post();
    await reached(id, "pending");
    await clock.advance(5_000);
    await reached(id, "delivered");
    await clock.skip(60 * 60_000);
    expect(receiver.requests).toHaveLength(2);
  });
});

describe("what a receiver answers decides what comes next", () => {
  test.each([
    [400, "failed", "rejected"],
    [302, "failed", "rejected"],
    [410, "failed", "gone"],
    [200, "delivered", "delivered"],
    [202, "delivered", "delivered"],
  ] as const)("%i: the delivery has %s at once", async (status, state, outcome) => {
    const receiver = await startReceiver(answeringWith(status));
    const { post, reached, clock } = await startRunning({ destinations: [bellAt(receiver.url)] });
    const [id = ""] = await post();
    expect((await reached(id, state)).attempts).toMatchObject([{ status, outcome }]);
    await clock.skip(60 * 60_000);
    expect(receiver.requests).toHaveLength(1);
  });

  test("401: it is tried again on the slow part of the schedule", async () => {
    const receiver = await startReceiver(answeringWith(401));
    const { post, attempted, clock } = await startRunning({ destinations: [bellAt(receiver.url)] });
    const [id = ""] = await post();
    const { dueAt, state } = await attempted(id, 1);
    expect([state, dueAt - clock.now()]).toEqual(["pending", 10 * 60_000]);
    await clock.advance(10 * 60_000);
    expect((await attempted(id, 2)).dueAt - clock.now()).toBe(30 * 60_000);
  });

  test("Retry-After: it is tried again when the receiver asks for it", async () => {
    const receiver = await startReceiver(answeringWith(429, { "retry-after": "90.5" }));
    const { post, attempted, clock } = await startRunning({ destinations: [bellAt(receiver.url)] });
    const [id = ""] = await post();
    expect((await attempted(id, 1)).dueAt - clock.now()).toBe(90_500);
  });
});

describe("one event for several destinations", () => {
  test("each gets it once, and only the one that fails is tried again", async () => {
    const good = [await startReceiver(), await startReceiver()];
    const bad = await startReceiver((response, index) =>
      response.writeHead(index ? 200 : 500).end(),
    );
    const { post, reached, clock } = await startRunning({
      destinations: [...good, bad].map(({ url }, index) => bellAt(url, `d${index}`)),
    });
    const ids = await post();
    await Promise.all(ids.slice(0, 2).map((id) => reached(id, "delivered")));
    await reached(ids[2] ?? "", "pending");
    await clock.advance(5_000);
    await reached(ids[2] ?? "", "delivered");
    expect([...good, bad].map(({ requests }) => requests.length)).toEqual([1, 1, 2]);
    const keys = [...good, bad].map(({ requests }) => requests[0]?.headers["x-key"]);
    expect(keys).toEqual(ids);
  });
});

describe("expiry", () => {
  test("a message that is not worth delivering any more is not sent, and says so", async () => {
    const receiver = await startReceiver(answeringWith(503));
    const destination = { ...bellAt(receiver.url), expireMs: 20_000 };
    const { post, attempted, reached, clock } = await startRunning({ destinations: [destination] });
    const [id = ""] = await post();
    await attempted(id, 1);
    await clock.advance(5_000);
    await attempted(id, 2);
    await clock.advance(15_000);
    const delivery = await reached(id, "expired");
    expect(delivery.attempts).toHaveLength(2);
    expect(receiver.requests).toHaveLength(2);
  });

  test("an attempt that ends after the expiry is the last one", async () => {
    const receiver = await startReceiver((response) => response.writeHead(503).end());
    const destination = { ...bellAt(receiver.url), expireMs: 5_001 };
    const { post, attempted, reached, clock } = await startRunning({ destinations: [destination] });
    const [id = ""] = await post();
    await attempted(id, 1);
    await clock.advance(5_000);
    await attempted(id, 2);
    await clock.advance(1);
    expect((await reached(id, "expired")).attempts).toHaveLength(2);
  });
});

test("an event is kept as it was posted, with what was decided and what is owed", async () => {
  const receiver = await startReceiver();
  const { engine, reached } = await startRunning({ destinations: [bellAt(receiver.url)] });
  const text = ` {"z":1, "a":12345678901234567890, "event_type":"post_sync",\t"n":1.10,"ü":"\\u00e4😀"`;
  const bytes = Buffer.from(`${text},${JSON.stringify(postSync()).slice(1)}\n`);
  const accepted = await engine.accept({ bytes });
  if (accepted.kind !== "accepted") throw new Error(accepted.kind);
  await reached(accepted.deliveries[0]?.id ?? "", "delivered");
  const event = await engine.kept.event(accepted.id);
  expect(Buffer.from(event?.body ?? []).equals(bytes)).toBe(true);
  const digest = createHash("sha256")
    .update(event?.body ?? "")
    .digest("hex");
  expect(digest).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(event).toMatchObject({
    id: accepted.id,
    type: "post_sync",
    decisions: [{ destinationId: "ops", decision: "deliver" }],
    deliveries: [{ ...accepted.deliveries[0], state: "delivered" }],
  });
  expect(await engine.kept.event("evt_none")).toBeUndefined();
  expect(await engine.kept.delivery("dlv_none")).toBeUndefined();
  expect((await engine.accept({ bytes: bytesOf({}) })).kind).toBe("invalid");
});
