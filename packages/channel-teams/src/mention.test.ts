import { exampleNotification } from "@syncbell/channel-kit";
import type { Notification } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { type AdaptiveCard, type TeamsConfig, channel } from "./index.ts";
import { botConfig } from "./testing/bot.ts";
import { brokenRules } from "./testing/card-rules.ts";
import { dutyMention, mentioningCards } from "./testing/events.ts";

const workflow = { mode: "workflow", url: "https://example.com/" } as const;
const modes: readonly TeamsConfig[] = [workflow, botConfig];

const cardOf = (notification: Notification, config: unknown): AdaptiveCard =>
  channel.render(notification, channel.config.parse(config)).attachments[0].content;

/** Whether each mode mentions somebody; `when` is a part of the config as it is written. */
function isMentioning(notification: Notification, when: object): readonly boolean[] {
  const mention = { users: dutyMention.users, ...when };
  return modes.map((mode) => {
    const { body, msteams } = cardOf(notification, { ...mode, mention });
    expect(msteams.entities !== undefined).toBe(body[0]?.type === "TextBlock");
    return msteams.entities !== undefined;
  });
}

const failing = exampleNotification("failing");
const [yes, no] = [
  [true, true],
  [false, false],
];

describe.each(modes)("a mention of $mode", (mode) => {
  test("is the first element of the card, with an entity for each user", () => {
    const { body, msteams } = cardOf(failing, { ...mode, mention: dutyMention });
    expect(body[0]).toEqual({
      type: "TextBlock",
      text: "<at>Ana Silva</at>, <at>Bo Chen</at>",
      wrap: true,
    });
    expect(msteams.entities).toEqual([
      {
        type: "mention",
        text: "<at>Ana Silva</at>",
        mentioned: { id: "ana.silva@contoso.com", name: "Ana Silva" },
      },
      {
        type: "mention",
        text: "<at>Bo Chen</at>",
        mentioned: { id: "87d349ed-44d7-43e1-9a83-5f2406dee5bd", name: "Bo Chen" },
      },
    ]);
  });

  test("changes nothing else of the card", () => {
    const { body, msteams, ...rest } = cardOf(failing, { ...mode, mention: dutyMention });
    expect(msteams.width).toBe("Full");
    expect({ ...rest, body: body.slice(1), msteams: { width: "Full" } }).toEqual(
      cardOf(failing, mode),
    );
  });
});

describe("a mention is made", () => {
  test("from the failure in a row on that is given", () => {
    expect(isMentioning(failing, { from: 3 })).toEqual(yes);
    expect(isMentioning(failing, { from: 4 })).toEqual(no);
    expect(isMentioning(exampleNotification("failure"), { from: 2 })).toEqual(no);
  });

  test("on the outcomes that are given", () => {
    expect(isMentioning(exampleNotification("success"), {})).toEqual(no);
    expect(isMentioning(exampleNotification("success"), { on: ["succeeded"] })).toEqual(yes);
    expect(isMentioning(exampleNotification("untold-recovery"), {})).toEqual(no);
  });

  test("within the hours of a time zone, on the days that are given", () => {
    // A Tuesday; in Berlin it is half past one.
    const at = Date.UTC(2026, 10, 24, 12, 30);
    const berlin = { hours: "13:00-14:00", timezone: "Europe/Berlin" };
    expect(isMentioning({ ...failing, at }, { ...berlin, days: ["tue"] })).toEqual(yes);
    expect(isMentioning({ ...failing, at }, { ...berlin, days: ["wed"] })).toEqual(no);
    expect(isMentioning({ ...failing, at: at + 30 * 60_000 }, berlin)).toEqual(no);
  });

  test("for a digest with failures, whatever their number, and for an overdue run", () => {
    expect(isMentioning(exampleNotification("digest"), { from: 9 })).toEqual(yes);
    expect(isMentioning(exampleNotification("digest-of-one"), {})).toEqual(no);
    expect(isMentioning(exampleNotification("overdue"), {})).toEqual(yes);
  });
});

test("words of an event that look like a mention are none, beside a mention too", () => {
  const title = "<at>Ana Silva</at> failed";
  const { body, msteams } = cardOf({ ...failing, title }, { ...workflow, mention: dutyMention });
  expect(msteams.entities).toHaveLength(2);
  expect(JSON.stringify(body.slice(1))).not.toContain('"TextBlock"');
  expect(JSON.stringify(body.slice(1))).toContain(title);
});

test.each([...mentioningCards])("the message in golden/%s", async (file, { name, config }) => {
  const message = channel.render(exampleNotification(name), config);
  expect(brokenRules(message.attachments[0].content)).toEqual([]);
  expect(message.attachments[0].content.msteams.entities).toHaveLength(2);
  await expect(`${JSON.stringify(message, null, 2)}\n`).toMatchFileSnapshot(`../golden/${file}`);
});
