import { describe, expect, it } from "vitest";
import type { Event } from "./event.ts";
import { factsOf } from "./facts.ts";
import type { Incident } from "./incident.ts";
import { changed, salesforceRun } from "./testing/example-events.ts";
import { counts, digest, overdue } from "./testing/own-events.ts";

type Said = readonly (readonly [label: string, value: string])[];

function said(event: Event, incident?: Incident, untold?: Event): Said {
  return factsOf(event, incident, untold).map(({ label, value }) => [label, value]);
}

const run = salesforceRun();
const ofRun = said(run);
const since = Date.parse("2024-11-11T08:00:00Z");

describe("the facts of a run", () => {
  it.each(["first", "broke", "healthy", "other", "late", "repeated"] as const)(
    "are its own where it is %s",
    (transition) => {
      expect(said(run, { transition, failures: 2, seconds: 60, since })).toEqual(ofRun);
    },
  );

  it("count the failures in a row, and say since when", () => {
    const incident: Incident = { transition: "failing", failures: 3, seconds: 7_879, since };
    expect(said(run, incident)).toEqual([
      ...ofRun,
      ["Failures in a row", "3"],
      ["Failing since", "2024-11-11 08:00:00+00:00"],
    ]);
    const unknown: Incident = { transition: "failing", failures: 3, seconds: 7_879 };
    expect(said(run, unknown).at(-1)).toEqual(["Failures in a row", "3"]);
  });

  it("say of a recovery what it ended", () => {
    const incident: Incident = { transition: "recovered", failures: 3, seconds: 7_879, since };
    expect(said(run, incident)).toEqual([
      ...ofRun,
      ["Failures before", "3"],
      ["Was failing for", "2 h 11 min"],
    ]);
  });

  it("tell of the failure that was not told before", () => {
    const failure = {
      ...salesforceRun(),
      status: "failed",
      stopped_at: "2024-11-11T08:00:00Z",
      sync: { id: "sync-0", termination_reason: "OOMKilled token=s3cr3t" },
    };
    const incident: Incident = { transition: "recovered", failures: 1, seconds: 7_879, since };
    expect(said(run, incident, failure).slice(ofRun.length)).toEqual([
      ["Failures before", "1"],
      ["Was failing for", "2 h 11 min"],
      ["Failed sync", "sync-0"],
      ["Failed at", "2024-11-11 08:00:00+00:00"],
      ["Failure", "OOMKilled token=***"],
    ]);
    expect(said(run, undefined, { event_type: "x", status: "failed" })).toEqual(ofRun);
  });
});

describe("the facts of an overdue run", () => {
  it("say when it should have come, and what came last", () => {
    expect(said(overdue())).toEqual([
      ["Tenant", "Acme"],
      ["Pipeline", "Salesforce"],
      ["Expected by", "2024-11-11 12:00:00+00:00"],
      ["Waited beyond that", "30 min"],
      ["Last sync", "sync-1"],
      ["Last status", "succeeded"],
      ["Last stopped", "2024-11-11 06:11:19+00:00"],
    ]);
  });

  it("name a transform by its kind, and leave out what is not known", () => {
    const event = changed(overdue({ task_type: "transform" }), "last.stopped_at", null);
    expect(said(event)[1]).toEqual(["Transform", "Salesforce"]);
    expect(said(event).at(-1)).toEqual(["Last status", "succeeded"]);
  });
});

describe("the facts of a digest", () => {
  it("count runs by their ends", () => {
    const runs = counts({ succeeded: 30, failed: 4, skipped: 3, cancelled: 2, other: 1 });
    expect(said(digest({ runs, notices: 2 }))).toEqual([
      ["Tenant", "Acme"],
      ["Runs", "40"],
      ["Failed", "4"],
      ["Succeeded", "30"],
      ["Skipped", "3"],
      ["Cancelled", "2"],
      ["Ended otherwise", "1"],
      ["Also", "2 notices"],
    ]);
  });

  it("leave out what did not happen, and the tenant where there are several", () => {
    const several = changed(digest({ tenants: 12 }), "tenant", undefined);
    expect(said(several)).toEqual([
      ["Tenants", "12"],
      ["Runs", "1"],
      ["Succeeded", "1"],
    ]);
    expect(said(digest({ runs: counts(), notices: 2 }))).toEqual([["Tenant", "Acme"]]);
  });
});

it("a value that was cut shows it", () => {
  const long = changed(run, "tenant.name", "word ".repeat(1_000));
  expect(said(long)[0]?.[1]).toMatch(/^word .{280,}…$/);
});
