import { expect, test } from "vitest";
import type { Destination } from "./destination.ts";
import { digestsOf, telling } from "./testing/digest-bell.ts";
import { startReceiver } from "./testing/receiver.ts";
import { type RunningEngine, bellAt, startRunning } from "./testing/running-engine.ts";
import { rule } from "./testing/rules.ts";
import { decisionsOf, linesOf, postRun } from "./testing/runs.ts";

const MINUTE = 60_000;

async function start(more: Partial<Destination> = {}) {
  const receiver = await startReceiver();
  const digest = { windowMs: 10 * MINUTE };
  const destinations = [{ ...bellAt(receiver.url, "ops", telling()), digest, ...more }];
  return { ...(await startRunning({ destinations })), receiver };
}

async function sendDigest(running: RunningEngine, id: string | undefined): Promise<void> {
  await running.engine.retry(id ?? "");
  await running.quiet();
}

test("the end of a run that is told once more is not counted again", async () => {
  const running = await start();
  const run = { task: "a", status: "failed", sync: "sync-1" };
  await postRun(running, run);
  const { id } = await postRun(running, { ...run, message: "told again" });
  expect(await decisionsOf(running, id)).toEqual(["filtered"]);
  await running.clock.advance(10 * MINUTE);
  await running.quiet();
  expect(linesOf(running.receiver)).toEqual(["1 pipeline failed for Tenant t in 10 minutes"]);
  expect(digestsOf(running.receiver)).toMatchObject([{ events: 1, runs: { total: 1 } }]);
});

test("a digest that somebody has sent early says how long it really was", async () => {
  const running = await start();
  const { deliveries } = await postRun(running, { task: "a", status: "failed" });
  await running.clock.advance(MINUTE);
  await sendDigest(running, deliveries["ops"]);
  expect(linesOf(running.receiver)).toEqual(["1 pipeline failed for Tenant t in 1 minute"]);
  expect(digestsOf(running.receiver)).toMatchObject([{ seconds: 60 }]);
});

test("overdue runs of tenants whose pipelines have the same name are told apart, and are failures", async () => {
  const when = rule({ event_type: "sync.overdue" });
  const running = await start({ digest: { windowMs: 60 * MINUTE }, when });
  const schedule = { kind: "interval", minutes: 30 };
  for (const tenant of ["t", "u"]) await postRun(running, { tenant, task: "a", schedule });
  await running.pass(3 * 60 * MINUTE, MINUTE);
  const [digest] = digestsOf(running.receiver);
  expect(digest).toMatchObject({ status: "failed", notices: 2, tenants: 2 });
  expect(digest?.lines.map(({ tenant, runs }) => [tenant, runs])).toEqual([
    ["Tenant t", 1],
    ["Tenant u", 1],
  ]);
});
