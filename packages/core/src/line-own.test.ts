import { describe, expect, it } from "vitest";
import { eventLine } from "./line.ts";
import { changed, salesforceRun } from "./testing/example-events.ts";
import { counts, digest, overdue } from "./testing/own-events.ts";

const failure = {
  ...salesforceRun(),
  status: "FAILED",
  sync: { id: "sync-0" },
  started_at: "2024-11-11T04:00:00Z",
  stopped_at: "2024-11-11T04:10:00Z",
};

describe("the line of a recovery with the failure that was not told", () => {
  it("has the status of both, from the start of one to the end of the other", () => {
    expect(eventLine(salesforceRun(), undefined, failure)).toBe(
      "Status: FAILED, then succeeded | Tenant: Test Tenant | Pipeline: Salesforce | Source: Salesforce | Sync: sync-7yq5xvmvb1xtq5g7k6aw | Started: 2024-11-11 04:00:00+00:00 | Stopped: 2024-11-11 10:11:19+00:00",
    );
  });

  it("starts with the recovery where the failure's start is not known", () => {
    const timeless = changed(changed(failure, "started_at", null), "sync.started_at", undefined);
    expect(eventLine(salesforceRun(), undefined, timeless)).toContain(
      "| Started: 2024-11-11 10:00:34+00:00 |",
    );
  });

  it("is the recovery's own where the failure is no run", () => {
    const odd = { event_type: "x", status: "failed" };
    expect(eventLine(salesforceRun(), undefined, odd)).toBe(eventLine(salesforceRun()));
  });
});

describe("the line of Syncbell's own events", () => {
  it("names the pipeline that is overdue, and when its run was expected", () => {
    expect(eventLine(overdue())).toBe(
      "Event: sync.overdue | Status: overdue | Tenant: Acme | Pipeline: Salesforce | Expected: 2024-11-11 12:00:00+00:00",
    );
    expect(eventLine(overdue({ task_type: "transform" }))).toContain("| Transform: Salesforce |");
  });

  it("is of a digest its title, cut to the length", () => {
    const event = digest({ pipelines: counts({ failed: 3, succeeded: 37 }) });
    expect(eventLine(event)).toBe("3 of 40 pipelines failed for Acme in 10 minutes");
    expect(eventLine(event, 20)).toBe("3 of 40 pipelines f…");
  });
});
