import { expect, test } from "vitest";
import { bell } from "./testing/bell-channel.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { ownEvents, ownStatuses } from "./testing/own-events.ts";
import { startReceiver } from "./testing/receiver.ts";
import { rule } from "./testing/rules.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";

const HOUR = 60 * 60_000;

test("those who asked for it and the fallback are told in words, and it is kept who was", async () => {
  const clock = new ManualClock();
  const failing = await startMoody(clock);
  const told = await startReceiver();
  const { post, pass, engine } = await startRunning({
    clock,
    destinations: [
      { ...bellAt(failing.url), tenant: "tenant-1", fallback: "mail" },
      { ...bellAt(told.url, "named"), when: rule({ event_type: "destination.failing" }) },
      { ...bellAt(told.url, "everything"), when: rule({ task_type: "pipeline" }) },
      { ...bellAt(told.url, "mail"), tenant: "tenant-9", when: rule({ status: "never" }) },
    ],
  });
  await post({ task_type: "transform" });
  await pass(HOUR);
  const [event] = await ownEvents(engine);
  expect(event).toMatchObject({
    tenantId: "tenant-1",
    said: { tenant: { id: "tenant-1" } },
    decisions: [
      { destinationId: "everything", decision: "filtered" },
      { destinationId: "mail", decision: "deliver", reason: 'is the fallback of "ops"' },
      { destinationId: "named", decision: "deliver" },
      { destinationId: "ops", decision: "filtered" },
    ],
  });
  expect(event?.deliveries.map(({ destinationId, state }) => [destinationId, state])).toEqual([
    ["named", "delivered"],
    ["mail", "delivered"],
  ]);
  expect(told.requests).toHaveLength(2);
  const line =
    "Event: destination.failing | Status: failing | Destination: ops | Reason: answered 503";
  for (const { body } of told.requests) expect(JSON.parse(body)).toEqual({ line });
});

test("two that fail and are each other's fallback do not keep each other busy", async () => {
  const clock = new ManualClock();
  const receiver = await startMoody(clock);
  const { post, pass, engine } = await startRunning({
    clock,
    destinations: [
      { ...bellAt(receiver.url, "a"), fallback: "b" },
      { ...bellAt(receiver.url, "b"), fallback: "a" },
    ],
  });
  await post();
  await pass(40 * HOUR);
  expect(await ownStatuses(engine)).toEqual(["failing", "failing"]);
  // Two of the event, and one each that the other is failing, with eleven attempts.
  expect(receiver.requests).toHaveLength(44);
});

test("a secret that the receiver echoes is not in what is said of it", async () => {
  const clock = new ManualClock();
  const told = await startReceiver();
  const leaky = bell({ send: () => Promise.reject(new Error("token-of-the-bell is wrong")) });
  const { post, pass, engine } = await startRunning({
    clock,
    destinations: [
      { ...bellAt("", "ops", leaky), fallback: "mail" },
      { ...bellAt(told.url, "mail"), when: rule({ event_type: "none" }) },
    ],
  });
  await post();
  await pass(HOUR);
  const [event] = await ownEvents(engine);
  expect(event?.said.destination.reason).toBe('channel "bell" threw: Error: *** is wrong');
  expect(told.requests[0]?.body).not.toContain("token-of-the-bell");
});
