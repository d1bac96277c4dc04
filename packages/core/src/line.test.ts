import { describe, expect, it } from "vitest";
import { eventLine } from "./line.ts";
import { changed, pipelineEvent, salesforceRun, transformEvent } from "./testing/example-events.ts";

const WELL_KNOWN =
  "Status: succeeded | Tenant: Test Tenant | Pipeline: Salesforce | Source: Salesforce | Sync: sync-7yq5xvmvb1xtq5g7k6aw | Started: 2024-11-11 10:00:34+00:00 | Stopped: 2024-11-11 10:11:19+00:00";

describe("eventLine", () => {
  it("says a pipeline's run in the well-known form, its times in UTC to the second", () => {
    expect(eventLine(salesforceRun())).toBe(WELL_KNOWN);
  });

  it.each([
    ["Z", "2024-11-11T10:00:34Z", "2024-11-11T10:11:19Z"],
    ["no offset", "2024-11-11 10:00:34", "2024-11-11 10:11:19"],
    ["nanoseconds", "2024-11-11T10:00:34.999999999Z", "2024-11-11T10:11:19.000000001Z"],
    ["an offset over midnight", "2024-11-12T00:00:34+14:00", "2024-11-11T00:11:19-10:00"],
  ])("says times that were written with %s alike", (_, started_at, stopped_at) => {
    expect(eventLine({ ...salesforceRun(), started_at, stopped_at })).toBe(WELL_KNOWN);
  });

  it("says a transform's run with its name in place of pipeline and source", () => {
    expect(eventLine(transformEvent())).toBe(
      "Status: succeeded | Tenant: Tenant 1 | Transform: Full Refresh: seed, run, test | Sync: sync-njxpamxorr78jb4xaz3u | Started: 2022-04-23 19:10:41+00:00 | Stopped: 2022-04-23 19:10:41+00:00",
    );
  });

  it("says the example of a pipeline", () => {
    expect(eventLine(pipelineEvent())).toBe(
      "Status: succeeded | Tenant: Tenant 1 | Pipeline: tenant-1-tap-salesforce-to-primary | Source: Salesforce | Sync: sync-9417afp9das7qkrzbqvz | Started: 2022-04-23 19:10:41+00:00 | Stopped: 2022-04-23 19:10:41+00:00",
    );
  });

  it.each([null, undefined])("takes the sync's times where the event's are %s", (absent) => {
    const run = salesforceRun();
    const event = {
      ...run,
      started_at: absent,
      stopped_at: absent,
      sync: { ...run.sync, started_at: run.started_at, stopped_at: run.stopped_at },
    };
    expect(eventLine(event)).toBe(WELL_KNOWN);
  });

  it("leaves out a time that is not known", () => {
    const event = changed(salesforceRun(), "stopped_at", null);
    expect(eventLine(event)).toBe(WELL_KNOWN.replace(/ \| Stopped:.*/, ""));
    const timeless = changed(changed(event, "started_at", null), "sync.started_at", null);
    expect(eventLine(timeless)).toBe(WELL_KNOWN.replace(/ \| Started:.*/, ""));
  });

  it.each([null, undefined, ""])("names the source by its name for a label of %j", (label) => {
    const line = eventLine(changed(salesforceRun(), "task.extractor.label", label));
    expect(line).toBe(WELL_KNOWN.replace("Source: Salesforce", "Source: tap-salesforce"));
  });

  it("leaves out a source that is not known", () => {
    const line = eventLine(changed(salesforceRun(), "task.extractor", null));
    expect(line).toBe(WELL_KNOWN.replace(" | Source: Salesforce", ""));
  });

  it("says the status in the producer's own word", () => {
    const line = eventLine(changed(salesforceRun(), "status", "FAILED (exit 1)"));
    expect(line).toMatch(/^Status: FAILED \(exit 1\) \| Tenant: /);
  });

  it("says of an event of an unknown type what is known of it", () => {
    const event = { event_type: "destination.disabled", status: "failed" };
    expect(eventLine(event)).toBe("Event: destination.disabled | Status: failed");
    expect(eventLine({ event_type: "x", status: "" })).toBe("Event: x");
  });

  it("escapes nothing: that is the channel's part", () => {
    const line = eventLine(changed(salesforceRun(), "task.name", "<!channel> & `R&D` *x*"));
    expect(line).toContain("| Pipeline: <!channel> & `R&D` *x* |");
  });
});
