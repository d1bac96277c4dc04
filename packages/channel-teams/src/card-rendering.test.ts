import { globSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import {
  EXAMPLE_NAMES,
  hostileNotifications,
  exampleNotification as kitNotification,
} from "@syncbell/channel-kit";
import type { Notification } from "@syncbell/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AdaptiveCard, type TeamsConfig, type TeamsMessage, channel } from "./index.ts";
import { botConfig } from "./testing/bot.ts";
import { type CardPage, openCardPage } from "./testing/card-page.ts";
import { type Chromium, startChromium } from "./testing/chromium.ts";
import {
  anyMention,
  exampleNotification,
  examples,
  links,
  mentioningCards,
  notificationFrom,
} from "./testing/events.ts";
import { LIVE, hostileEvent } from "./testing/hostile.ts";
import type { RenderedCard } from "./testing/render-in-browser.ts";

/** In pixels: a narrow pane, as on a phone, and a wide one. */
const WIDTHS = [300, 700];

/** Many times what it takes, for a machine that has other things to do. */
const TIMEOUT_MS = 120_000;

let chromium: Chromium;
let page: CardPage;
beforeAll(async () => {
  chromium = await startChromium();
  page = await openCardPage(chromium.browser);
}, TIMEOUT_MS);
afterAll(() => chromium?.close());

/** A text whose white space does not count: a renderer makes its own of it. */
const squeezed = (text: string): string => text.replace(/\s+/g, " ").trim();

/** What a mention of two is, where Markdown and HTML are read. */
const MENTION = ["p", "at", "at"];

const cardOf = ({ attachments }: TeamsMessage): AdaptiveCard => attachments[0].content;

describe("a golden card", () => {
  const golden = new URL("../golden/", import.meta.url);
  const files = globSync("**/*.{json,snap}", { cwd: golden }).toSorted();
  let rendered: readonly RenderedCard[];
  beforeAll(async () => {
    const texts = files.map((file) => readFileSync(new URL(file, golden), "utf8"));
    const messages = texts.map((text) => JSON.parse(text) as TeamsMessage);
    rendered = await page.render(messages.map(cardOf), WIDTHS);
  });

  test("is there for every example, in both modes", () => {
    const ofKit = EXAMPLE_NAMES.flatMap((name) => [`bot/${name}.snap`, `workflow/${name}.snap`]);
    const own = Object.keys(examples).map((name) => `${name}.json`);
    expect(files).toEqual([...ofKit, ...own, ...mentioningCards.keys()].toSorted());
  });

  test.each(files)("%s shows all that it should, and fits", (file) => {
    const { title, facts, excerpt, links: asked, items = [] } = notificationOfFile(file);
    const { text, live, ...rest } = rendered[files.indexOf(file)]!;
    const actions = asked.map(({ label, url }) => ({ title: `Open ${label}`, url }));
    expect(rest).toEqual({ complaints: [], outside: [], actions });
    expect(live).toEqual(mentioningCards.has(file) ? MENTION : []);
    const shown = squeezed(text);
    if (mentioningCards.has(file)) expect(shown).toMatch(/^Ana Silva, Bo Chen /);
    for (const item of items.slice(0, 15)) expect(shown).toContain(item.text);
    expect(shown).toContain(title);
    for (const { label, value } of facts) expect(shown).toContain(squeezed(`${label} ${value}`));
    for (const line of linesShown(excerpt ?? "")) expect(shown).toContain(line);
  });

  test("does nothing by itself", async () => expect(await page.deeds()).toEqual([]));
});

function notificationOfFile(file: string): Notification {
  const mentioning = mentioningCards.get(file);
  if (mentioning) return kitNotification(mentioning.name);
  const [name, mode] = file
    .replace(/\.\w+$/, "")
    .split("/")
    .toReversed();
  if (mode === undefined) return exampleNotification(name ?? "");
  return kitNotification(EXAMPLE_NAMES.find((each) => each === name)!);
}

/** The lines of an excerpt that a card has room for. */
function linesShown(excerpt: string): readonly string[] {
  const lines = excerpt.split("\n").map(squeezed);
  return lines.length > 24 ? [...lines.slice(0, 8), ...lines.slice(-15)] : lines;
}

interface Case {
  readonly notification: Notification;
  readonly config: TeamsConfig;
}

const workflow: TeamsConfig = { mode: "workflow", url: "https://example.com/" };

const mentioningBot: TeamsConfig = { ...botConfig, mention: anyMention };

/** What a tenant could say to do harm, by a name. */
const HOSTILE: ReadonlyMap<string, Case> = new Map(
  [
    ...hostileNotifications({ links }),
    ...[...hostileNotifications({ test: true })].map(
      ([name, notification]) => [`a test of ${name}`, notification] as const,
    ),
    ...LIVE.map((words) => [words, failureSaying(words)] as const),
    // The same on every run, so that what is found can be found again.
    ...fc
      .sample(hostileEvent, { seed: 20261124, numRuns: 80 })
      .map((event, index) => [`sample ${index}`, notificationFrom(event, { links })] as const),
  ].flatMap(([name, notification]) =>
    [workflow, mentioningBot].map((config) => [
      `${config.mode}: ${name}`,
      { notification, config },
    ]),
  ),
);

function failureSaying(words: string): Notification {
  const run = examples["failure"]!;
  const sync = { ...run.sync, termination_message: words, termination_reason: words };
  return notificationFrom({ ...run, sync }, { links });
}

describe("a card of a hostile event", () => {
  const rendered = new Map<string, RenderedCard>();
  beforeAll(async () => {
    const messages = [...HOSTILE.values()].map((each) =>
      channel.render(each.notification, each.config),
    );
    const all = await page.render(messages.map(cardOf), [300]);
    for (const [index, name] of [...HOSTILE.keys()].entries()) rendered.set(name, all[index]!);
  }, TIMEOUT_MS);

  test(`is text in boxes, with buttons and a mention of ours: ${HOSTILE.size} times`, () => {
    const wrong = [...HOSTILE].flatMap(([name, { notification, config }]) => {
      const { complaints, live, outside, actions } = rendered.get(name)!;
      const own = new Set(notification.links.map(({ label, url }) => `Open ${label}: ${url}`));
      const foreign = actions
        .map(({ title, url }) => `${title}: ${url}`)
        .filter((button) => !own.has(button));
      const isMentioning = isDeepStrictEqual(live, config.mention ? MENTION : []);
      const found = [...complaints, ...(isMentioning ? [] : live), ...outside, ...foreign];
      return found.length > 0 ? [{ name, found: found.slice(0, 5) }] : [];
    });
    expect(wrong).toEqual([]);
  });

  test.each(LIVE)("shows %j as it is", (words) => {
    const said = words.replace(/\{(?=\{(?:DATE|TIME)\()/g, "{ ");
    for (const mode of ["workflow", "bot"]) {
      expect(squeezed(rendered.get(`${mode}: ${words}`)!.text)).toContain(squeezed(said));
    }
  });

  test("does nothing by itself", async () => expect(await page.deeds()).toEqual([]));
});

describe("what the checks look for", () => {
  const textBlock = (text: string): object => ({ type: "TextBlock", text });
  const facts = (text: string): object => ({
    type: "FactSet",
    facts: [{ title: "x", value: text }],
  });
  const run = (text: string): object => ({ type: "RichTextBlock", inlines: [text] });

  const of = async (...body: readonly object[]): Promise<RenderedCard> => {
    const [card] = await page.render([{ type: "AdaptiveCard", version: "1.4", body }], WIDTHS);
    return card!;
  };

  test.each([
    ["[x](http://evil.example)", ["a", "a href=http://evil.example"]],
    ["http://evil.example", ["a", "a href=http://evil.example"]],
    ["![x](http://evil.example/)", ["img", "img src=http://evil.example/"]],
    ["<at>Ana</at>", ["at"]],
    ["<script>1</script>", ["script"]],
    ["**x**", ["strong"]],
  ])("is found in %s, where Markdown is read", async (text, found) => {
    for (const body of [textBlock(text), facts(text)]) {
      expect((await of(body)).live).toEqual(expect.arrayContaining(found));
    }
    expect((await of(run(text))).live).toEqual([]);
  });

  test("is found in a button, a chart, a broad column and a date", async () => {
    const action = { type: "Action.OpenUrl", title: "x", url: "http://evil.example/" };
    const { actions } = await of({ type: "ActionSet", actions: [action] });
    expect(actions).toEqual([{ title: "x", url: "http://evil.example/" }]);
    expect((await of({ type: "Chart" })).complaints).not.toEqual([]);
    const column = { type: "Column", width: "900px", items: [run("x")] };
    const { outside } = await of({ type: "ColumnSet", columns: [column] });
    expect(outside).toEqual(expect.arrayContaining(["300: x", "700: x"]));
    expect((await of(run("{{DATE(2026-11-24T10:00:00Z, SHORT)}}"))).text).toMatch(/2026$/);
  });

  test.each([
    ["![x](http://evil.example/x.png)", "request: http://evil.example/x.png"],
    ["<iframe src='http://evil.example/page'></iframe>", "request: http://evil.example/page"],
    ["<img src=x onerror=alert(1)>", "dialog: 1"],
    ["<img src=x onerror=broken()>", "error: broken is not defined"],
  ])("is found in what the page does: %s", async (text, deed) => {
    await page.deeds();
    await of(textBlock(text));
    expect(await page.deeds()).toContain(deed);
  });
});
