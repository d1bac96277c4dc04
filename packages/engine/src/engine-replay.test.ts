import { describe, expect, test } from "vitest";
import { ManualClock } from "./testing/manual-clock.ts";
import { type MoodyReceiver, startMoody } from "./testing/moody-receiver.ts";
import { keysOf, syncsOf } from "./testing/receiver.ts";
import { rule } from "./testing/rules.ts";
import { type RunningEngine, bellAt, startRunning } from "./testing/running-engine.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Started extends RunningEngine {
  readonly receiver: MoodyReceiver;
}

/** An engine with the destinations `ops` and, for failures alone, `failures`, at one receiver. */
async function start(): Promise<Started> {
  const clock = new ManualClock();
  const receiver = await startMoody(clock);
  const destinations = [
    bellAt(receiver.url),
    { ...bellAt(receiver.url, "failures"), when: rule({ status: "failed" }) },
  ];
  return { ...(await startRunning({ clock, destinations })), receiver };
}

/** The syncs of which messages came in since this many requests. */
const syncsSince = ({ receiver }: Started, count: number): readonly string[] =>
  syncsOf({ requests: receiver.requests.slice(count) });

async function eventOf({ engine, delivery }: Started, deliveryId: string) {
  const event = await engine.kept.event((await delivery(deliveryId)).eventId);
  if (!event) throw new Error("there is no such event");
  return event;
}

describe("an event that is delivered once more", () => {
  test("goes to all that it was meant for, as new deliveries, at once", async () => {
    const running = await start();
    running.receiver.status = 200;
    const [first = ""] = await running.post();
    await running.quiet();
    const event = await eventOf(running, first);
    const again = await running.engine.replays.event(event);
    expect(again.map(({ destinationId }) => destinationId)).toEqual(["ops"]);
    await running.quiet();
    expect((await running.delivery(again[0]?.id ?? "")).state).toBe("delivered");
    expect(keysOf(running.receiver)).toEqual([first, again[0]?.id]);
    expect((await eventOf(running, first)).deliveries).toHaveLength(2);
  });

  test("goes to those that are named, once each, whatever was decided for them", async () => {
    const running = await start();
    running.receiver.status = 200;
    const event = await eventOf(running, (await running.post())[0] ?? "");
    const named = ["failures", "failures", "ops", "nobody"];
    const again = await running.engine.replays.event(event, named);
    expect(again.map(({ destinationId }) => destinationId)).toEqual(["failures", "ops"]);
    await running.quiet();
    expect(running.receiver.requests).toHaveLength(3);
  });

  test("does not go to one that is disabled, and waits for one that is paused", async () => {
    const running = await start();
    const { engine, receiver } = running;
    receiver.status = 410;
    const [ops = "", failures = ""] = await running.post({ status: "failed" });
    await running.quiet();
    expect(engine.destinations.all().map(({ state }) => state)).toEqual(["disabled", "disabled"]);
    await engine.destinations.setState("failures", "active");
    await engine.destinations.setState("failures", "paused");
    receiver.status = 200;
    const again = await engine.replays.event(await eventOf(running, ops));
    expect(again.map(({ destinationId }) => destinationId)).toEqual(["failures"]);
    await running.pass(HOUR);
    expect(keysOf(receiver).toSorted()).toEqual([ops, failures].toSorted());
    await engine.destinations.setState("failures", "active");
    await running.quiet();
    expect(receiver.requests.at(-1)?.headers["x-key"]).toBe(again[0]?.id);
  });
});

describe("a stretch of time that is delivered once more", () => {
  test("is what failed in it and never arrived, each once, and nothing outside of it", async () => {
    const running = await start();
    const { engine, receiver, post, pass, quiet, clock } = running;
    receiver.status = 400;
    await post({ sync: "before" });
    await pass(MINUTE);
    const since = clock.now();
    for (const sync of ["a", "b"]) await post({ sync });
    const [made] = await post({ sync: "made up for" });
    await quiet();
    receiver.status = 200;
    await post({ sync: "arrived" });
    await engine.retry(made ?? "");
    await quiet();
    await pass(MINUTE);
    const until = clock.now();
    receiver.status = 400;
    await post({ sync: "after" });
    await quiet();

    receiver.status = 200;
    const asked = receiver.requests.length;
    const { id, state, total } = await engine.replays.destination("ops", { since, until });
    expect([state, total]).toEqual(["running", 2]);
    await pass(500, 25);
    expect(await engine.kept.replay(id)).toMatchObject({ state: "done", total: 2, done: 2 });
    expect(syncsSince(running, asked).toSorted()).toEqual(["a", "b"]);

    await engine.replays.destination("ops", { since, until });
    await pass(500, 25);
    expect(receiver.requests).toHaveLength(asked + 2);
  });

  test("is of the states that are named", async () => {
    const running = await start();
    const { engine, receiver, post, pass, quiet } = running;
    const [cancelled = ""] = await post({ sync: "cancelled" });
    await quiet();
    await engine.cancel(cancelled);
    receiver.status = 400;
    await post({ sync: "failed" });
    await quiet();
    receiver.status = 200;
    await post({ sync: "arrived" });
    await pass(MINUTE);
    const asked = receiver.requests.length;
    await engine.replays.destination("ops", { since: 0, states: ["cancelled", "delivered"] });
    await pass(500, 25);
    expect(syncsSince(running, asked).toSorted()).toEqual(["arrived", "cancelled"]);
  });

  test("leaves test notices out", async () => {
    const { engine, receiver, pass, quiet } = await start();
    receiver.status = 400;
    const [ops] = engine.destinations.all();
    if (!ops) throw new Error("there is one");
    await engine.destinations.test(ops);
    await quiet();
    receiver.status = 200;
    const { id } = await engine.replays.destination(ops.destination.id, { since: 0 });
    await pass(500, 25);
    expect(await engine.kept.replay(id)).toMatchObject({ state: "done", total: 0 });
    expect(receiver.requests).toHaveLength(1);
  });

  test("ends with its destination", async () => {
    const { engine, receiver, post, pass, quiet } = await start();
    receiver.status = 400;
    for (let event = 0; event < 3; event++) await post();
    await quiet();
    const { id } = await engine.replays.destination("ops", { since: 0 });
    await engine.destinations.remove("ops");
    await pass(500, 25);
    expect((await engine.kept.replay(id))?.state).toBe("cancelled");
    expect(receiver.requests).toHaveLength(3);
  });
});
