import { describe, expect, test } from "vitest";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { keysOf, startReceiver } from "./testing/receiver.ts";
import { bellAt, restarted, startRunning } from "./testing/running-engine.ts";
import { until } from "./testing/until.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("a paused destination", () => {
  test("holds what it is owed, over a restart too, until it is resumed", async () => {
    const receiver = await startReceiver();
    const options = { destinations: [bellAt(receiver.url), bellAt(receiver.url, "other")] };
    const first = await startRunning(options);
    expect(await first.engine.destinations.setState("ops", "paused")).toMatchObject({
      state: "paused",
    });
    const ids = [...(await first.post()), ...(await first.post())];
    await first.pass(HOUR);
    expect(keysOf(receiver)).toEqual([ids[1], ids[3]]);
    const second = await restarted(first, options);
    expect(second.engine.destinations.get("ops")?.state).toBe("paused");
    await second.pass(48 * HOUR);
    expect(receiver.requests).toHaveLength(2);
    expect(await second.delivery(ids[0] ?? "")).toMatchObject({ state: "pending", attempts: [] });

    expect(await second.engine.destinations.setState("ops", "active")).toMatchObject({
      state: "active",
    });
    await second.quiet();
    expect(keysOf(receiver).slice(2).toSorted()).toEqual(
      ids.filter((_, index) => index % 2 === 0).toSorted(),
    );
  });

  test("keeps the schedule of what was tried before: it is tried when that is due, or at once after", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    const { post, quiet, pass, engine } = await startRunning({
      clock,
      destinations: [bellAt(receiver.url)],
    });
    const [start] = [clock.now(), ...(await post())];
    await quiet();
    await engine.destinations.setState("ops", "paused");
    await pass(2_000);
    await engine.destinations.setState("ops", "active");
    await pass(3_000);
    expect(receiver.times.map((time) => time - start)).toEqual([0, 5_000]);
    await engine.destinations.setState("ops", "paused");
    await pass(HOUR);
    await engine.destinations.setState("ops", "active");
    await quiet();
    expect(receiver.times.map((time) => time - start)).toEqual([0, 5_000, HOUR + 5_000]);
  });

  test("lets what was under way come to its end", async () => {
    const answers: (() => void)[] = [];
    const receiver = await startReceiver((response) => answers.push(() => response.end()));
    const { post, quiet, engine, delivery } = await startRunning({
      destinations: [bellAt(receiver.url)],
    });
    const [id = ""] = await post();
    await until(() => answers.length === 1);
    await engine.destinations.setState("ops", "paused");
    answers[0]?.();
    await quiet();
    expect((await delivery(id)).state).toBe("delivered");
  });

  test("holds no longer than a message is worth delivering", async () => {
    const receiver = await startReceiver();
    const { post, pass, engine, delivery, quiet } = await startRunning({
      destinations: [{ ...bellAt(receiver.url), expireMs: HOUR }],
    });
    await engine.destinations.setState("ops", "paused");
    const [early = ""] = await post();
    await pass(50 * MINUTE);
    const [late = ""] = await post();
    await pass(10 * MINUTE - 1);
    expect((await delivery(early)).state).toBe("pending");
    await pass(5_001);
    expect(await delivery(early)).toMatchObject({
      state: "expired",
      reason: "it was not worth delivering any more when its turn came",
      attempts: [],
    });
    await engine.destinations.setState("ops", "active");
    await quiet();
    expect((await delivery(late)).state).toBe("delivered");
    expect(keysOf(receiver)).toEqual([late]);
    await engine.retry(early);
    await quiet();
    expect((await delivery(early)).state).toBe("delivered");
  });

  test("that there is not can't be paused", async () => {
    const { engine } = await startRunning({});
    expect(await engine.destinations.setState("ops", "paused")).toBeUndefined();
  });
});
