import { type Event, parseEvent } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { sampleEvent } from "./sample-event.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { startReceiver } from "./testing/receiver.ts";
import { rule } from "./testing/rules.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";

const MINUTE = 60_000;

describe("a test notice", () => {
  test("goes to that destination alone, at once, and says what it is", async () => {
    const receiver = await startReceiver();
    const { engine, quiet, delivery } = await startRunning({
      destinations: [
        { ...bellAt(receiver.url), tenant: "tenant-9" },
        bellAt(receiver.url, "other"),
      ],
    });
    const [ops] = engine.destinations.all();
    if (!ops) throw new Error("there is one");
    const { id, deliveries } = await engine.destinations.test(ops);
    await quiet();
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.requests[0]?.body).toContain("Pipeline: Sample pipeline");
    expect(await engine.kept.event(id)).toMatchObject({
      test: true,
      tenantId: "tenant-9",
      decisions: [{ destinationId: "ops", decision: "deliver" }],
    });
    expect((await delivery(deliveries[0]?.id ?? "")).state).toBe("delivered");
  });

  test.each([
    [{ status: "failed" }, "failed"],
    [{ outcome: "skipped" }, "skipped"],
    [{ status: { $gt: 5 } }, "succeeded"],
    [{ "task.id": "another" }, "succeeded"],
    [undefined, "succeeded"],
  ])("is one that the rule %j takes, where there is such a one", async (when, status) => {
    const receiver = await startReceiver();
    const destination = { ...bellAt(receiver.url), ...(when ? { when: rule(when) } : {}) };
    const { engine, quiet } = await startRunning({ destinations: [destination] });
    const [ops] = engine.destinations.all();
    if (!ops) throw new Error("there is one");
    await engine.destinations.test(ops);
    await quiet();
    expect(receiver.requests[0]?.body).toContain(`Status: ${status} |`);
  });

  test("comes through to a paused destination, as what somebody asks for", async () => {
    const receiver = await startReceiver();
    const { engine, quiet, delivery } = await startRunning({
      destinations: [bellAt(receiver.url)],
    });
    const paused = await engine.destinations.setState("ops", "paused");
    if (!paused) throw new Error("there is one");
    const { deliveries } = await engine.destinations.test(paused);
    await quiet();
    expect(await delivery(deliveries[0]?.id ?? "")).toMatchObject({
      state: "delivered",
      attempts: [{ manual: true }],
    });
  });

  test("comes through to a failing destination that is held, and shows that it works again", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    const { engine, post, pass, quiet, delivery } = await startRunning({
      clock,
      destinations: [bellAt(receiver.url)],
    });
    for (let event = 0; event < 5; event++) await post();
    await pass(10 * MINUTE);
    const [ops] = engine.destinations.all();
    if (!ops) throw new Error("there is one");
    expect(ops.health.holdUntil).toBeGreaterThan(clock.now() + MINUTE);
    receiver.status = 200;
    const { deliveries } = await engine.destinations.test(ops);
    await quiet();
    expect((await delivery(deliveries[0]?.id ?? "")).state).toBe("delivered");
    expect(engine.destinations.get("ops")?.health).toMatchObject({ failing: false, failures: 0 });
  });

  test("is not worth delivering after a minute", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    const { engine, pass, delivery } = await startRunning({
      clock,
      destinations: [bellAt(receiver.url)],
    });
    const [ops] = engine.destinations.all();
    if (!ops) throw new Error("there is one");
    const { deliveries } = await engine.destinations.test(ops);
    await pass(2 * MINUTE);
    expect(await delivery(deliveries[0]?.id ?? "")).toMatchObject({ state: "expired" });
    expect(receiver.requests).toHaveLength(4);
  });

  test.each(["succeeded", "failed", "skipped"] as const)(
    "has the shape of a real one: %s",
    (status) => {
      const event: Event = sampleEvent(status, undefined, "evt_1", Date.UTC(2024, 10, 11));
      expect(parseEvent(JSON.parse(JSON.stringify(event)))).toEqual({ ok: true, event });
    },
  );
});
