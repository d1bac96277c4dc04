import { describe, expect, test } from "vitest";
import { type BellChanges, bell } from "./testing/bell-channel.ts";
import { startReceiver } from "./testing/receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";

const never = (): Promise<never> => new Promise(() => undefined);
const fail = (message: string) => (): never => {
  throw new Error(message);
};

describe("a channel that throws is an attempt that failed, and takes nothing else down", () => {
  test.each<readonly [string, BellChanges, RegExp]>([
    ["in render", { render: fail("no title") }, /could not render the event: Error: no title/],
    [
      "in connect",
      { connect: fail("no route") },
      /could not open the destination: Error: no route/,
    ],
    [
      "in connect, later",
      { connect: () => Promise.reject(new TypeError("bad")) },
      /could not open the destination: TypeError: bad/,
    ],
    [
      "in send",
      { send: () => Promise.reject(new Error("oops")) },
      /channel "bell" threw: Error: oops/,
    ],
    ["in send, at once", { send: fail("at once") }, /channel "bell" threw: Error: at once/],
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors
    [
      "something that is no error",
      { send: () => Promise.reject("text") },
      /threw: no error was given/,
    ],
    ["nothing at all", { send: () => Promise.reject(undefined) }, /threw: no error was given/],
  ])("%s", async (_, changes, reason) => {
    const receiver = await startReceiver();
    const { post, attempted, reached } = await startRunning({
      destinations: [bellAt(receiver.url, "broken", bell(changes)), bellAt(receiver.url, "sound")],
    });
    const [broken = "", sound = ""] = await post();
    const delivery = await attempted(broken, 1);
    expect(delivery.state).toBe("pending");
    expect(delivery.attempts).toMatchObject([{ outcome: "retry" }]);
    expect(delivery.attempts[0]?.reason).toMatch(reason);
    await reached(sound, "delivered");
  });
});

describe("a channel that answers no outcome", () => {
  test.each<readonly [string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", "delivered"],
    ["another word", { kind: "ok" }],
    ["an inherited word", { kind: "constructor" }],
    ["no word", { status: 200 }],
  ])("%s: is an attempt that failed", async (_, answer) => {
    const channel = bell({ send: () => Promise.resolve(answer) });
    const { post, attempted } = await startRunning({ destinations: [bellAt("", "ops", channel)] });
    const [id = ""] = await post();
    const delivery = await attempted(id, 1);
    expect([delivery.state, delivery.attempts[0]?.outcome]).toEqual(["pending", "retry"]);
    expect(delivery.attempts[0]?.reason).toMatch(/channel "bell" .*outcome/);
  });

  test.each<readonly [string, object, object]>([
    ["a wait in fractions", { kind: "retry", reason: "r", afterMs: 9000.5 }, { reason: "r" }],
    ["a wait that is no number", { kind: "retry", reason: "r", afterMs: NaN }, { reason: "r" }],
    ["a wait in words", { kind: "retry", reason: "r", afterMs: "soon" }, { reason: "r" }],
    ["a wait without end", { kind: "retry", reason: "r", afterMs: Infinity }, { reason: "r" }],
    ["a status that is none", { kind: "retry", reason: "r", status: 200.5 }, { status: undefined }],
    [
      "a status beyond all numbers",
      { kind: "retry", reason: "r", status: 1e300 },
      { status: undefined },
    ],
    ["a status in words", { kind: "retry", reason: "r", status: "200" }, { status: undefined }],
    ["no reason", { kind: "retry" }, { reason: "no reason was given" }],
    [
      "a reason that is no text",
      { kind: "retry", reason: { a: 1 } },
      { reason: "no reason was given" },
    ],
    [
      "an answer that is no text",
      { kind: "retry", reason: "r", response: 5 },
      { response: undefined },
    ],
  ])("in part, %s: is recorded all the same", async (_, answer, kept) => {
    const channel = bell({ send: () => Promise.resolve(answer) });
    const { post, attempted, clock } = await startRunning({
      destinations: [bellAt("", "ops", channel)],
    });
    const [id = ""] = await post();
    const delivery = await attempted(id, 1);
    expect(delivery.attempts[0]).toMatchObject(kept);
    expect(delivery.state).toBe("pending");
    expect(delivery.dueAt - clock.now()).toBeGreaterThanOrEqual(5_000);
  });
});

describe("a message that can't be sent", () => {
  test("is rejected where it is larger than the service takes, and never sent", async () => {
    const receiver = await startReceiver();
    const limits = { concurrency: 5, dropsRepeats: true, maxBytes: 40 };
    const render = (): { line: string } => ({ line: "ä".repeat(20) });
    const { post, reached } = await startRunning({
      destinations: [bellAt(receiver.url, "ops", bell({ limits, render }))],
    });
    const [id = ""] = await post();
    const { attempts } = await reached(id, "failed");
    expect(attempts).toMatchObject([
      {
        outcome: "rejected",
        reason: "the message has 51 bytes, more than the 40 that the service takes",
      },
    ]);
    expect(receiver.requests).toEqual([]);
  });

  test("is sent where it is as large as the service takes, to the byte", async () => {
    const receiver = await startReceiver();
    const limits = { concurrency: 5, dropsRepeats: true, maxBytes: 51 };
    const render = (): { line: string } => ({ line: "ä".repeat(20) });
    const { post, reached } = await startRunning({
      destinations: [bellAt(receiver.url, "ops", bell({ limits, render }))],
    });
    await reached((await post())[0] ?? "", "delivered");
    expect(receiver.requests).toHaveLength(1);
  });

  test.each<readonly [string, () => unknown]>([
    ["nothing", () => undefined],
    ["what JSON has no form for", () => ({ line: 1n })],
    [
      "itself within itself",
      () => {
        const message: Record<string, unknown> = {};
        return Object.assign(message, { message });
      },
    ],
  ])("is an attempt that failed where the channel made %s", async (_, render) => {
    const limits = { concurrency: 5, dropsRepeats: true, maxBytes: 1000 };
    const channel = bell({ limits, render: render as () => { line: string } });
    const { post, attempted } = await startRunning({ destinations: [bellAt("", "ops", channel)] });
    const { attempts } = await attempted((await post())[0] ?? "", 1);
    expect(attempts[0]?.reason).toMatch(/could not render the event/);
  });
});

describe("a channel that hangs", () => {
  test.each<readonly [string, BellChanges]>([
    ["in send, deaf to its signal", { send: never }],
    ["in connect", { connect: never }],
  ])("%s: is given up a moment after its deadline", async (_, changes) => {
    const receiver = await startReceiver();
    const { post, attempted, reached, engine, clock } = await startRunning({
      destinations: [bellAt("", "hung", bell(changes)), bellAt(receiver.url, "sound")],
    });
    const [hung = "", sound = ""] = await post();
    await reached(sound, "delivered");
    await clock.advance(15_999);
    expect((await engine.kept.delivery(hung))?.attempts).toEqual([]);
    await clock.advance(1);
    const delivery = await attempted(hung, 1);
    expect(delivery.attempts).toMatchObject([
      { outcome: "retry", durationMs: 16_000, reason: expect.stringMatching(/did not come back/) },
    ]);
    expect(delivery.state).toBe("pending");
  });

  test("while it opened is opened afresh at the next attempt, and does not send late", async () => {
    const opened: (() => void)[] = [];
    const sent: number[] = [];
    const connect: BellChanges["connect"] = () =>
      new Promise((resolve) =>
        opened.push(() =>
          resolve({
            send: (_: unknown, { number }: { readonly number: number }) => {
              sent.push(number);
              return Promise.resolve({ kind: "delivered" });
            },
          }),
        ),
      );
    const { post, attempted, reached, clock } = await startRunning({
      destinations: [bellAt("", "ops", bell({ connect }))],
    });
    const [id = ""] = await post();
    await clock.advance(15_500);
    opened[0]?.();
    const { attempts } = await attempted(id, 1);
    expect(attempts[0]?.reason).toBe('channel "bell" did not open the destination in time');
    expect(sent).toEqual([]);
    await clock.advance(5_000);
    expect(opened).toHaveLength(2);
    opened[1]?.();
    await reached(id, "delivered");
    expect(sent).toEqual([2]);
  });

  test("but minds its signal is over at its deadline", async () => {
    const send: BellChanges["send"] = (_, { signal }) =>
      new Promise((resolve) =>
        signal.addEventListener("abort", () => resolve({ kind: "retry", reason: "cut off" })),
      );
    const { post, attempted, clock } = await startRunning({
      destinations: [bellAt("", "ops", bell({ send }))],
    });
    const [id = ""] = await post();
    await clock.advance(15_000);
    expect((await attempted(id, 1)).attempts).toMatchObject([
      { durationMs: 15_000, reason: "cut off" },
    ]);
  });
});
