import type { Link, Notification } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { type SlackMessage, channel } from "./index.ts";
import {
  failedRun,
  longFailedRun,
  notificationFrom,
  runSaying,
  salesforceRun,
  skippedRun,
} from "./testing/events.ts";
import { liveMarkup } from "./testing/slack-markup.ts";
import { slackProblems } from "./testing/slack-limits.ts";

const url = "https://hooks.example.com/services/T/B/x";

function render(notification: Notification): SlackMessage {
  const message = channel.render(notification, { url, format: "blocks" });
  expect(slackProblems(message)).toEqual([]);
  expect(liveMarkup(message)).toEqual([]);
  return message;
}

/** All texts of the message's blocks in reading order. */
function words(message: SlackMessage): readonly string[] {
  return [message.blocks, message.attachments?.flatMap(({ blocks }) => blocks)].flatMap(
    (blocks) =>
      JSON.stringify(blocks, (_key, value: unknown) => value)
        .match(/"text":"(?:[^"\\]|\\.)*"/g)
        ?.map((found) => (JSON.parse(`{${found}}`) as { text: string }).text) ?? [],
  );
}

const code = (message: SlackMessage): unknown =>
  message.blocks?.find(({ type }) => type === "rich_text");

const withLinks = (...links: readonly Link[]): SlackMessage =>
  render(notificationFrom(salesforceRun, { links }));

const withFacts = (count: number, value: string): SlackMessage => {
  const facts = Array.from({ length: count }, (_, at) => ({ label: `Fact ${at}`, value }));
  return render({ ...notificationFrom(longFailedRun), facts });
};

describe("the layout", () => {
  test("says what happened, whose run it was and what it said before the facts", () => {
    const said = words(render(notificationFrom(failedRun)));
    expect(said.slice(0, 2)).toEqual(["Salesforce failed", "Tenant: Test Tenant"]);
    expect(said[2]).toMatch(/^Traceback .*SUPERUSER attribute$/s);
    expect(said.slice(3, 7)).toEqual(["*Pipeline*", "Salesforce", "*Source*", "Salesforce"]);
  });

  test("has the line for notifications, as the other format has it", () => {
    const notification = notificationFrom(failedRun);
    const { text } = channel.render(notification, { url, format: "line" });
    expect(render(notification).text).toBe(text);
  });

  test.each([
    [salesforceRun, "#2eb67d"],
    [failedRun, "#e01e5a"],
    [skippedRun, "#8d8d92"],
  ])("is coloured by the tone", (event, color) => {
    expect(render(notificationFrom(event)).attachments?.map((each) => each.color)).toEqual([color]);
  });

  test("says that it is a test", () => {
    expect(words(render(notificationFrom(salesforceRun, { test: true }))).slice(0, 2)).toEqual([
      "Test: Salesforce succeeded",
      "This is a test of the destination: nothing has happened.",
    ]);
  });

  test("mentions outside of the attachment, which Slack may fold", () => {
    const config = { url, format: "blocks", mention: { users: ["U1"], on: ["failed"] } } as const;
    const { blocks, attachments } = channel.render(notificationFrom(failedRun), config);
    expect(blocks?.[0]).toMatchObject({ type: "section", text: { text: "<@U1>" } });
    expect(JSON.stringify(attachments)).not.toContain("U1");
  });

  test("stands without facts and links, and with an empty title", () => {
    const bare = { ...notificationFrom(salesforceRun), facts: [], title: "" };
    expect(words(render(bare))).toEqual(["post_sync"]);
    expect(render(bare).attachments).toEqual([]);
  });
});

describe("the excerpt", () => {
  test("is plain text in a code block, whatever it looks like", () => {
    const said = "```\n<!channel> *b* `c` <https://evil.example|x>\n```";
    expect(code(render(notificationFrom(runSaying(said))))).toEqual({
      type: "rich_text",
      elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: said }] }],
    });
  });

  test("keeps its head and its tail, and says how much is cut between them", () => {
    const message = render(notificationFrom(longFailedRun));
    expect(JSON.stringify(code(message))).toMatch(
      /"Traceback \(most recent call last\):\\n.*\\n… \d{5} characters cut …\\n.*for the batch"/,
    );
    expect(words(message)[2]?.length).toBeGreaterThan(1900);
    expect(words(message)[2]?.length).toBeLessThanOrEqual(2000);
  });

  test("keeps its share beside facts that would take it all", () => {
    expect(words(withFacts(200, "x".repeat(5000)))[2]?.length).toBeGreaterThan(990);
  });

  test("is not cut within a character", () => {
    const family = "👨‍👩‍👧‍👦";
    const event = {
      ...failedRun,
      sync: { ...failedRun.sync, termination_message: family.repeat(900) },
    };
    const [head, , tail] = (words(render(notificationFrom(event)))[2] ?? "").split("\n");
    expect(head?.replaceAll(family, "")).toBe("");
    expect(tail?.replaceAll(family, "")).toBe("");
  });
});

describe("the facts", () => {
  test("stand as label and value, ten fields a section", () => {
    const [attachment] = render(notificationFrom(salesforceRun)).attachments ?? [];
    const sections = attachment?.blocks.filter(({ type }) => type === "section");
    expect(sections?.map((each) => "fields" in each && each.fields?.length)).toEqual([10, 4]);
    expect(sections?.[0] && "fields" in sections[0] && sections[0].fields?.slice(0, 2)).toEqual([
      { type: "mrkdwn", text: "*Tenant*", verbatim: true },
      { type: "plain_text", text: "Test Tenant", emoji: false },
    ]);
  });

  test("are left out from the sixteenth on, and the message says so", () => {
    const said = words(withFacts(200, "x".repeat(5000)));
    expect(said).toContain("*Fact 14*");
    expect(said).not.toContain("*Fact 15*");
    expect(said).toContain("Facts not shown: 185.");
  });

  test("that say nothing are left out", () => {
    const facts = [
      { label: "Empty", value: " " },
      { label: "", value: "x" },
    ];
    const said = words(render({ ...notificationFrom(salesforceRun), facts }));
    expect(said).toEqual(["Salesforce succeeded"]);
  });

  test("have no mark-up in a label either", () => {
    const facts = [{ label: "*<!here>* `", value: "x" }];
    const message = render({ ...notificationFrom(salesforceRun), facts });
    expect(words(message)).toContain("*<!here>* `");
  });
});

describe("the buttons", () => {
  test("lead to the links in their order", () => {
    const message = withLinks(
      { label: "run", url: "https://app.example.com/a b/<x|y>" },
      { label: "", url: "http://wiki.example.com/" },
    );
    expect(message.attachments?.[0]?.blocks.at(-1)).toMatchObject({
      elements: [
        { text: { text: "Open run" }, url: "https://app.example.com/a%20b/%3Cx%7Cy%3E" },
        { text: { text: "Open wiki.example.com" }, url: "http://wiki.example.com/" },
      ],
    });
  });

  test.each([
    "javascript:alert(1)",
    "slack://open",
    "data:text/html,x",
    "/runs/1",
    "",
    `https://a.example/${"x".repeat(3000)}`,
  ])("do not lead to %s", (target) => {
    expect(JSON.stringify(withLinks({ label: "Open", url: target }))).not.toContain("button");
  });

  test("are 25 at most, with 75 characters each", () => {
    const link = { label: "Run ".repeat(40), url: "https://a.io" };
    const links = Array.from({ length: 40 }, () => ({ ...link, label: "Run" }));
    const [attachment] = withLinks(...links).attachments ?? [];
    expect(attachment?.blocks.at(-1)).toMatchObject({ elements: { length: 25 } });
    expect(words(withLinks(link)).at(-1)).toHaveLength(75);
  });

  test("leave room for the rest of the message", () => {
    const long = { label: "Open", url: `https://a.example/${"x".repeat(2900)}` };
    const [attachment] = withLinks(long, long, long).attachments ?? [];
    expect(attachment?.blocks.at(-1)).toMatchObject({ elements: { length: 1 } });
  });
});
