import fc from "fast-check";
import { expect, test } from "vitest";
import type { Destination } from "./destination.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { casesOf } from "./testing/opened-store.ts";
import { rule } from "./testing/rules.ts";
import { postRun } from "./testing/runs.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** An engine, and a receiver that answers 200 until it is told otherwise. */
async function running(...changes: readonly Partial<Destination>[]) {
  const clock = new ManualClock();
  const receiver = await startMoody(clock);
  receiver.status = 200;
  const destinations = changes.map((more, index) => ({
    ...bellAt(receiver.url, ["ops", "b", "c"][index]),
    ...more,
  }));
  const all = await startRunning({ clock, destinations });
  const run = async (status: string): Promise<string> => {
    const { id } = await postRun(all, { status });
    await all.pass(MINUTE);
    return id;
  };
  const differences = async (
    last: number,
    subscriptions: readonly Destination[] = destinations,
  ): Promise<readonly unknown[]> => {
    const tried = await all.engine.dryRun({ subscriptions, last });
    return tried.differences.filter(({ changes: made }) => made.length > 0);
  };
  return { ...all, destinations, receiver, run, differences };
}

const BROKE_OR_RECOVERED: Partial<Destination> = { notify: ["broke", "recovered"] };

test("a recovery that told of its failure as well is as it was, by itself and with the failure", async () => {
  const { engine, run, differences, pass } = await running(BROKE_OR_RECOVERED);
  await engine.destinations.setState("ops", "paused");
  await run("failed");
  await run("succeeded");
  await engine.destinations.setState("ops", "active");
  await pass(MINUTE);
  expect(await differences(1)).toEqual([]);
  expect(await differences(2)).toEqual([]);
});

test("what was told of an incident before the first event counts, and what was told later does not", async () => {
  const { run, differences, destinations } = await running({
    notify: ["broke", "failing", "recovered"],
  });
  await run("failed");
  await run("failed");
  await run("succeeded");
  for (const last of [1, 2, 3]) expect(await differences(last)).toEqual([]);
  const without = destinations.map((one) => ({ ...one, ...BROKE_OR_RECOVERED }));
  // The recovery is told still: it was told that the pipeline broke.
  const changed = [{ destinationId: "ops", less: 1, more: 0, otherwise: 0 }];
  for (const last of [2, 3]) expect(await differences(last, without)).toMatchObject(changed);
});

test("a failure that never arrived was not told, where the destination would be sent it as it was", async () => {
  const { run, differences, receiver, destinations } = await running(BROKE_OR_RECOVERED);
  receiver.status = 400;
  await run("failed");
  receiver.status = 200;
  await run("succeeded");
  for (const last of [1, 2]) expect(await differences(last)).toEqual([]);
  // Had it been sent otherwise, it would count as arrived.
  const digested = destinations.map((one) => ({ ...one, digest: { windowMs: MINUTE } }));
  expect(await differences(2, digested)).toMatchObject([{ more: 1, otherwise: 1 }]);
});

test("an own event goes to the fallback also when its name is forgotten; a posted one is none of ours", async () => {
  const { engine, run, differences, receiver, store, clock } = await running(
    { fallback: "b" },
    { when: rule({ event_type: "nothing" }) },
  );
  receiver.status = 503;
  for (let runs = 0; runs < 6; runs++) await run("succeeded");
  const failing = (await store.events({}, { limit: 50 })).find(
    ({ type }) => type === "destination.failing",
  );
  expect(failing?.decisions).toMatchObject([
    { destinationId: "b", decision: "deliver" },
    { destinationId: "ops", decision: "filtered" },
  ]);
  await store.forgetNames(clock.now() + 2 * DAY, 1_000);
  expect(await differences(50)).toEqual([]);

  const posted = Buffer.from(failing?.body ?? "").toString();
  const again = await engine.accept({ bytes: Buffer.from(posted), key: "posted" });
  expect(again).toMatchObject({ kind: "accepted", deliveries: [] });
  expect(await differences(1)).toEqual([]);
});

test("a big dry run leaves the process its turns", async () => {
  const { engine, run, destinations } = await running({ when: rule({ status: "failed" }) });
  for (let runs = 0; runs < 20; runs++) await run(runs % 2 === 0 ? "failed" : "succeeded");
  const [ops = bellAt("")] = destinations;
  const many = (length: number): readonly Destination[] =>
    Array.from({ length }, (_, index) => ({ ...ops, id: `ops-${index}` }));
  /** How often a timer of the process has its turn meanwhile. */
  const turnsDuring = async (destinationCount: number, last: number): Promise<number> => {
    const subscriptions = many(destinationCount);
    let turns = 0;
    const timer = setInterval(() => void turns++, 1);
    const { differences } = await engine.dryRun({ subscriptions, last });
    clearInterval(timer);
    expect(differences).toHaveLength(destinationCount + 1);
    return turns;
  };
  expect(await turnsDuring(500, 20)).toBeGreaterThan(1);
  // Between the destinations of one event, too.
  expect(await turnsDuring(8_000, 1)).toBeGreaterThan(1);
});

test("however many destinations there are, each is decided for once, and fallbacks are found", async () => {
  const { engine, run, destinations, receiver } = await running({ fallback: "z" });
  receiver.status = 503;
  for (let runs = 0; runs < 6; runs++) await run("succeeded");
  const [ops = bellAt("")] = destinations;
  const others = Array.from({ length: 700 }, (_, index) => ({ ...bellAt("", `d-${index}`) }));
  const silent = { ...bellAt("", "z"), when: rule({ event_type: "nothing" }) };
  const subscriptions = [ops, ...others, silent];
  const { differences } = await engine.dryRun({ subscriptions, last: 50 });
  expect(differences.map(({ after }) => after)).toEqual([6, ...others.map(() => 6), 1]);
  expect(differences.at(-1)?.changes[0]?.title).toBe("Destination ops is failing");
});

const STATUSES = [200, 400, 503];

test("what is as it was makes no difference, whatever came of the messages", async () => {
  const step = fc.record({
    status: fc.constantFrom("failed", "succeeded", "skipped"),
    answer: fc.constantFrom(...STATUSES),
    state: fc.constantFrom("active" as const, "paused" as const),
    minutes: fc.constantFrom(0, 1, 20),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 7 }), async (steps) => {
      const { engine, receiver, destinations, differences, pass, ...all } = await running(
        BROKE_OR_RECOVERED,
        { notify: ["broke", "failing", "recovered"], repeat: { afterMs: 15 * MINUTE } },
        { ...BROKE_OR_RECOVERED, digest: { windowMs: 5 * MINUTE } },
      );
      for (const { status, answer, state, minutes } of steps) {
        receiver.status = answer;
        for (const { id } of destinations) {
          if (engine.destinations.get(id)?.state !== state) {
            await engine.destinations.setState(id, state);
          }
        }
        // What falls on the millisecond of an event came before it or after.
        await pass(1_000);
        await postRun({ engine, ...all }, { status });
        await pass(minutes * MINUTE + 1_000, 30_000);
      }
      for (let last = 1; last <= steps.length; last++) expect(await differences(last)).toEqual([]);
    }),
    { numRuns: casesOf(12) },
  );
}, 60_000);
