import { describe, expect, test } from "vitest";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { startReceiver } from "./testing/receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { until } from "./testing/until.ts";
import { watchedStore } from "./testing/watched-store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("a destination that is deleted", () => {
  test("is owed nothing any more: what waited is cancelled, and what is asked for is not sent", async () => {
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    const { post, pass, quiet, engine, delivery } = await startRunning({
      clock,
      destinations: [bellAt(receiver.url)],
    });
    const ids = [...(await post()), ...(await post())];
    await quiet();
    await engine.destinations.remove("ops");
    expect(engine.destinations.get("ops")).toBeUndefined();
    expect(await post()).toEqual([]);
    await pass(1_000, 100);
    for (const id of ids) {
      expect(await delivery(id)).toMatchObject({
        state: "cancelled",
        reason: "the destination was deleted",
      });
    }
    await engine.retry(ids[0] ?? "");
    await pass(HOUR);
    expect(receiver.requests).toHaveLength(2);
    expect((await delivery(ids[0] ?? "")).state).toBe("cancelled");
  });

  test.each([
    [503, "cancelled"],
    [200, "delivered"],
  ] as const)(
    "while a message is under way that is answered %i: it is %s",
    async (status, state) => {
      const answers: (() => void)[] = [];
      const receiver = await startReceiver((response) =>
        answers.push(() => response.writeHead(status).end()),
      );
      const { post, pass, engine, delivery } = await startRunning({
        destinations: [bellAt(receiver.url)],
      });
      const [id = ""] = await post();
      await until(() => answers.length === 1);
      await engine.destinations.remove("ops");
      answers[0]?.();
      await pass(1_000, 100);
      expect(await delivery(id)).toMatchObject({ state, attempts: [{ number: 1, status }] });
    },
  );

  test("just as its messages are taken up: none is sent, and what had failed has failed", async () => {
    const gates: PromiseWithResolvers<void>[] = [];
    const { store } = await watchedStore((inner) => ({
      async claim(request) {
        const claimed = await inner.claim(request);
        await gates[0]?.promise;
        return claimed;
      },
    }));
    const clock = new ManualClock();
    const receiver = await startMoody(clock);
    receiver.status = 400;
    const { post, quiet, pass, engine, delivery } = await startRunning({
      clock,
      store,
      destinations: [bellAt(receiver.url)],
    });
    const [failed = ""] = await post();
    await quiet();
    gates.push(Promise.withResolvers<void>());
    await engine.retry(failed);
    const [pending = ""] = await post();
    await clock.advance(0);
    await engine.destinations.remove("ops");
    gates[0]?.resolve();
    await pass(1_000, 100);
    expect(await delivery(failed)).toMatchObject({ state: "failed", attemptCount: 1 });
    expect(await delivery(pending)).toMatchObject({ state: "cancelled", attemptCount: 0 });
    expect(receiver.requests).toHaveLength(1);
  });

  test("says nothing more of its health, though its last messages come to nothing", async () => {
    const answers: (() => void)[] = [];
    const receiver = await startReceiver((response) =>
      answers.push(() => response.writeHead(410).end()),
    );
    const { post, pass, engine } = await startRunning({ destinations: [bellAt(receiver.url)] });
    await post();
    await until(() => answers.length === 1);
    await engine.destinations.remove("ops");
    answers[0]?.();
    await pass(1_000, 100);
    expect(await engine.kept.events({}, { limit: 10 })).toHaveLength(1);
  });
});
