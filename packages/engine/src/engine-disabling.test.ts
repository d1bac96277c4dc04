import { describe, expect, test } from "vitest";
import { type BellChanges, bell } from "./testing/bell-channel.ts";
import { bytesOf, postSync } from "./testing/events.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { ownEvents, ownStatuses } from "./testing/own-events.ts";
import { startReceiver, syncsOf } from "./testing/receiver.ts";
import { type RunningEngine, bellAt, restarted, startRunning } from "./testing/running-engine.ts";
import { until } from "./testing/until.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Posts an event and answers what was decided for `ops`, and how many deliveries that made. */
async function decidedFor({ engine }: RunningEngine, sync: string): Promise<readonly unknown[]> {
  const accepted = await engine.accept({ bytes: bytesOf(postSync({ sync })) });
  if (accepted.kind !== "accepted") throw new Error(accepted.kind);
  const decisions = (await engine.kept.event(accepted.id))?.decisions;
  const { decision, reason } =
    decisions?.find(({ destinationId }) => destinationId === "ops") ?? {};
  const mine = accepted.deliveries.filter(({ destinationId }) => destinationId === "ops");
  return [decision, reason, mine.length];
}

describe("a destination that fails for five days", () => {
  test("is disabled; then it is owed nothing, and a replay makes up for all of it", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    const running = await startRunning({ clock, destinations: [bellAt(receiver.url)] });
    const { post, pass, engine, delivery } = running;
    const start = clock.now();
    const posted: string[] = [];
    for (let event = 0; event < 8; event++) {
      posted.push(...(await post()));
      await pass(16 * HOUR);
    }

    expect(await ownStatuses(engine)).toEqual(["failing", "disabled"]);
    const disabled = (await ownEvents(engine))[1];
    expect((disabled?.receivedAt ?? 0) - start).toBeGreaterThanOrEqual(5 * DAY);
    expect((disabled?.receivedAt ?? 0) - start).toBeLessThan(5 * DAY + 8 * HOUR);
    expect(disabled?.said.destination.failing_since).toBe(new Date(start).toISOString());
    expect(engine.destinations.get("ops")).toMatchObject({
      state: "disabled",
      disabledAt: disabled?.receivedAt,
    });
    const ended = await Promise.all(posted.map(delivery));
    expect(new Set(ended.map(({ state }) => state))).toEqual(new Set(["failed"]));
    const reasons = ended.map(({ reason }) => reason);
    expect(reasons.slice(-2)).toEqual([
      "the destination was disabled",
      "the destination was disabled",
    ]);
    expect(reasons[0]).toBeUndefined();

    const asked = receiver.requests.length;
    expect(await decidedFor(running, "missed")).toEqual([
      "disabled",
      "the destination is disabled; else: no rule: hears of every event",
      0,
    ]);
    await pass(2 * DAY);
    expect(receiver.requests).toHaveLength(asked);

    receiver.status = 200;
    await engine.destinations.setState("ops", "active");
    await pass(HOUR);
    expect(receiver.requests).toHaveLength(asked);
    await engine.replays.destination("ops", { since: start });
    await pass(1_000, 100);
    const again = syncsOf({ requests: receiver.requests.slice(asked) });
    const syncs = posted.map((_, index) => `sync-${index + 1}`);
    expect(again.toSorted()).toEqual([...syncs, "missed"].toSorted());
    expect(engine.destinations.get("ops")).toMatchObject({ state: "active" });
    expect(await decidedFor(running, "next")).toEqual([
      "deliver",
      "no rule: hears of every event",
      1,
    ]);
    expect(await ownStatuses(engine)).toEqual(["failing", "disabled", "recovered"]);
  });

  test("not, where an answer came in between", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    const { post, pass, engine } = await startRunning({
      clock,
      destinations: [bellAt(receiver.url)],
    });
    for (let day = 0; day < 8; day++) {
      receiver.status = day === 4 ? 400 : 503;
      await post();
      await pass(DAY);
    }
    expect(await ownStatuses(engine)).toEqual(["failing", "recovered", "failing"]);
    expect(engine.destinations.get("ops")?.state).toBe("active");
  });

  test("not, where nothing was sent for more than a day", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    const { post, pass, engine } = await startRunning({
      clock,
      destinations: [bellAt(receiver.url)],
    });
    for (let round = 0; round < 4; round++) {
      await post();
      await pass(3 * DAY);
    }
    expect(await ownStatuses(engine)).toEqual(["failing"]);
    expect(engine.destinations.get("ops")?.state).toBe("active");
  });
});

describe("a destination that is gone", () => {
  test("is disabled at once, and its fallback is told", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    receiver.status = 410;
    const mail = await startReceiver();
    const options = {
      clock,
      destinations: [{ ...bellAt(receiver.url), fallback: "mail" }, bellAt(mail.url, "mail")],
    };
    const running = await startRunning(options);
    const [id = ""] = await running.post({ sync: "first" });
    await running.quiet();
    expect(await running.delivery(id)).toMatchObject({
      state: "failed",
      attempts: [{ outcome: "gone", status: 410 }],
    });
    expect(await ownStatuses(running.engine)).toEqual(["disabled"]);
    expect(mail.requests.map(({ body }) => body).join()).toContain("destination.disabled");
    expect((await decidedFor(running, "second"))[0]).toBe("disabled");

    const again = await restarted(running, options);
    expect(again.engine.destinations.get("ops")).toMatchObject({ state: "disabled" });
    expect((await decidedFor(again, "third"))[0]).toBe("disabled");
    await again.pass(HOUR);
    expect(receiver.requests).toHaveLength(1);

    // Another definition in the file is as good as making it active again.
    const next = await startReceiver();
    const moved = await restarted(again, {
      destinations: [bellAt(next.url), bellAt(mail.url, "mail")],
    });
    expect((await decidedFor(moved, "fourth"))[0]).toBe("deliver");
    await moved.quiet();
    expect(syncsOf(next)).toEqual(["fourth"]);
  });

  test("is told once of several that were under way together, and a late answer undoes nothing", async () => {
    const answers: ((status: number) => void)[] = [];
    const receiver = await startReceiver((response) => {
      answers.push((status) => void response.writeHead(status).end());
    });
    const running = await startRunning({ destinations: [bellAt(receiver.url)] });
    const { post, quiet, engine } = running;
    await post();
    await until(() => answers.length === 1);
    answers[0]?.(200);
    await quiet();
    for (let event = 0; event < 4; event++) await post();
    await until(() => answers.length === 5);
    answers[1]?.(410);
    answers[2]?.(410);
    await until(async () => (await ownStatuses(engine)).length > 0);
    answers[3]?.(200);
    answers[4]?.(503);
    await quiet();
    expect(await ownStatuses(engine)).toEqual(["disabled"]);
    expect(engine.destinations.get("ops")).toMatchObject({ state: "disabled" });
    const { health } = engine.destinations.get("ops") ?? {};
    expect(health).toMatchObject({ failing: true, failures: 1, reason: "answered 410" });
  });

  test("starts anew when somebody makes it active again, and is not told of twice", async () => {
    const outcomes: readonly object[] = [
      { kind: "gone", reason: "the channel is archived" },
      { kind: "retry", reason: "not now" },
    ];
    const sent: number[] = [];
    const send: BellChanges["send"] = () => Promise.resolve(outcomes[sent.push(0) - 1]);
    const { post, quiet, engine } = await startRunning({
      destinations: [bellAt("", "ops", bell({ send }))],
    });
    await post();
    await quiet();
    expect(engine.destinations.get("ops")?.state).toBe("disabled");
    await engine.destinations.setState("ops", "active");
    await post();
    await quiet();
    expect(engine.destinations.get("ops")).toMatchObject({
      state: "active",
      health: { failures: 1, failing: true, reason: "not now" },
    });
  });
});

test("what somebody asks of a disabled destination is not sent, then or later", async () => {
  const clock = new ManualClock();
  const receiver = await startMoody(clock);
  receiver.status = 410;
  const { post, pass, quiet, engine, delivery } = await startRunning({
    clock,
    destinations: [bellAt(receiver.url)],
  });
  const [id = ""] = await post();
  await quiet();
  receiver.status = 200;
  await engine.retry(id);
  await pass(MINUTE, 5_000);
  await engine.destinations.setState("ops", "active");
  await pass(MINUTE, 5_000);
  expect(await delivery(id)).toMatchObject({ state: "failed", attemptCount: 1 });
  expect(receiver.requests).toHaveLength(1);
});
