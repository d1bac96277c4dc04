import { EXAMPLE_NAMES, exampleNotification, notificationFrom } from "@syncbell/channel-kit";
import { type DigestEvent, type Item, type Notification, isDigestEvent } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { type SlackMessage, channel } from "./index.ts";
import { liveMarkup } from "./testing/slack-markup.ts";
import { slackProblems } from "./testing/slack-limits.ts";

const url = "https://hooks.example.com/services/T/B/x";

function render(notification: Notification, format: "line" | "blocks"): SlackMessage {
  const message = channel.render(notification, { url, format });
  expect(slackProblems(message)).toEqual([]);
  expect(liveMarkup(message)).toEqual([]);
  return message;
}

const linesOf = (notification: Notification): readonly string[] =>
  render(notification, "line").text.split("\n");

/** The texts of the sections that are no facts. */
function sectionsOf(notification: Notification): readonly string[] {
  const { blocks = [] } = render(notification, "blocks");
  return blocks.flatMap((block) =>
    block.type === "section" && block.text ? [block.text.text] : [],
  );
}

const digest = exampleNotification("digest");

const withItems = (texts: readonly string[], over: Partial<Notification> = {}): Notification => ({
  ...digest,
  items: texts.map((text): Item => ({ tone: "good", text })),
  itemsLeft: 0,
  ...over,
});

const many = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `item ${index + 1}`);

describe("of a digest, the text", () => {
  test("is its title, a line for each of ten items, and how many more there are", () => {
    const lines = linesOf(digest);
    expect(lines).toHaveLength(12);
    expect(lines[0]).toBe("12 of 40 pipelines failed for 3 tenants in 10 minutes");
    expect(lines[3]).toBe("✗ salesforce-to-postgres-3 (Tenant 3) failed 3 times");
    expect(lines.at(-1)).toBe("and 30 more");
  });

  test("is the same beside blocks", () => {
    expect(render(digest, "blocks").text).toBe(render(digest, "line").text);
  });

  test("says of a test that it is one", () => {
    expect(linesOf(withItems(["a"], { test: true }))[0]).toMatch(/^\[test\] 12 of 40/);
  });

  test("counts no more than there are", () => {
    expect(linesOf(withItems(many(10))).at(-1)).toBe("✓ item 10");
    expect(linesOf(withItems(many(11))).slice(-2)).toEqual(["✓ item 10", "and 1 more"]);
    expect(linesOf(withItems([], { itemsLeft: 3 }))).toHaveLength(1);
  });

  test("has a sign for each tone, so that nobody has to know colours", () => {
    const items = (["good", "bad", "neutral"] as const).map((tone) => ({ tone, text: "x" }));
    expect(linesOf({ ...digest, items, itemsLeft: 0 }).slice(1)).toEqual(["✓ x", "✗ x", "● x"]);
  });

  test("has every item escaped, and cut before that", () => {
    const [, first, second] = linesOf(
      withItems(["<!channel> & <https://evil|x>", "&".repeat(400)]),
    );
    expect(first).toBe("✓ &lt;!channel&gt; &amp; &lt;https://evil|x&gt;");
    expect(second).toBe(`✓ ${"&amp;".repeat(149)}…`);
  });
});

describe("of a digest, the blocks", () => {
  test("have fifteen items under the title, as plain text", () => {
    const { blocks = [] } = render(digest, "blocks");
    expect(blocks.map(({ type }) => type)).toEqual(["header", "section"]);
    const lines = sectionsOf(digest)[0]?.split("\n") ?? [];
    expect(lines).toHaveLength(16);
    expect(lines[14]).toBe("✓ salesforce-to-postgres-15 (Tenant 3) succeeded");
    expect(lines[15]).toBe("and 25 more");
  });

  test("have the counts beside them", () => {
    const [attachment] = render(digest, "blocks").attachments ?? [];
    expect(attachment?.color).toBe("#e01e5a");
    expect(JSON.stringify(attachment)).toMatch(/\*Runs\*.*"55".*\*Failed\*.*"24"/);
  });

  test("keep a part of every item beside facts and an error that would take it all", () => {
    const facts = Array.from({ length: 40 }, (_, at) => ({
      label: `F ${at}`,
      value: '"'.repeat(900),
    }));
    const excerpt = '"'.repeat(30_000);
    const title = '"'.repeat(150);
    const full = withItems(Array(40).fill("\\".repeat(900)), { title, facts, excerpt });
    const lines = sectionsOf(full)[0]?.split("\n") ?? [];
    expect(lines).toHaveLength(16);
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^✓ \\{38,}…$/);
    expect(JSON.stringify(render(full, "blocks").blocks)).toContain("characters cut");
  });
});

test("what is one thing has no list", () => {
  for (const name of EXAMPLE_NAMES.filter((each) => !each.startsWith("digest"))) {
    expect(linesOf(exampleNotification(name))).toHaveLength(1);
    expect(sectionsOf(exampleNotification(name))).toEqual([]);
  }
});

test("no line of a digest acts, whatever a tenant calls its pipelines", () => {
  const { event } = digest.source;
  if (!isDigestEvent(event)) throw new Error("is no digest");
  const acting = ["<!here>", "<@U1>", "*b* `c` _i_", ":tada:", "@channel", "a\nand 1000 more"];
  const lines = acting.map((name) => ({ ...event.lines[0]!, name, tenant: name, message: name }));
  const saying: DigestEvent = { ...event, lines };
  const hostile = notificationFrom(saying);
  expect(linesOf(hostile)).toHaveLength(8);
  expect(sectionsOf(hostile)[0]?.split("\n")).toHaveLength(7);
});
