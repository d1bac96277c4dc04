import { describe, expect, it } from "vitest";
import { runTimes } from "./run-times.ts";
import { changed, pipelineEvent } from "./testing/example-events.ts";

const EVENT_TIME = Date.parse("2022-04-23T19:10:41.689Z");
const SYNC_START = Date.parse("2033-02-28T21:34:22.029Z");

describe("runTimes", () => {
  it("takes the event's own times before the sync's", () => {
    expect(runTimes(pipelineEvent())).toEqual({ started: EVENT_TIME, stopped: EVENT_TIME });
  });

  it.each([null, undefined])("takes the sync's time where the event's is %s", (absent) => {
    const event = changed(pipelineEvent(), "started_at", absent);
    expect(runTimes(event)).toEqual({ started: SYNC_START, stopped: EVENT_TIME });
  });

  it("leaves a time unknown where neither says", () => {
    const event = changed(pipelineEvent(), "stopped_at", null);
    expect(runTimes(event)).toEqual({ started: EVENT_TIME, stopped: undefined });
  });
});
