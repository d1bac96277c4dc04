import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bodyOf } from "./body.ts";
import { channel } from "./index.ts";
import { digestEvent, exampleEvent, notificationFrom } from "./testing/events.ts";

const formats = ["raw", "standard", "cloudevents"] as const;
const url = "https://hooks.example.com/in";

/** An event whose text does not survive being parsed and written again. */
const delicate =
  ' { "status":"succeeded","2":1,"1":2, "event_type" : "custom","n":9007199254740993, "x":1.10, "e":"\\u00e9\\/" }\n';

describe("raw", () => {
  test("is the event's text, untouched", () => {
    expect(bodyOf(notificationFrom(delicate).source, "raw")).toBe(delicate);
  });
});

describe("standard", () => {
  test("is the envelope of Standard Webhooks, in its order, around the event's text", () => {
    expect(bodyOf(notificationFrom(delicate).source, "standard")).toBe(
      `{"type":"custom","timestamp":"2026-11-24T12:30:00.250Z","data":${delicate}}`,
    );
  });
});

describe("cloudevents", () => {
  test("is a CloudEvent 1.0 in structured mode around the event's text", () => {
    expect(bodyOf(notificationFrom(delicate).source, "cloudevents")).toBe(
      '{"specversion":"1.0","id":"evt_01","source":"syncbell","type":"custom",' +
        '"time":"2026-11-24T12:30:00.250Z","datacontenttype":"application/json",' +
        `"data":${delicate}}`,
    );
  });
});

describe("a digest", () => {
  const notification = notificationFrom(digestEvent);
  const bodyAs = (format: (typeof formats)[number]): string =>
    channel.render(notification, { url, format }).body;

  test("is sent as its own event, not as those that it stands for", () => {
    expect(notification.items).toHaveLength(1);
    expect(bodyAs("raw")).toBe(digestEvent);
    expect(JSON.parse(bodyAs("raw"))).toMatchObject({ event_type: "digest", status: "failed" });
  });

  test("has its own type in an envelope", () => {
    expect(JSON.parse(bodyAs("standard"))).toEqual({
      type: "digest",
      timestamp: "2026-11-24T12:30:00.250Z",
      data: JSON.parse(digestEvent),
    });
    expect(JSON.parse(bodyAs("cloudevents"))).toMatchObject({
      specversion: "1.0",
      type: "digest",
      id: "evt_01",
      data: JSON.parse(digestEvent),
    });
  });
});

test.each(formats)("%s is JSON that holds the event, whatever the event is", (format) => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (fields, type) => {
      const event = { ...fields, event_type: type, status: "done" };
      const { source } = notificationFrom(JSON.stringify(event));
      const body: unknown = JSON.parse(bodyOf(source, format));
      const data: unknown = JSON.parse(source.raw);
      expect(body).toEqual(format === "raw" ? data : expect.objectContaining({ type, data }));
    }),
  );
});

test.each(["pipeline", "transform"] as const)("renders the %s event alike every time", (task) => {
  for (const format of formats) {
    const rendered = formats.map(() =>
      channel.render(notificationFrom(exampleEvent(task)), { url, format }),
    );
    expect(new Set(rendered.map((message) => JSON.stringify(message))).size).toBe(1);
  }
});

test.each([
  ["raw", "application/json"],
  ["standard", "application/json"],
  ["cloudevents", "application/cloudevents+json"],
] as const)("%s is sent as %s", (format, contentType) => {
  const notification = notificationFrom(exampleEvent("pipeline"));
  expect(channel.render(notification, { url, format }).contentType).toBe(contentType);
});
