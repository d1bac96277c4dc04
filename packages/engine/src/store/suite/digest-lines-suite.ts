import type { DigestEvent } from "@syncbell/core";
import { expect, test } from "vitest";
import type { DigestPart } from "../digest-records.ts";
import type { OpenStore } from "../store-suite.ts";
import { FAR, START } from "./new-events.ts";
import { acceptParts, claimDigest, digestIn, newNotice, newPart } from "./new-digests.ts";

export function digestLinesSuite(open: OpenStore): void {
  /** The digest of these parts, which come one after the other. */
  const digestOf = async (parts: readonly DigestPart[]): Promise<DigestEvent> => {
    const store = await open();
    await acceptParts(store, parts);
    return digestIn(await claimDigest(store));
  };

  test("one for each pipeline, with how many of its runs there were", async () => {
    const { lines, ...digest } = await digestOf([
      newPart({ task: "a", message: "first" }),
      newPart({ task: "b", outcome: "succeeded", said: { status: "Done" } }),
      newPart({ task: "a", message: "second", said: { status: "FAILED", sync_id: "s-2" } }),
      newPart({ task: "a", outcome: "skipped", said: { status: "Skipped", stopped_at: "later" } }),
      newPart({ task: "c", outcome: "cancelled" }),
      newPart({ task: "d", outcome: "other" }),
      newPart({ task: "e", outcome: "skipped" }),
      newPart({ task: "e", outcome: "skipped" }),
      newPart({ task: "e", outcome: "succeeded" }),
    ]);
    expect(digest).toEqual({
      event_type: "digest",
      status: "failed",
      since: new Date(START).toISOString(),
      seconds: 600,
      events: 9,
      pipelines: { total: 5, succeeded: 2, failed: 1, skipped: 0, cancelled: 1, other: 1 },
      runs: { total: 9, succeeded: 2, failed: 2, skipped: 3, cancelled: 1, other: 1 },
      notices: 0,
      tenants: 1,
      tenant: { id: "tenant-1", name: "Test Tenant" },
    });
    expect(lines[0]).toEqual({
      tenant: "Test Tenant",
      name: "a",
      task_id: "a",
      runs: 3,
      failures: 2,
      status: "Skipped",
      sync_id: null,
      stopped_at: "later",
      message: "second",
    });
    expect(lines.map(({ name, runs, failures }) => [name, runs, failures])).toEqual([
      ["a", 3, 2],
      ["b", 1, 0],
      ["c", 1, 0],
      ["d", 1, 0],
      ["e", 3, 0],
    ]);
  });

  test("in order: those that fail, those that did, by how often, and then the others", async () => {
    const failing = (task: string, times: number): readonly DigestPart[] =>
      Array.from({ length: times }, () => newPart({ task }));
    const fine = (task: string): DigestPart => newPart({ task, outcome: "succeeded" });
    const { lines } = await digestOf([
      fine("z"),
      fine("y"),
      ...failing("recovered often", 4),
      fine("recovered often"),
      ...failing("d", 1),
      ...failing("recovered", 3),
      fine("recovered"),
      ...failing("b", 2),
      ...failing("c", 2),
    ]);
    const names = ["b", "c", "d", "recovered often", "recovered", "y", "z"];
    expect(lines.map(({ name }) => name)).toEqual(names);
  });

  test("the first 25 of them, and counts them all", async () => {
    const tasks = Array.from({ length: 40 }, (_, index) => String(index + 10));
    const { lines, ...digest } = await digestOf(
      tasks.toReversed().map((task) => newPart({ task, tenantId: `tenant ${task}` })),
    );
    expect(lines.map(({ name }) => name)).toEqual(tasks.slice(0, 25));
    expect(digest).toMatchObject({ events: 40, tenants: 40, pipelines: { failed: 40, total: 40 } });
    expect(digest.tenant).toBeUndefined();
  });

  test("which keep what they knew where something comes late", async () => {
    const late = { isStale: true, message: "old", said: { status: "old", name: "old" } };
    const { lines, pipelines, runs } = await digestOf([
      newPart({ task: "a", outcome: "succeeded", said: { status: "Done" } }),
      newPart({ task: "a", ...late }),
      newPart({ task: "b", message: "new" }),
      newPart({ task: "b", ...late }),
      newPart({ task: "c", ...late, outcome: "cancelled" }),
      newPart({ task: "c", isStale: true, outcome: "succeeded" }),
      newPart({ task: "d", message: "said", said: { status: "once" } }),
      newPart({ task: "d", said: { status: "again" } }),
    ]);
    const said = lines.map(({ task_id, status, message }) => [task_id, { status, message }]);
    expect(Object.fromEntries(said)).toEqual({
      a: { status: "Done", message: "old" },
      b: { status: "Failed", message: "new" },
      c: { status: "old", message: "old" },
      d: { status: "again", message: "said" },
    });
    // One that failed late has failed, and one that ended well late is as it was known.
    expect(pipelines).toMatchObject({ failed: 3, cancelled: 1, succeeded: 0 });
    expect(runs).toMatchObject({ failed: 5, cancelled: 1, succeeded: 2 });
  });

  test("of pipelines whose names are alike, apart", async () => {
    const parts = ["tenant-1", "tenant-2"].map((tenantId) =>
      newPart({ key: `run ${tenantId}`, tenantId, tenant: "Same" }),
    );
    const { lines, tenants, tenant } = await digestOf(parts);
    expect(lines.map(({ name, tenant: of, runs }) => [name, of, runs])).toEqual([
      ["task-1", "Same", 1],
      ["task-1", "Same", 1],
    ]);
    expect([tenants, tenant]).toEqual([2, undefined]);
  });

  test("of notices, which are no runs and name no tenant", async () => {
    const notices = [newNotice("a is failing"), newNotice("a is failing"), newNotice("b")];
    const { lines, ...alone } = await digestOf(notices);
    expect(alone).toMatchObject({ events: 3, notices: 2, tenants: 1, pipelines: { total: 0 } });
    expect(alone).toMatchObject({ status: "other", runs: { total: 0, other: 0 } });
    expect(alone.tenant).toBeUndefined();
    expect(lines.map(({ name, runs, task_id }) => [name, runs, task_id])).toEqual([
      ["a is failing", 2, null],
      ["b", 1, null],
    ]);
    const mixed = await digestOf([...notices, newPart({ outcome: "succeeded", closesAt: FAR })]);
    expect(mixed).toMatchObject({
      status: "succeeded",
      notices: 2,
      runs: { total: 1 },
      pipelines: { total: 1, succeeded: 1, other: 0 },
      tenant: { id: "tenant-1", name: "Test Tenant" },
    });
  });

  test("of notices that are failures, before what went well; the others behind it", async () => {
    const alarm = newNotice("x is overdue", { outcome: "failed" });
    const runs = ["a", "b"].map((task) => newPart({ task, outcome: "succeeded" }));
    const { lines, ...digest } = await digestOf([newNotice("n"), ...runs, alarm]);
    expect(digest).toMatchObject({ status: "failed", notices: 2 });
    expect(digest).toMatchObject({ pipelines: { total: 2, succeeded: 2, failed: 0 } });
    expect(lines.map(({ name, failures }) => [name, failures])).toEqual([
      ["x is overdue", 1],
      ["a", 0],
      ["b", 0],
      ["n", 0],
    ]);
  });

  test("and names the one tenant, however many notices there are that name none", async () => {
    const notices = Array.from({ length: 40 }, (_, nth) =>
      newNotice(`n${nth}`, { outcome: "failed" }),
    );
    const { lines, tenant } = await digestOf([...notices, newPart({ outcome: "succeeded" })]);
    expect(lines.every(({ tenant: name }) => name === null)).toBe(true);
    expect(tenant).toEqual({ id: "tenant-1", name: "Test Tenant" });
  });

  test("with what was said of the last failure that said something", async () => {
    const text = 'é😀 "quoted" \'; --';
    const { lines } = await digestOf([
      newPart({ message: "older" }),
      newPart({ message: text }),
      newPart({ outcome: "succeeded" }),
    ]);
    expect(lines).toMatchObject([{ message: text, failures: 2, runs: 3 }]);
  });
}
