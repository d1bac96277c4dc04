import { createRequire } from "node:module";
import type * as AdaptiveCards from "adaptivecards";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type TeamsConfig, type TeamsMessage, channel } from "./index.ts";
import { brokenRules, plainTexts, textsWithMarkup } from "./testing/card-rules.ts";
import {
  anyMention,
  exampleNotification,
  examples,
  links,
  notificationFrom,
} from "./testing/events.ts";
import { LIVE, SECRET, hostileEvent } from "./testing/hostile.ts";

// The package's own entry is for browsers; its bundle parses and checks in Node too.
const { AdaptiveCard, SerializationContext, Versions } = createRequire(import.meta.url)(
  "adaptivecards/dist/adaptivecards.min.js",
) as typeof AdaptiveCards;

const configs: readonly [TeamsConfig, TeamsConfig] = [
  { mode: "workflow", url: "https://example.com/" },
  { mode: "bot", app_id: "", app_password: "", app_tenant: "" },
];

/** What Microsoft's own renderer has against a message's card. */
function complaints({ attachments }: TeamsMessage): readonly string[] {
  const context = new SerializationContext(Versions.v1_4);
  const card = new AdaptiveCard();
  card.parse({ ...attachments[0].content, version: "1.4" }, context);
  const events = Array.from({ length: context.eventCount }, (_, index) =>
    context.getEventAt(index),
  );
  return [...events, ...card.validateProperties().validationEvents].map(
    (event) => event?.message ?? "",
  );
}

/** All that must hold of any message, whatever the event says. */
function check(message: TeamsMessage, { mention: asked }: TeamsConfig): void {
  const text = JSON.stringify(message);
  expect(text).not.toMatch(SECRET);
  const { content } = message.attachments[0];
  expect(brokenRules(content)).toEqual([]);
  expect(complaints(message)).toEqual([]);
  // No mention without an entity, no link but those of the configuration.
  const entities = asked?.users.map((mentioned) => {
    return { type: "mention", text: `<at>${mentioned.name}</at>`, mentioned };
  });
  expect(content.msteams.entities).toEqual(entities);
  expect(content.actions).toEqual([
    { type: "Action.OpenUrl", title: "Open run", url: links[0]?.url },
  ]);
  const [words, ...rest] = content.body;
  expect(textsWithMarkup(words)).toHaveLength(asked ? 1 : 0);
  const below = asked
    ? { ...message, attachments: [{ content: { ...content, body: rest } }] }
    : message;
  for (const read of textsWithMarkup(below)) {
    expect(read).not.toMatch(/[<>{}[\]*`~|\\]|(?<![\p{L}\p{N}_])_|_(?![\p{L}\p{N}_])/u);
  }
  for (const shown of [...plainTexts(content), ...textsWithMarkup(below)]) {
    expect(shown).not.toMatch(/\{\{(?:DATE|TIME)\(/i);
    expect(shown).not.toMatch(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
    );
    expect(shown.isWellFormed()).toBe(true);
  }
}

test("2,500 hostile events in both modes: small, inert, without secrets, as the schema wants", () => {
  fc.assert(
    fc.property(hostileEvent, fc.boolean(), fc.boolean(), (event, isTest, isMentioning) => {
      const notification = notificationFrom(event, { links, test: isTest });
      for (const each of configs) {
        const config = isMentioning ? { ...each, mention: anyMention } : each;
        const message = channel.render(notification, config);
        expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(20_000);
        check(message, config);
      }
    }),
    { numRuns: 2500 },
  );
}, 120_000);

describe("a text that would act", () => {
  test.each(LIVE)("%j is only shown", (live) => {
    const run = examples["failure"]!;
    const sync = { ...run.sync, termination_message: live, termination_reason: live };
    const [config] = configs;
    const message = channel.render(notificationFrom({ ...run, sync }, { links }), config);
    check(message, config);
    const shown = plainTexts(message).join("\n").replaceAll("\u00a0", " ");
    expect(shown).toContain(live.replace(/\{(?=\{(?:DATE|TIME)\()/g, "{ "));
  });
});

test.each(Object.keys(examples))(
  "Microsoft's renderer has nothing against the card of %s",
  (name) => {
    for (const config of configs) {
      expect(complaints(channel.render(exampleNotification(name), config))).toEqual([]);
    }
  },
);

test("the checks find what they look for", () => {
  const card = channel.render(exampleNotification("success"), configs[0]).attachments[0].content;
  const block = { type: "TextBlock", text: "[x](https://evil.example)" };
  expect(brokenRules({ ...card, body: [block] })).toEqual(["card.body[0] is a TextBlock"]);
  expect(textsWithMarkup({ ...card, body: [block] })).toContain(JSON.stringify(block));
  expect(brokenRules({ ...card, actions: [{ type: "Action.Submit" }] })).toHaveLength(1);
  expect(brokenRules({ ...card, msteams: { entities: [] } })).toEqual(["card.msteams"]);
  expect(brokenRules({ ...card, msteams: { width: "Full", entities: [] } })).toEqual([
    "card.msteams",
  ]);
  const odd = { ...card, body: [{ type: "RichTextBlock", rtl: true, inlines: [] }] };
  expect(brokenRules(odd)).toHaveLength(2);
  const message = { attachments: [{ content: { ...card, body: [{ type: "Chart" }] } }] };
  expect(complaints(message as unknown as TeamsMessage)).not.toEqual([]);
});
