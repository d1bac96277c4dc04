import { EXAMPLE_NAMES, exampleNotification } from "@syncbell/channel-kit";
import type { Item, Notification } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { adaptiveCard } from "./card.ts";
import type { CardMention } from "./mention.ts";
import { brokenRules, plainTexts } from "./testing/card-rules.ts";

const digest = exampleNotification("digest");

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** The texts of a card below its header, of a digest with other parts in the place of its own. */
function textsOf(change: Partial<Notification> = {}, mention?: CardMention): readonly string[] {
  const card = adaptiveCard({ ...digest, ...change }, "1.4", mention);
  expect(brokenRules(card)).toEqual([]);
  expect(bytes(card)).toBeLessThanOrEqual(19_000);
  const [, , ...texts] = plainTexts(card.body);
  return texts;
}

const many = (count: number, text = "item"): readonly Item[] =>
  Array.from({ length: count }, (_, index) => ({ tone: "bad", text: `${text} ${index + 1}` }));

describe("of a digest, a card", () => {
  test("has fifteen items under its header, says how many more there are, and then the counts", () => {
    const texts = textsOf();
    expect(texts.slice(0, 2)).toEqual([
      "✗",
      "salesforce-to-postgres-1 (Tenant 1) failed: requests.exceptions.HTTPError: 403 Client Error: REQUEST_LIMIT_EXCEEDED",
    ]);
    expect(texts.slice(28, 31)).toEqual([
      "✓",
      "salesforce-to-postgres-15 (Tenant 3) succeeded",
      "and 25 more",
    ]);
    expect(texts.slice(31)).toEqual(digest.facts.flatMap(({ label, value }) => [label, value]));
  });

  test("says nothing of more where there is none", () => {
    const facts: Notification["facts"] = [];
    expect(textsOf({ items: many(15), itemsLeft: 0, facts }).at(-1)).toBe("item 15");
    expect(textsOf({ items: many(16), itemsLeft: 0, facts }).at(-1)).toBe("and 1 more");
    expect(textsOf({ items: [], itemsLeft: 3, facts })).toEqual([]);
  });

  test("has a sign and a colour for each tone", () => {
    const tones = ["good", "bad", "neutral"] as const;
    const items = tones.map((tone) => ({ tone, text: tone }));
    const { body } = adaptiveCard({ ...digest, items, itemsLeft: 0, facts: [] }, "1.4");
    const signs = body.slice(1).map((row) => "columns" in row && row.columns[0]?.items[0]);
    expect(signs).toMatchObject([
      { inlines: [{ text: "✓", color: "Good" }] },
      { inlines: [{ text: "✗", color: "Attention" }] },
      { inlines: [{ text: "●", color: "Default" }] },
    ]);
  });
});

describe("what does not fit", () => {
  const facts = Array.from({ length: 50 }, (_, index) => ({
    label: `L${index}`,
    value: "漢".repeat(400),
  }));
  const items = many(40, "漢".repeat(250));

  test("goes step by step: items too, with the number of those that are left", () => {
    const texts = textsOf({ items, facts: facts.slice(0, 4) });
    expect(texts).toContain("and 43 more");
    expect(texts.filter((text) => text === "✗")).toHaveLength(12);
    expect(texts.at(-1)).not.toMatch(/^Left out/);
  });

  test("leaves the mention alone, and a part of all else, however large each is", () => {
    const users = Array.from({ length: 20 }, () => ({
      id: `${"a".repeat(64)}@${"b".repeat(44)}.com`,
      name: "漢".repeat(50),
    }));
    const entities = users.map((mentioned) => {
      const text = `<at>${mentioned.name}</at>`;
      return { type: "mention", text, mentioned } as const;
    });
    const text = entities.map((each) => each.text).join(", ");
    const mention: CardMention = { words: { type: "TextBlock", text, wrap: true }, entities };
    const link = { label: "漢".repeat(90), url: `https://a.example/#${"\\".repeat(585)}` };
    const full: Partial<Notification> = {
      title: "漢".repeat(5000),
      items: many(40, "漢".repeat(900)),
      facts,
      excerpt: "\t".repeat(100_000),
      links: [link, link],
      test: true,
    };
    const texts = textsOf(full, mention);
    expect(texts[0]).toBe("This is a test: no sync has ended.");
    expect(texts).toContain("and 54 more");
    expect(texts.at(-1)).toBe("Left out: 49 facts, 1 link.");
    expect(bytes(adaptiveCard({ ...digest, ...full }, "1.4", mention))).toBeGreaterThan(17_000);
  });
});

test("what is one thing has no items", () => {
  for (const name of EXAMPLE_NAMES.filter((each) => !each.startsWith("digest"))) {
    const notification = exampleNotification(name);
    const [, , ...texts] = plainTexts(adaptiveCard(notification, "1.4").body);
    const below = texts.filter((text) => text !== "This is a test: no sync has ended.");
    expect(below.slice(0, 1)).toEqual([notification.facts[0]?.label]);
  }
});
