import { secretsIn } from "@syncbell/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type SlackConfig, channel } from "./index.ts";
import { notificationFrom, runSaying, salesforceRun } from "./testing/events.ts";

const config: SlackConfig = { url: "https://hooks.example.com/services/T/B/x", format: "line" };

const textOf = (...given: Parameters<typeof notificationFrom>): string =>
  channel.render(notificationFrom(...given), config).text;

describe("the message", () => {
  test("is the event's line, byte for byte, in a payload that asks for no mark-up", () => {
    expect(channel.render(notificationFrom(salesforceRun), config)).toEqual({
      text: "Status: succeeded | Tenant: Test Tenant | Pipeline: Salesforce | Source: Salesforce | Sync: sync-7yq5xvmvb1xtq5g7k6aw | Started: 2024-11-11 10:00:34+00:00 | Stopped: 2024-11-11 10:11:19+00:00",
      mrkdwn: false,
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

describe("the config", () => {
  test("needs a URL alone", () => {
    expect(channel.config.parse({ url: config.url })).toEqual(config);
  });

  test.each([
    [{ url: "ftp://hooks.example.com/" }, "url"],
    [{ url: "hooks.example.com/services" }, "url"],
    [{ url: "https://user@hooks.example.com/" }, "url"],
    [{ url: "https://:password@hooks.example.com/" }, "url"],
    [{ url: "" }, "url"],
    [{}, "url"],
    [{ ...config, format: "loud" }, "format"],
    [{ ...config, channel: "#general" }, ""],
  ])("refuses %j with its place", (given, path) => {
    const { error } = channel.config.safeParse(given);
    expect(error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
    expect(JSON.stringify(error)).not.toMatch(/hooks\.example|password@/);
  });

  test("names the URL as a secret", () => {
    expect(secretsIn(channel.config, config)).toEqual([config.url]);
  });
});
