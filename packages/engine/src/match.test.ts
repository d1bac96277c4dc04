import type { AnyChannel } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import type { Destination } from "./destination.ts";
import { type Verdict, decide } from "./match.ts";
import { ruleSubject, taskOf, tenantOf } from "./rule-subject.ts";
import { postSync } from "./testing/events.ts";
import { rule } from "./testing/rules.ts";

const NOW = { now: 0 };

/** A destination with a rule; what it is sent by makes no difference to a decision. */
function destination(when?: unknown, tenant?: string): Destination {
  return {
    id: "ops",
    channel: undefined as unknown as AnyChannel,
    config: {},
    ...(when === undefined ? {} : { when: rule(when) }),
    ...(tenant === undefined ? {} : { tenant }),
  };
}

function decisionFor(event: ReturnType<typeof postSync>, when?: unknown): Verdict {
  const [decision] = decide(event, [destination(when)], NOW);
  if (!decision) throw new Error("no decision");
  return decision;
}

describe("a tenant's reach", () => {
  test("a destination of another tenant has no decision at all", () => {
    const event = postSync({ tenant: "tenant-a" });
    const decided = decide(
      event,
      [
        { ...destination(undefined, "tenant-a"), id: "own" },
        { ...destination(undefined, "tenant-b"), id: "foreign" },
        { ...destination(), id: "everyone's" },
      ],
      NOW,
    );
    expect(decided.map(({ destinationId }) => destinationId)).toEqual(["own", "everyone's"]);
  });

  test.each([
    { event_type: "deploy", status: "ok" },
    { event_type: "deploy", status: "ok", tenant: null },
    { event_type: "deploy", status: "ok", tenant: "tenant-a" },
    { event_type: "deploy", status: "ok", tenant: { id: 7 } },
    { event_type: "deploy", status: "ok", tenant: ["tenant-a"] },
    JSON.parse('{"event_type":"deploy","status":"ok","__proto__":{"tenant":{"id":"tenant-a"}}}'),
  ])("an event without a tenant reaches no tenant's destination: %j", (event) => {
    expect(tenantOf(event)).toBeUndefined();
    expect(decide(event, [destination({ event_type: "deploy" }, "tenant-a")], NOW)).toEqual([]);
  });

  test("tenant and task are read from any event that has them", () => {
    const event = { event_type: "x", status: "", tenant: { id: "t" }, task: { id: "p" } };
    expect([tenantOf(event), taskOf(event)]).toEqual(["t", "p"]);
  });
});

describe("what is decided, and why", () => {
  test.each<readonly [unknown, string, string]>([
    [undefined, "deliver", "no rule: hears of every event"],
    [{}, "deliver", "no rule: hears of every event"],
    [{ status: "succeeded" }, "deliver", 'rule matches: status = "succeeded"'],
    [
      { status: "failed" },
      "filtered",
      'rule does not match: status = "failed" (it is "succeeded")',
    ],
    [{ "task.name": { $glob: "Sales*" } }, "deliver", 'rule matches: task.name fits "Sales*"'],
  ])("%j: %s, %s", (when, decision, reason) => {
    expect(decisionFor(postSync(), when)).toEqual({
      destinationId: "ops",
      decision,
      reason,
      unevaluable: false,
    });
  });

  test("a rule that can't be evaluated loses no failure, and is marked", () => {
    expect(decisionFor(postSync({ status: "Errored" }), { "task.name": { $gt: 5 } })).toEqual({
      destinationId: "ops",
      decision: "deliver",
      reason:
        "rule can't be evaluated: task.name > 5 (it is text, not a number); " +
        "delivered because the run failed",
      unevaluable: true,
    });
  });

  test("nor on a notice that is a failure to whoever hears of it", () => {
    const when = { event_type: "sync.overdue", task: { $gt: 5 } };
    const notice = { event_type: "sync.overdue", status: "overdue", task: "x" };
    const [verdict] = decide(notice, [destination(when)], NOW);
    expect(verdict).toMatchObject({ decision: "deliver", unevaluable: true });
  });

  test.each(["succeeded", "skipped", "cancelled", "something new"])(
    "a rule that can't be evaluated on a run that %s is filtered, and marked",
    (status) => {
      expect(decisionFor(postSync({ status }), { "task.name": { $gt: 5 } })).toMatchObject({
        decision: "filtered",
        reason: "rule can't be evaluated: task.name > 5 (it is text, not a number)",
        unevaluable: true,
      });
    },
  );

  test("a failed run that the rule can tell does not fit is filtered", () => {
    const when = { "task.name": { $gt: 5 }, "tenant.id": "other" };
    expect(decisionFor(postSync({ status: "failed" }), when)).toMatchObject({
      decision: "filtered",
      unevaluable: false,
    });
  });

  test("a reason has an end, however long the rule is", () => {
    const when = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`field_${index}`, { $ne: "x".repeat(300) }]),
    );
    expect(decisionFor(postSync(), when).reason.length).toBeLessThanOrEqual(1000);
    expect(decisionFor(postSync(), { $nor: [when] }).reason.length).toBeLessThanOrEqual(1000);
  });
});

describe("events of other types", () => {
  const deploy = { event_type: "deploy", status: "failed" };

  test.each<readonly [unknown, string]>([
    [undefined, "filtered"],
    [{}, "filtered"],
    [{ status: "failed" }, "filtered"],
    [{ event_type: { $ne: "post_sync" } }, "filtered"],
    [{ event_type: "deploy" }, "deliver"],
    [{ event_type: ["post_sync", "deploy"] }, "deliver"],
    [{ event_type: "deploy", status: "succeeded" }, "filtered"],
    [{ event_type: "deploy", status: { $gt: 5 } }, "deliver"],
    [{ status: { $gt: 5 } }, "filtered"],
  ])("reach only the rules that name them: %j, %s", (when, decision) => {
    expect(decisionFor(deploy, when).decision).toBe(decision);
  });

  test("the reason names the type, on one line", () => {
    const event = { event_type: "de\nploy", status: "ok" };
    expect(decisionFor(event).reason).toBe(
      'events of type "de\\nploy" reach only rules that name the type',
    );
  });
});

describe("what a rule sees besides the event's own fields", () => {
  test.each([
    ["SUCCESS", "succeeded"],
    ["timed out", "failed"],
    ["no-op", "skipped"],
    ["Aborted", "cancelled"],
    ["flying", "other"],
  ])("status %j as outcome %j", (status, outcome) => {
    expect(decisionFor(postSync({ status }), { outcome }).decision).toBe("deliver");
  });

  test("the duration of the run in seconds: the event's times, else the sync's", () => {
    expect(ruleSubject(postSync())["duration"]).toBe(645);
    const sync = {
      id: "s",
      started_at: "2024-11-11T10:00:00.500Z",
      stopped_at: "2024-11-11T12:00:01+01:00",
    };
    const event = { ...postSync(), started_at: null, stopped_at: null, sync };
    expect(ruleSubject(event)["duration"]).toBe(3600.5);
    expect(decisionFor(event, { duration: { $gt: 3600, $lt: 3601 } }).decision).toBe("deliver");
  });

  test("no duration where a time is missing: a condition on it does not fit", () => {
    const event = { ...postSync(), stopped_at: null };
    expect(ruleSubject(event)).not.toHaveProperty("duration");
    expect(decisionFor(event, { duration: { $gt: 0 } }).reason).toBe(
      "rule does not match: duration > 0 (it is not there)",
    );
  });

  test("also where the event has a field of that name", () => {
    const event = postSync({ status: "error", outcome: "succeeded", duration: "long" });
    expect(decisionFor(event, { outcome: "failed", duration: 645 }).decision).toBe("deliver");
    const other = { event_type: "deploy", status: "ok", duration: 7 };
    expect(decisionFor(other, { event_type: "deploy", duration: 7 }).decision).toBe("deliver");
  });

  test("the event itself is not changed by it", () => {
    const event = Object.freeze(postSync());
    ruleSubject(event);
    expect(event).not.toHaveProperty("outcome");
  });
});
