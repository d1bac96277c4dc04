import { describe, expect, test } from "vitest";
import { failedRun } from "../testing/events.ts";
import { filled, filledText, messageOf } from "../testing/filled.ts";

const url = "postgres://ana:hunter22@db.example.com/x";
const event = {
  ...failedRun(),
  url,
  list: [url, { url }],
  settings: {
    password: "hunter22",
    api_key: 12_345_678,
    "client secret": ["hunter22"],
    credentials: { user: "ana", pass: "hunter22" },
    token: null,
    has_token: true,
    visible: "yes",
  },
  [url]: "as a key",
};

describe("secrets in an event are masked", () => {
  test.each([
    "{{url}}",
    "{{upper url}}",
    "{{truncate url 24}}",
    "{{default url 1}}",
    "{{json url}}",
    "{{json list}}",
    "{{list}}",
    "{{event}}",
    "{{json @root}}",
    "{{settings}}",
    "{{settings.password}}",
    "{{settings.api_key}}",
    "{{settings.[client secret]}}",
    "{{settings.credentials.pass}}",
    "{{#each list}}{{this}}{{url}}{{/each}}",
    "{{#each settings}}{{@key}}={{this}};{{/each}}",
    "{{#each event}}{{@key}}{{/each}}",
    "{{#each event as |value name|}}{{name}}{{/each}}",
    "{{#with settings}}{{password}}{{#with credentials}}{{pass}}{{/with}}{{/with}}",
    "{{#each settings.credentials}}{{this}}{{/each}}",
    "{{sync.termination_message}}{{excerpt}}{{line}}{{title}}",
    "{{event.sync.termination_message}}",
  ])("%s", (template) => {
    for (const body of [
      filled(template, event),
      filled({ a: template, b: `x${template}` }, event),
    ]) {
      expect(JSON.stringify(body)).not.toMatch(/hunter22|HUNTER22|12345678/);
    }
  });

  test("and nothing else is", () => {
    const template = [
      "{{url}}",
      "{{settings.visible}}",
      "{{settings.has_token}}",
      "{{settings.token}}",
    ];
    const masked = "postgres://ana:***@db.example.com/x";
    expect(filled(template, event)).toEqual([masked, "yes", true, null]);
  });
});

describe("a very long text", () => {
  const words = "error ".repeat(30_000);

  test("comes through with its middle cut out, and fits a body", () => {
    const body = filledText("{{text}}", { ...event, text: `start ${words}end` }, "text/plain");
    expect(body).toMatch(/^start error .*\n… \d+ characters cut …\n.* error end$/s);
    expect(body.length).toBeLessThanOrEqual(20_000);
    expect(messageOf("{{text}}", { ...event, text: "语".repeat(300_000) })).not.toHaveProperty(
      "note",
    );
  });

  test("has its secrets masked wherever they stand, across a cut too", () => {
    const secret = "s3cr3t".repeat(50);
    for (let at = 8_000; at < 52_000; at += 500) {
      for (const text of [
        `${"x ".repeat(at / 2)}password=${secret} ${words}`,
        `${words} password=${secret} ${"x ".repeat(at / 2)}`,
      ]) {
        expect(filled("{{text}}", { ...event, text }, "text/plain")).not.toContain("s3cr3t");
      }
    }
  });
});

test("what the configuration made is not masked", () => {
  expect(filled({ link: "{{link}}" })).toEqual({
    link: "https://app.example.com/tenant1/syncs/sync-1?tab=(log)",
  });
});
