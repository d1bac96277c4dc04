import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { digestsOf, telling } from "./testing/digest-bell.ts";
import { startMortal } from "./testing/mortal-engine.ts";
import { leasesEndMs } from "./testing/opened-store.ts";
import { keysOf, startReceiver } from "./testing/receiver.ts";
import { bellAt } from "./testing/running-engine.ts";
import { postRun } from "./testing/runs.ts";
import { until } from "./testing/until.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const destinationAt = (url: string) => ({
  ...bellAt(url, "ops", telling()),
  digest: { windowMs: 10 * MINUTE },
});

/** A receiver that does not answer its first request unless the test does. */
async function startLazy() {
  const open: ServerResponse[] = [];
  const receiver = await startReceiver((response, index) => {
    if (index === 0) open.push(response);
    else response.end();
  });
  return { ...receiver, open };
}

describe("a digest outlives the process that gathers it", () => {
  test("killed within the window: what comes later is a part of the same one, sent at its time", async () => {
    const receiver = await startReceiver();
    const options = { destinations: [destinationAt(receiver.url)] };
    const first = await startMortal(options);
    const { deliveries } = await postRun(first, { task: "a" });
    await first.pass(4 * MINUTE);
    await first.kill();
    const { clock, place } = first;
    const second = await startMortal({ ...options, clock, place });
    await postRun(second, { task: "b" });
    await clock.advance(6 * MINUTE - 1);
    await second.quiet();
    expect(receiver.requests).toEqual([]);
    await clock.advance(1);
    await second.quiet();
    expect(keysOf(receiver)).toEqual([deliveries["ops"]]);
    expect(digestsOf(receiver)).toMatchObject([{ events: 2, pipelines: { total: 2 } }]);
    await second.pass(HOUR);
    expect(receiver.requests).toHaveLength(1);
  });

  test("killed until after the window: it is sent at the start, and what comes then opens another", async () => {
    const receiver = await startReceiver();
    const options = { destinations: [destinationAt(receiver.url)] };
    const first = await startMortal(options);
    await postRun(first, { task: "a" });
    await first.kill();
    const { clock, place } = first;
    await clock.skip(HOUR);
    const second = await startMortal({ ...options, clock, place });
    await second.quiet();
    expect(digestsOf(receiver)).toMatchObject([{ events: 1, seconds: 600 }]);
    await postRun(second, { task: "b" });
    await second.pass(HOUR);
    expect(digestsOf(receiver).map(({ lines }) => lines.map((line) => line.task_id))).toEqual([
      ["a"],
      ["b"],
    ]);
  });

  test.each([
    ["before the receiver answers", false],
    ["before the answer is on record", true],
  ])(
    "killed while it is sent, %s: it is sent once more, the same under the same key",
    async (_, answers) => {
      const receiver = await startLazy();
      const options = { destinations: [destinationAt(receiver.url)] };
      const first = await startMortal(options);
      await postRun(first, { task: "a" });
      await first.clock.advance(10 * MINUTE);
      await until(() => receiver.requests.length === 1);
      await first.kill();
      if (answers) receiver.open[0]?.end();
      const { clock, place } = first;
      const second = await startMortal({ ...options, clock, place });
      const { deliveries } = await postRun(second, { task: "b" });
      await second.pass(leasesEndMs());
      expect(new Set(keysOf(receiver)).size).toBe(1);
      const [once, again, ...others] = receiver.requests;
      expect([again?.body, others]).toEqual([once?.body, []]);
      await second.pass(HOUR);
      expect(keysOf(receiver).slice(2)).toEqual([deliveries["ops"]]);
    },
  );

  test("killed after it arrived: it is not sent again", async () => {
    const receiver = await startReceiver();
    const options = { destinations: [destinationAt(receiver.url)] };
    const first = await startMortal(options);
    await postRun(first);
    await first.pass(11 * MINUTE);
    await first.kill();
    const second = await startMortal({ ...options, clock: first.clock, place: first.place });
    await second.pass(24 * HOUR);
    expect(receiver.requests).toHaveLength(1);
  });
});
