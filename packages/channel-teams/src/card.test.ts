import type { Notification } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { adaptiveCard } from "./card.ts";
import { type TeamsConfig, channel } from "./index.ts";
import { brokenRules, plainTexts } from "./testing/card-rules.ts";
import { exampleNotification, examples, notificationFrom } from "./testing/events.ts";

const workflow: TeamsConfig = { mode: "workflow", url: "https://example.com/" };
const bot: TeamsConfig = { mode: "bot", app_id: "", app_password: "", app_tenant: "" };

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

function cardOf(change: Partial<Notification>) {
  return adaptiveCard({ ...exampleNotification("failure"), ...change }, "1.4");
}

describe.each(Object.keys(examples))("the notice of %s", (name) => {
  const notification = exampleNotification(name);

  test("is the one in its golden file", async () => {
    const text = `${JSON.stringify(channel.render(notification, workflow), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`../golden/${name}.json`);
  });

  test("is a card as Teams takes them, with a version for each mode", () => {
    const message = channel.render(notification, workflow);
    const { content } = message.attachments[0];
    expect(brokenRules(content)).toEqual([]);
    expect(content.version).toBe("1.4");
    const { attachments, ...said } = channel.render(notification, bot);
    expect(said).toEqual({ type: "message", summary: notification.title });
    expect(attachments[0].content).toEqual({ ...content, version: "1.5" });
  });

  test("says every fact, and the way to the run", () => {
    const { body, actions } = adaptiveCard(notification, "1.4");
    const texts = plainTexts(body);
    for (const { label, value } of notification.facts) {
      expect(texts).toContain(label);
      expect(texts).toContain(value);
    }
    const url = "https://app.example.com/a/syncs/sync-7yq5xvmvb1xtq5g7k6aw";
    expect(actions).toEqual([{ type: "Action.OpenUrl", title: "Open run", url }]);
  });
});

test("a test says so in its title, below it, and where the card can't be shown", () => {
  const card = adaptiveCard(exampleNotification("test"), "1.4");
  expect(plainTexts(card)[1]).toMatch(/^Test: /);
  expect(plainTexts(card)).toContain("This is a test: no sync has ended.");
  expect(card.fallbackText).toMatch(/^A test\. /);
});

describe("of an error", () => {
  test("the indentation is kept, the text is monospace", () => {
    const last = cardOf({ excerpt: "a\n  b\n\tc  d" }).body.at(-1);
    expect(last).toMatchObject({
      style: "emphasis",
      items: [{ inlines: [{ fontType: "Monospace" }] }],
    });
    expect(plainTexts(last)).toEqual(["a\n\u00a0\u00a0b\n\u00a0\u00a0\u00a0\u00a0c  d"]);
  });

  test("the first and the last lines are kept, with a note of how many are not", () => {
    const excerpt = Array.from({ length: 1000 }, (_, index) => `line ${index}`).join("\n");
    const lines = plainTexts(cardOf({ excerpt }).body.at(-1))[0]?.split("\n") ?? [];
    expect(lines).toHaveLength(24);
    expect(lines[0]).toBe("line 0");
    expect(lines[8]).toBe("… 977 lines cut …");
    expect(lines.at(-1)).toBe("line 999");
  });

  test("so are the ends of a single long line", () => {
    const excerpt = `start ${"x".repeat(90_000)} end`;
    const [text = ""] = plainTexts(cardOf({ excerpt }).body.at(-1));
    expect(text).toMatch(/^start x+\n… \d+ characters cut …\nx+ end$/);
    expect(text.length).toBeLessThanOrEqual(3000);
  });
});

describe("what does not fit", () => {
  const facts = Array.from({ length: 50 }, (_, index) => ({
    label: `L${index}`,
    value: "漢".repeat(400),
  }));

  test("facts go first, then a part of the error, and the card says so", () => {
    const card = cardOf({ facts: facts.slice(0, 20), excerpt: `start ${"漢".repeat(5000)} end` });
    expect(bytes(card)).toBeLessThanOrEqual(19_000);
    expect(plainTexts(card).at(-1)).toBe("Left out: 12 facts.");
    expect(plainTexts(card).at(-2)).toMatch(/^start .* end$/s);
    expect(plainTexts(cardOf({ facts: facts.slice(0, 6) })).at(-1)).not.toMatch(/^Left out/);
  });

  test("everything at its largest still fits", () => {
    const link = { label: "漢".repeat(90), url: `https://a.example/#${"\\".repeat(585)}` };
    const card = cardOf({
      title: "漢".repeat(5000),
      facts,
      excerpt: "\t".repeat(100_000),
      links: Array.from({ length: 9 }, () => link),
      test: true,
    });
    expect(brokenRules(card)).toEqual([]);
    expect(card.actions).toHaveLength(5);
    expect(bytes(card)).toBeLessThanOrEqual(19_000);
    expect(bytes(card)).toBeGreaterThan(16_000);
    expect(plainTexts(card).at(-1)).toBe("Left out: 47 facts, 4 links.");
  });
});

test("buttons lead to the web alone; what leads elsewhere is counted as left out", () => {
  const urls = [
    "javascript:alert(1)",
    "file:///etc/passwd",
    "msteams://x",
    "/relative",
    "",
    `https://a.example/${"x".repeat(2000)}`,
    "HTTPS://A.example/a b",
  ];
  const card = cardOf({ links: urls.map((url) => ({ label: "run", url })) });
  expect(card.actions).toEqual([
    { type: "Action.OpenUrl", title: "Open run", url: "https://a.example/a%20b" },
  ]);
  expect(plainTexts(card).at(-1)).toBe("Left out: 6 links.");
});

test("a notice without facts, links or words of the run is a card too", () => {
  const card = cardOf({ facts: [], links: [], excerpt: "", title: "" });
  expect(card.actions).toBeUndefined();
  expect(bytes(card)).toBeLessThan(1000);
});

test("the renderer is a function of its arguments alone", () => {
  const notification = notificationFrom(examples["failure"]!);
  const before = JSON.stringify(notification);
  const first = channel.render(notification, workflow);
  expect(channel.render(notification, workflow)).toEqual(first);
  expect(JSON.stringify(notification)).toBe(before);
});
