import { describe, expect, it } from "vitest";
import { parseEvent } from "./parse-event.ts";
import { changed, pipelineEvent } from "./testing/example-events.ts";

describe("a time", () => {
  const PATHS = [
    "started_at",
    "stopped_at",
    "sync.started_at",
    "sync.stopped_at",
    "tenant.created_at",
    "task.created_at",
    "task.updated_at",
    "task.extractor.created_at",
    "task.loader_config.0.updated_at",
  ];
  const event = changed(pipelineEvent(), "task.loader_config", [{}]);

  it.each(PATHS)("must exist in %s", (path) => {
    const message = "must be an ISO 8601 date-time, like 2024-11-11T10:00:34Z";
    for (const time of ["soon", "", "2024-11-11", "2024-02-30T00:00:00Z", "1731319234"]) {
      const expected = { ok: false, errors: [{ path, message }] };
      expect(parseEvent(changed(event, path, time))).toEqual(expected);
    }
  });

  it.each(PATHS)("may have any offset and precision in %s", (path) => {
    for (const time of [
      "2024-11-11T10:00:34.123456789+05:30",
      "2024-11-11 10:00:34",
      "2024-11-11T10:00Z",
    ]) {
      expect(parseEvent(changed(event, path, time)).ok).toBe(true);
    }
  });
});
