import { describe, expect, test } from "vitest";
import type { Destination } from "./destination.ts";
import { startReceiver } from "./testing/receiver.ts";
import { type RunningEngine, bellAt, startRunning } from "./testing/running-engine.ts";
import { rule } from "./testing/rules.ts";

const MINUTE = 60_000;

/** An engine with one destination, and what reached it, as `status sync`. */
async function running(more: Partial<Destination>): Promise<{
  readonly running: RunningEngine;
  readonly run: (status: string, minute: number, fields?: object) => Promise<string>;
  readonly heard: () => readonly string[];
  readonly decisions: (eventId: string) => Promise<readonly string[]>;
}> {
  const receiver = await startReceiver();
  const engine = await startRunning({ destinations: [{ ...bellAt(receiver.url), ...more }] });
  let count = 0;
  return {
    running: engine,
    async run(status, minute, fields = {}) {
      const stopped = new Date(Date.UTC(2024, 10, 11, 9, minute)).toISOString();
      const accepted = await engine.engine.accept({
        bytes: Buffer.from(
          JSON.stringify({
            event_type: "post_sync",
            status,
            task_type: "pipeline",
            task: { id: "p", name: "Salesforce" },
            tenant: { id: "t", name: "Test Tenant" },
            sync: { id: `sync-${++count}` },
            started_at: stopped,
            stopped_at: stopped,
            ...fields,
          }),
        ),
      });
      if (!("id" in accepted)) throw new Error(accepted.kind);
      return accepted.id;
    },
    heard: () =>
      receiver.requests.map(({ body }) => (JSON.parse(body) as { readonly line: string }).line),
    async decisions(eventId) {
      const event = await engine.engine.kept.event(eventId);
      return (event?.decisions ?? []).map(({ decision }) => decision);
    },
  };
}

const CHANGES = { notify: ["broke", "recovered"] } as const;

describe("a destination that hears of changes", () => {
  test("hears that a pipeline broke and that it recovered, and of nothing else", async () => {
    const { running: engine, run, heard } = await running(CHANGES);
    for (const [minute, status] of ["succeeded", "failed", "failed", "skipped"].entries()) {
      await run(status, minute);
      await engine.pass(MINUTE);
    }
    await run("succeeded", 5);
    await engine.pass(MINUTE);
    await run("succeeded", 6);
    await engine.pass(MINUTE);
    expect(heard().map((line) => line.split(" | ")[0])).toEqual([
      "Status: failed",
      "Status: succeeded",
    ]);
  });

  test("hears of no recovery where it was not told of the failure", async () => {
    const {
      running: engine,
      run,
      heard,
      decisions,
    } = await running({
      ...CHANGES,
      when: rule({ "incident.failures": { $gte: 3 } }),
    });
    await run("failed", 0);
    await engine.pass(MINUTE);
    const recovery = await run("succeeded", 1);
    await engine.pass(MINUTE);
    expect(heard()).toEqual([]);
    expect(await decisions(recovery)).toEqual(["filtered"]);
  });

  test("hears once of a failure that still waits when the recovery comes", async () => {
    const { running: engine, run, heard, decisions } = await running(CHANGES);
    await engine.engine.destinations.setState("ops", "paused");
    const failure = await run("failed", 0);
    const recovery = await run("succeeded", 1);
    await engine.engine.destinations.setState("ops", "active");
    await engine.pass(MINUTE);
    expect(heard()).toHaveLength(1);
    expect(heard()[0]).toMatch(/^Status: failed, then succeeded \|/);
    expect(await decisions(failure)).toEqual(["superseded"]);
    expect(await decisions(recovery)).toEqual(["deliver"]);
  });

  test("does not count a late run, nor one that is told once more", async () => {
    const { running: engine, run, heard } = await running(CHANGES);
    await run("failed", 10);
    await engine.pass(MINUTE);
    await run("succeeded", 5);
    await run("failed", 10, { sync: { id: "sync-1" }, note: "again" });
    await engine.pass(MINUTE);
    expect(heard()).toHaveLength(1);
    await run("succeeded", 11);
    await engine.pass(MINUTE);
    expect(heard()).toHaveLength(2);
  });
});

describe("a pipeline that goes on failing", () => {
  test("is told every third time", async () => {
    const {
      running: engine,
      run,
      heard,
    } = await running({
      notify: ["broke", "recovered"],
      repeat: { every: 3 },
    });
    for (let minute = 0; minute < 7; minute++) {
      await run("failed", minute);
      await engine.pass(1000);
    }
    expect(heard()).toHaveLength(3);
  });

  test("is told again after a time, counted from the last message that arrived", async () => {
    const {
      running: engine,
      run,
      heard,
    } = await running({
      notify: ["broke"],
      repeat: { afterMs: 60 * MINUTE },
    });
    await run("failed", 0);
    await engine.pass(30 * MINUTE);
    await run("failed", 1);
    await engine.pass(31 * MINUTE);
    expect(heard()).toHaveLength(1);
    await run("failed", 2);
    await engine.pass(MINUTE);
    expect(heard()).toHaveLength(2);
  });
});

describe("a destination with a digest", () => {
  test("hears once of all that came in the window, when it ends", async () => {
    const {
      running: engine,
      run,
      heard,
      decisions,
    } = await running({
      digest: { windowMs: 10 * MINUTE },
    });
    const first = await run("failed", 0);
    for (let minute = 1; minute < 5; minute++) {
      await run("succeeded", minute, { task: { id: `p${minute}`, name: `Task ${minute}` } });
    }
    await engine.pass(9 * MINUTE);
    expect(heard()).toEqual([]);
    expect(await decisions(first)).toEqual(["digested"]);
    await engine.pass(2 * MINUTE);
    expect(heard()).toEqual(["1 of 5 pipelines failed for Test Tenant in 10 minutes"]);
  });
});

describe("a destination that is muted", () => {
  test("hears at the end of the hours, or not at all", async () => {
    const hours = { hours: "10:00-10:30", timezone: "UTC" };
    const held = await running({ mute: { ...hours, drops: false } });
    await held.run("failed", 0);
    await held.running.pass(29 * MINUTE);
    expect(held.heard()).toEqual([]);
    await held.running.pass(2 * MINUTE);
    expect(held.heard()).toHaveLength(1);
    const dropped = await running({ mute: { ...hours, drops: true } });
    expect(await dropped.decisions(await dropped.run("failed", 0))).toEqual(["muted"]);
    await dropped.running.pass(40 * MINUTE);
    expect(dropped.heard()).toEqual([]);
  });
});

describe("a run that does not come", () => {
  test("is told once, and again after the next run", async () => {
    const {
      running: engine,
      run,
      heard,
    } = await running({
      when: rule({ event_type: "sync.overdue" }),
    });
    const schedule = { kind: "interval", hours: 1, start_time: "2024-11-11T09:30:00Z" };
    await run("succeeded", 40, { task: { id: "p", name: "Salesforce", schedule } });
    await engine.pass(40 * MINUTE);
    expect(heard()).toEqual([]);
    await engine.pass(120 * MINUTE);
    expect(heard()).toEqual([
      "Event: sync.overdue | Status: overdue | Tenant: Test Tenant | Pipeline: Salesforce | Expected: 2024-11-11 10:30:00+00:00",
    ]);
  });
});
