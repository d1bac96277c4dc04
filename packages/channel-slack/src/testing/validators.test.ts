import { describe, expect, test } from "vitest";
import { liveMarkup } from "./slack-markup.ts";
import { slackProblems } from "./slack-limits.ts";

const plain = (text: string) => ({ type: "plain_text", text, emoji: false });
const marked = (text: string) => ({ type: "mrkdwn", text, verbatim: true });
const section = (text: string) => ({ type: "section", text: plain(text) });
const code = (element: object) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_preformatted", elements: [element] }],
});
const button = (over: object) => ({
  type: "button",
  text: plain("Open"),
  url: "https://a.io",
  ...over,
});
const actions = (...elements: readonly object[]) => ({ type: "actions", elements });

/** A message that breaks nothing, with other parts in the place of its own. */
const message = (over: object = {}, ...blocks: readonly object[]) => ({
  text: "A &amp; B",
  mrkdwn: false,
  parse: "none",
  unfurl_links: false,
  unfurl_media: false,
  blocks: [{ type: "header", text: plain("A & B") }, ...blocks],
  ...over,
});

const attached = (over: object) =>
  message({
    attachments: [{ color: "#2eb67d", fallback: "A", blocks: [section("B")], ...over }],
  });

test("a sound message has nothing against it", () => {
  const sound = {
    ...message({}, section("B"), code({ type: "text", text: "C" })),
    ...attached({}),
  };
  expect(slackProblems(sound)).toEqual([]);
  expect(liveMarkup(sound)).toEqual([]);
});

type Case = readonly [payload: unknown, said: string];
const saidFirst = (cases: readonly Case[]) => cases.map(([payload, said]) => [said, payload]);

describe("the limits say", () => {
  const cases: readonly Case[] = [
    [message({ text: "" }), "text: 0 characters, not 1 to 40000"],
    [message({ text: "A &am" }), "text: half of an entity"],
    [message({ text: "\ud83d" }), "message: half of a character"],
    [message({ text: "中".repeat(13_500) }), "message: over 40000 bytes"],
    [message({ blocks: [] }), "blocks: none"],
    [message({}, ...Array(50).fill(section("B"))), "blocks: over 50"],
    [message({}, ...Array(5).fill(section("x".repeat(2500)))), "blocks: 12937 characters in all"],
    [message({}, section("x".repeat(3001))), "blocks.1.text: 3001 characters, not 1 to 3000"],
    [message({}, { type: "header", text: plain("x".repeat(151)) }), "151 characters, not 1 to 150"],
    [message({}, { type: "header", text: marked("x") }), "blocks.1.text: type mrkdwn"],
    [message({}, { type: "section" }), "blocks.1: neither text nor fields"],
    [message({}, { type: "section", fields: Array(11).fill(plain("x")) }), "fields: over 10"],
    [message({}, { type: "section", fields: [plain("x".repeat(2001))] }), "not 1 to 2000"],
    [message({}, { type: "section", fields: [plain("")] }), "0 characters, not 1 to 2000"],
    [message({}, { type: "section", text: marked("&l") }), "blocks.1.text: half of an entity"],
    [
      message({}, { type: "section", text: { ...plain("x"), verbatim: true } }),
      "verbatim in plain",
    ],
    [
      message({}, { type: "context", elements: Array(11).fill(plain("x")) }),
      "not 1 to 10 elements",
    ],
    [message({}, actions()), "blocks.1: not 1 to 25 elements"],
    [message({}, actions(...Array(26).fill(button({})))), "blocks.1: not 1 to 25 elements"],
    [message({}, actions(button({ text: plain("x".repeat(76)) }))), "76 characters, not 1 to 75"],
    [message({}, actions(button({ url: "javascript:alert(1)" }))), "blocks.1.url: not http(s)"],
    [message({}, actions(button({ url: `https://${"x".repeat(3000)}` }))), "not 1 to 3000"],
    [message({}, code({ type: "text", text: "" })), "blocks.1.text: 0 characters"],
    [message({}, { type: "rich_text", elements: [] }), "blocks.1: no elements"],
    [message({}, { type: "image" }), "blocks.1: unknown type image"],
    [attached({ footer: "x", ts: 1, fields: [] }), "attachments: footer,ts,fields beside blocks"],
    [attached({ color: "danger" }), "attachments: colour is not hex"],
    [attached({ blocks: [] }), "blocks: none"],
  ];
  test.each(saidFirst(cases))("%s", (said, payload) => {
    expect(slackProblems(payload).join("\n")).toContain(said);
  });
});

describe("the search for what acts finds", () => {
  const cases: readonly Case[] = [
    [message({ text: "<!channel> x" }), "<!channel>"],
    [message({ text: "a < b" }), "<"],
    [message({ mrkdwn: true }), "text: *_~` act"],
    [message({ parse: "full" }), "text: URLs become links"],
    [message({ link_names: false }), "text: @names become mentions"],
    [message({ unfurl_links: true }), "unfurls"],
    [message({}, { type: "section", text: marked("<@U1>") }), "<@U1>"],
    [message({}, { type: "section", text: marked("*A* _b_") }), "mrkdwn: *A* _b_"],
    [
      message({}, { type: "section", text: { type: "mrkdwn", text: "*A*" } }),
      "mrkdwn: names and URLs become links",
    ],
    [message({}, code({ type: "broadcast", range: "channel" })), '"broadcast"'],
    [message({}, code({ type: "user", user_id: "U1" })), '"user"'],
    [message({}, code({ type: "link", url: "https://a.io" })), '"link"'],
    [message({}, code({ type: "text", text: "x", style: { bold: true } })), "rich_text: style"],
    [message({}, { type: "image", image_url: "https://a.io/x.png" }), '"image"'],
    [message({}, { type: "section", text: { type: "plain_text", text: ":x:" } }), "emoji"],
    [attached({ fallback: "<https://a.io|x>" }), "<https://a.io|x>"],
  ];
  test.each(saidFirst(cases))("%s", (said, payload) => {
    expect(liveMarkup(payload).join("\n")).toContain(said);
  });
});
