import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Mention, type SlackConfig, channel } from "./index.ts";
import { failedRun, notificationFrom, runSaying, salesforceRun } from "./testing/events.ts";

const config: SlackConfig = { url: "https://hooks.example.com/services/T/B/x", format: "line" };

const textOf = (...given: Parameters<typeof notificationFrom>): string =>
  channel.render(notificationFrom(...given), config).text;

describe("the message", () => {
  test("is the event's line, byte for byte, in a payload that asks for no mark-up", () => {
    expect(channel.render(notificationFrom(salesforceRun), config)).toEqual({
      text: "Status: succeeded | Tenant: Test Tenant | Pipeline: Salesforce | Source: Salesforce | Sync: sync-7yq5xvmvb1xtq5g7k6aw | Started: 2024-11-11 10:00:34+00:00 | Stopped: 2024-11-11 10:11:19+00:00",
      mrkdwn: false,
      parse: "none",
      unfurl_links: false,
      unfurl_media: false,
    });
  });

  test("says that it is a test", () => {
    expect(textOf(salesforceRun, { test: true })).toMatch(/^\[test\] Status: succeeded \| /);
  });

  test("escapes the characters that Slack reads as control, and each once", () => {
    const text = textOf(runSaying("A & B <c> &lt; &amp;"));
    expect(text).toMatch(/^Status: A &amp; B &lt;c&gt; &amp;lt; &amp;amp; \| Tenant: A &amp; B/);
  });

  test.each([
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "<!subteam^S1|ops>",
    "<@U1>",
    "<#C1>",
    "<https://evil.example|click>",
    "<mailto:a@evil.example|click>",
    "<!date^1700000000^{date}^https://evil.example|x>",
    "&lt;!here&gt;",
  ])("leaves %j without effect wherever it stands", (words) => {
    const text = textOf(runSaying(words));
    const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    expect(text.split(escaped)).toHaveLength(6);
    expect(text).not.toMatch(/[<>]/);
  });

  test("masks a secret in a name", () => {
    const text = textOf(runSaying("postgres://ana:hunter22@db/x"));
    expect(text).toContain("Pipeline: postgres://ana:***@db/x | ");
    expect(text).not.toContain("hunter22");
  });

  test("keeps within its limit, and escapes all, whatever the event says at up to a megabyte", () => {
    const words = fc
      .tuple(
        fc.oneof(
          fc.constantFrom(
            "&",
            "<",
            '"',
            "\\",
            "中",
            "🔔",
            "e\u0301\u0301",
            "\ud800",
            "\u0001",
            "\n",
          ),
          fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
        ),
        fc.integer({ min: 0, max: 1_000_000 }),
      )
      .map(([unit, length]) => unit.repeat(Math.ceil(length / unit.length)));
    fc.assert(
      fc.property(words, fc.boolean(), (said, isTest) => {
        const options = { test: isTest };
        const message = channel.render(notificationFrom(runSaying(said), options), config);
        const bytes = Buffer.byteLength(JSON.stringify(message));
        expect(bytes).toBeLessThanOrEqual(channel.limits.maxBytes ?? 0);
        expect(message.text).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
        expect(message.text.endsWith(" 10:00:34+00:00 | Stopped: 2024-11-11 10:11:19+00:00")).toBe(
          true,
        );
      }),
      { numRuns: 30 },
    );
  });

  test("keeps within its limit for a line that somebody else made", () => {
    const notification = { ...notificationFrom(salesforceRun), line: "&".repeat(1_000_000) };
    const bytes = Buffer.byteLength(JSON.stringify(channel.render(notification, config)));
    expect(bytes).toBeLessThanOrEqual(channel.limits.maxBytes ?? 0);
  });
});

describe("a mention", () => {
  const mention: Mention = { users: ["U1", "W2"], groups: ["S1"], channel: true, on: ["failed"] };
  const calling = (event = failedRun, called: Mention = mention): string =>
    channel.render(notificationFrom(event), { ...config, mention: called }).text;

  test("stands in front of the line, which stays as it is", () => {
    expect(calling()).toBe(`<@U1> <@W2> <!subteam^S1> <!channel> ${textOf(failedRun)}`);
    expect(textOf(failedRun)).toMatch(/^Status: failed \| Tenant: Test Tenant \| /);
  });

  test("stands in front of the mark of a test too", () => {
    const notification = notificationFrom(failedRun, { test: true });
    const { text } = channel.render(notification, { ...config, mention });
    expect(text).toMatch(/^<@U1> <@W2> <!subteam\^S1> <!channel> \[test\] Status: failed \|/);
  });

  test("is left out where the outcome asks for none", () => {
    expect(calling(salesforceRun)).toBe(textOf(salesforceRun));
  });

  test.each([
    [true, "<!channel>"],
    ["channel", "<!channel>"],
    ["here", "<!here>"],
    ["everyone", "<!everyone>"],
  ] as const)("of the channel as %j is %s", (called, sequence) => {
    expect(calling(failedRun, { channel: called, on: ["failed"] })).toMatch(`${sequence} Status: `);
  });

  test("is due by the outcome, however a producer spells it", () => {
    const event = { ...failedRun, status: "ERROR" };
    expect(calling(event)).toMatch(/^<@U1> .*> Status: ERROR \|/);
  });
});

describe("ordinary values", () => {
  test.each([
    "snake_case_name",
    "a-b--c",
    "*.csv",
    "~/data",
    "`id`",
    "50% of 2 * 3 * 4",
    "x.io/a_b",
  ])("stay as they are: %j", (value) => {
    expect(textOf(runSaying(value))).toContain(`Pipeline: ${value} | `);
  });
});
