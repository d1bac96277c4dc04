import { expect, test } from "vitest";
import { mistakesIn, withDestination } from "../testing/config-file.ts";

const http = (...lines: readonly string[]): string =>
  withDestination("channel: http", "config: { url: https://example.com/in }", ...lines);

test("what a destination hears of, and when, is told in its own words", async () => {
  const whole = http(
    "notify: [broke, recovered]",
    "repeat: { every: 10 }",
    "digest: { window: 10m }",
    'mute: { hours: "22:00-07:00", days: [sat, sun], timezone: Europe/Berlin, then: hold }',
  );
  expect(await mistakesIn(whole)).toEqual([]);
  expect(await mistakesIn(http("repeat: { after: 6h }", "mute: { days: [sun] }"))).toEqual([]);
});

test.each([
  [
    "with a transition that is none",
    http("notify: [broken]"),
    '5:14: "notify[0]" must be "first" or "broke" or "failing" or "recovered" or "healthy" or "other"',
  ],
  [
    "with a repeat of both kinds",
    http("repeat: { every: 3, after: 6h }"),
    '5:13: "repeat" must have either every, like { every: 10 }, or after, like { after: 6h }',
  ],
  [
    "with a digest that takes too long",
    http("digest: { window: 8d }"),
    '5:23: "window" must be 7d at most',
  ],
  ["with a digest without a window", http("digest: {}"), '5:13: "window" is required'],
  [
    "with muted hours that are none",
    http('mute: { hours: "22-7" }'),
    '5:20: "hours" must be two different times of the day, like "22:00-07:00"',
  ],
  [
    "with a time zone that is none",
    http("mute: { days: [sat], timezone: Europe/Berlinn }"),
    '5:36: "timezone" must be the name of a time zone, like Europe/Berlin',
  ],
  [
    "with a mute without hours or days",
    http("mute: { then: drop }"),
    '5:11: "mute" must have hours, days or both',
  ],
  [
    "with a mute that never ends",
    http('mute: { hours: "00:00-24:00" }'),
    '5:11: "mute" must not be all hours of all days: pause or delete the destination instead',
  ],
])("%s", async (_, text, mistake) => {
  expect(await mistakesIn(text)).toEqual([`syncbell.yaml:${mistake}`]);
});
