import { isDeepStrictEqual } from "node:util";
import type { Event } from "@syncbell/core";
import { expect, test } from "vitest";
import type { Destination } from "./destination.ts";
import { postSync } from "./testing/events.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { startMoody } from "./testing/moody-receiver.ts";
import { rule } from "./testing/rules.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { postRun } from "./testing/runs.ts";

const MINUTE = 60_000;

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
  const run = async (status: string): Promise<string> => (await postRun(all, { status })).id;
  /** What was decided for an event, and what is explained of it now. */
  const both = async (id: string) => {
    const stored = await all.engine.kept.event(id);
    if (!stored) throw new Error(`there is no event ${id}`);
    const event = JSON.parse(Buffer.from(stored.body).toString()) as Event;
    const { decisions } = await all.engine.explain({ event, stored });
    return {
      decided: stored.decisions.map(({ destinationId, decision, reason }) =>
        [destinationId, decision, reason].join(" "),
      ),
      explained: decisions
        .map(({ destinationId, decision, reason }) => [destinationId, decision, reason].join(" "))
        .toSorted(),
      dueAt: decisions.map(({ dueAt }) => dueAt),
    };
  };
  /** Whether it is explained as it was decided. */
  const isSame = async (id: string): Promise<boolean> => {
    const { decided, explained } = await both(id);
    return isDeepStrictEqual(explained, decided);
  };
  return { ...all, receiver, run, both, isSame };
}

test("an own event is explained as one: its destination does not hear of it, the fallback does", async () => {
  const { run, both, isSame, receiver, store, pass, engine } = await running(
    { fallback: "b" },
    { when: rule({ event_type: "nothing" }) },
    { when: rule({ event_type: { $glob: "destination.*" } }) },
  );
  receiver.status = 503;
  for (let runs = 0; runs < 6; runs++) await run("succeeded");
  await pass(10 * MINUTE, 30_000);
  const own = (await store.events({}, { limit: 50 })).filter(({ type }) =>
    type.startsWith("destination."),
  );
  expect(own.length).toBeGreaterThan(0);
  for (const { id } of own) expect(await isSame(id)).toBe(true);
  const failing = own.find(({ body }) => Buffer.from(body).includes('"id":"ops"'));
  expect((await both(failing?.id ?? "")).explained).toEqual([
    'b deliver is the fallback of "ops"',
    expect.stringMatching(/^c deliver rule matches/),
    "ops filtered a destination is not told of itself",
  ]);

  const posted = await engine.accept({ bytes: failing?.body ?? new Uint8Array(), key: "posted" });
  expect(await isSame("id" in posted ? posted.id : "")).toBe(true);
});

test("a stored event is explained by what had been told when it came", async () => {
  const { run, isSame, pass } = await running(
    { notify: ["broke", "recovered"], repeat: { afterMs: 60 * MINUTE } },
    { notify: ["recovered"], when: rule({ status: "failed" }) },
    { notify: ["broke", "failing", "recovered"], digest: { windowMs: 90 * MINUTE } },
  );
  const ids: string[] = [];
  for (const status of ["failed", "failed", "failed", "succeeded", "succeeded", "failed"]) {
    ids.push(await run(status));
    expect(await isSame(ids.at(-1) ?? "")).toBe(true);
    await pass(31 * MINUTE);
  }
  for (const id of ids) expect(await isSame(id)).toBe(true);
});

test("a recovery that was told with its failure is explained so when both are long over", async () => {
  const { run, isSame, pass, engine } = await running({ notify: ["broke", "recovered"] });
  await engine.destinations.setState("ops", "paused");
  await run("failed");
  await pass(MINUTE);
  const recovered = await run("succeeded");
  await engine.destinations.setState("ops", "active");
  await pass(MINUTE);
  expect(await isSame(recovered)).toBe(true);
});

test("what was sent once more later had not been told by then", async () => {
  const { run, isSame, both, pass, engine, receiver } = await running({
    notify: ["broke", "recovered"],
  });
  receiver.status = 400;
  const failed = await run("failed");
  await pass(MINUTE);
  receiver.status = 200;
  const recovered = await run("succeeded");
  await pass(MINUTE);
  const stored = await engine.kept.event(failed);
  if (stored) await engine.replays.event(stored);
  await pass(MINUTE);
  expect(receiver.requests).toHaveLength(2);
  expect(await isSame(recovered)).toBe(true);
  expect((await both(recovered)).explained).toEqual([expect.stringMatching(/^ops filtered/)]);
});

test("what is told in a digest is due with the one that is open", async () => {
  const { run, both, pass, engine, clock } = await running({
    digest: { windowMs: 60 * MINUTE },
  });
  const opened = clock.now();
  const first = await run("succeeded");
  await pass(50 * MINUTE, 5 * MINUTE);
  const event = postSync({ tenant: "t", task: "p", stopped_at: undefined });
  const dueAt = async (): Promise<readonly (number | undefined)[]> =>
    (await engine.explain({ event })).decisions.map((one) => one.dueAt);
  expect(await dueAt()).toEqual([opened + 60 * MINUTE]);
  const second = await run("succeeded");
  await pass(30 * MINUTE, 5 * MINUTE);
  // It is closed: the next one would open another.
  expect(await dueAt()).toEqual([clock.now() + 60 * MINUTE]);
  for (const id of [first, second]) {
    expect((await both(id)).dueAt).toEqual([opened + 60 * MINUTE]);
  }
});
