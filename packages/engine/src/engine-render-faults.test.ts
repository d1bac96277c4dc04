import { describe, expect, test } from "vitest";
import type { Engine } from "./engine.ts";
import { type Bell, bell } from "./testing/bell-channel.ts";
import { bytesOf, postSync } from "./testing/events.ts";
import { ownStatuses } from "./testing/own-events.ts";
import { startReceiver } from "./testing/receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { until } from "./testing/until.ts";

const HOUR = 60 * 60_000;

/** A bell that can't say an event of the task "unsayable". */
const choosy: Bell = bell({
  render({ line, facts }) {
    if (facts.some(({ value }) => value === "unsayable")) throw new Error("no field for that");
    return { line };
  },
});

/** Posts an event that can't be said; answers the id of its delivery. */
async function postUnsayable(engine: Engine, sync = "unsayable"): Promise<string> {
  const event = { ...postSync({ sync }), task: { id: "task-1", name: "unsayable" } };
  const accepted = await engine.accept({ bytes: bytesOf(event) });
  if (accepted.kind !== "accepted") throw new Error(accepted.kind);
  return accepted.deliveries[0]?.id ?? "";
}

describe("a message that can't be made", () => {
  test("fails on the whole schedule, with the reason, and nothing is sent", async () => {
    const receiver = await startReceiver();
    const { engine, pass, delivery } = await startRunning({
      destinations: [bellAt(receiver.url, "ops", choosy)],
    });
    const id = await postUnsayable(engine);
    await pass(25 * HOUR);
    const { state, attempts } = await delivery(id);
    expect(state).toBe("failed");
    expect(attempts.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const reason = 'channel "bell" could not render the event: Error: no field for that';
    for (const attempt of attempts) expect(attempt).toMatchObject({ outcome: "retry", reason });
    expect(receiver.requests).toEqual([]);
  });

  test("says nothing of the receiver, and stands in nobody's way", async () => {
    const receiver = await startReceiver();
    const { engine, post, pass, quiet, reached } = await startRunning({
      destinations: [bellAt(receiver.url, "ops", choosy)],
    });
    for (let event = 0; event < 4; event++) await postUnsayable(engine, `${event}`);
    await pass(HOUR);
    expect(engine.destinations.get("ops")?.health).toMatchObject({
      failures: 0,
      failing: false,
      failingSince: undefined,
      holdUntil: undefined,
    });
    expect(await ownStatuses(engine)).toEqual([]);
    const ids = [...(await post()), ...(await post())];
    await quiet();
    for (const id of ids) await reached(id, "delivered");
    expect(receiver.requests).toHaveLength(2);
  });

  test("does not make its destination be trusted with less at once", async () => {
    let isSlow = false;
    const receiver = await startReceiver((response) => {
      if (!isSlow) response.end();
    });
    const { engine, post, quiet } = await startRunning({
      destinations: [bellAt(receiver.url, "ops", choosy)],
    });
    for (let event = 0; event < 6; event++) {
      await post();
      await quiet();
    }
    await postUnsayable(engine);
    await quiet();
    isSlow = true;
    for (let event = 0; event < 10; event++) await post();
    await until(() => receiver.requests.length === 16);
    expect(receiver.requests).toHaveLength(16);
  });

  test("that is larger than the service takes is no failure of the receiver either", async () => {
    const receiver = await startReceiver((response) => response.writeHead(503).end());
    const limits = { concurrency: 20, dropsRepeats: true, maxBytes: 200 };
    const render: Bell["render"] = ({ line, facts }) => ({
      line: facts.some(({ value }) => value === "unsayable") ? "x".repeat(500) : line.slice(0, 9),
    });
    const { engine, post, quiet, delivery } = await startRunning({
      destinations: [bellAt(receiver.url, "ops", bell({ limits, render }))],
    });
    await post();
    await quiet();
    const { health } = engine.destinations.get("ops") ?? {};
    expect(health?.failures).toBe(1);
    const id = await postUnsayable(engine);
    await quiet();
    expect(await delivery(id)).toMatchObject({
      state: "failed",
      attempts: [{ outcome: "rejected" }],
    });
    // It is no answer of the receiver: the failure before it counts on.
    expect(engine.destinations.get("ops")?.health).toEqual(health);
  });
});
