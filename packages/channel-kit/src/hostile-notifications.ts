import type { Event, Notification, NotificationOptions, OverdueEvent } from "@syncbell/core";
import { failedRun, otherEvent, runOfNulls, runSaying, transformRun } from "./example-events.ts";
import { digestSaying, overdueRun } from "./example-own-events.ts";
import { notificationFrom } from "./example-notifications.ts";

const CONTROLS = Array.from({ length: 0xa0 }, (_, code) =>
  code < 0x20 || code > 0x7e ? String.fromCharCode(code) : "",
).join("");

const WORDS: Readonly<Record<string, string>> = {
  "emoji of several parts": "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}\u{1F1E9}\u{1F1EA}",
  "right-to-left text and marks that reorder":
    "\u0645\u0631\u062D\u0628\u0627 \u202Eexe.cod\u2066 ",
  "control characters": `a${CONTROLS}\u001B[31m\r\n`,
  "lone surrogates": "a\uD83D b\uDD14",
  "marks without end": `Z${"\u0301".repeat(200)}`,
  "quotes and backslashes": "\"'\\`\u2028\u2029 ",
  "mark-up of services":
    "<!channel> <@U1> @everyone <https://evil.example|x> [a](https://evil.example) **b** {{status}} ${x} ",
};

/** More than the ends of what a run said last that a notification quotes, in UTF-16 units. */
const LONG = 45_000;

const BELL = "\u{1F514}";
/** As much as an event may have, with room for what stands around it and for its escapes. */
const MEGABYTE = 950_000;

/** A name for what is hard about each, and the notification. Made anew on every call. */
export function hostileNotifications(
  options: NotificationOptions = {},
): ReadonlyMap<string, Notification> {
  const of = (event: Event): Notification => notificationFrom(event, options);
  const fill = (words: string, length: number): string =>
    words.repeat(Math.ceil(length / words.length));
  const texts = Object.entries(WORDS).map(([name, words]): [string, Notification] => [
    name,
    of(runSaying(fill(words, 2_000), fill(words, LONG))),
  ]);
  const lines = Object.values(WORDS).map((words) => fill(words, 400));
  const short = Array.from({ length: 24 }, () => "short");
  return new Map([
    ...texts,
    // A cut that falls between two emoji of the first falls into one of the second.
    ["emoji in last words", of(failedRun(fill(BELL, LONG)))],
    ["a letter and emoji in last words", of(failedRun(`x${fill(BELL, LONG)}`))],
    ["emoji in a name", of(failedRunOf(fill(BELL, 280)))],
    ["a letter and emoji in a name", of(failedRunOf(`x${fill(BELL, 280)}`))],
    ["a megabyte of last words", of(failedRun(fill("  at line of a trace\n", MEGABYTE)))],
    ["a megabyte without a break", of(failedRun("x".repeat(MEGABYTE)))],
    ["a megabyte in names", of(runSaying("n".repeat(MEGABYTE / 10), "short"))],
    ["nulls everywhere", of(runOfNulls)],
    ["a transform", of(transformRun)],
    ["a long name that is overdue", of(overdueRunOf("n".repeat(LONG)))],
    ["all of these in the lines of a digest", of(digestSaying(lines))],
    ["a megabyte in a line of a digest", of(digestSaying(["n".repeat(MEGABYTE / 6), ...short]))],
    ["an event of another type", of(otherEvent)],
    ["an event without a word", of({ event_type: "x", status: "" })],
    ["many links", withManyLinks(of(failedRun("short")))],
    ["more facts than a run has", oversized(of(failedRun("short")))],
    ["more items than a digest has", withManyItems(oversized(of(failedRun("short"))))],
  ]);
}

function failedRunOf(name: string): Event {
  const run = failedRun("short");
  return { ...run, task: { ...run.task, name } };
}

function overdueRunOf(name: string): OverdueEvent {
  return { ...overdueRun, task: { ...overdueRun.task, name } };
}

function withManyLinks(notification: Notification): Notification {
  const links = Array.from({ length: 50 }, (_, index) => ({
    label: `Link ${index}`,
    url: `https://app.example.com/${index}/${"p".repeat(1_500)}`,
  }));
  return { ...notification, links };
}

function withManyItems(notification: Notification): Notification {
  const items = Array.from({ length: 1_000 }, (_, index) => ({
    tone: index % 2 === 0 ? ("bad" as const) : ("good" as const),
    text: "\u6F22".repeat(1_000),
  }));
  return { ...notification, items, itemsLeft: 1_000_000 };
}

/** Nothing that core makes of one event, but all that the contract's types allow. */
function oversized(notification: Notification): Notification {
  const facts = Array.from({ length: 1_000 }, (_, index) => ({
    label: `Label ${index}`,
    value: "v".repeat(300),
  }));
  const { title } = notification;
  return {
    ...notification,
    title: title + "t".repeat(100_000),
    line: "l".repeat(100_000),
    excerpt: "e".repeat(100_000),
    facts,
  };
}
