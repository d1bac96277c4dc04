import { plainMessage, secretsIn } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { channel } from "./index.ts";

const url = "https://example.com/in";
const template = { text: "{{title}}" };

/** The dotted paths that a config is refused for. */
function refusedPaths(config: unknown): readonly string[] {
  const parsed = channel.config.safeParse(config);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("."));
}

describe("what is taken", () => {
  test.each([
    ["a JSON template", { url, template }],
    ["a list", { url, template: [1, "{{title}}"] }],
    ["text", { url, template: "{{title}}" }],
    [
      "all there is",
      {
        url: "http://10.0.0.8:8080/in?a=1",
        method: "PUT",
        headers: { Authorization: "Bearer 0123\t456", "x-team": "data" },
        content_type: 'text/plain; charset="utf-8"',
        template: "{{title}}",
      },
    ],
  ])("%s", (_what, config) => {
    expect(channel.config.parse(config)).toEqual({ method: "POST", ...config });
  });

  test.each([
    [{ preset: "discord", url }, {}],
    [{ preset: "google-chat", url }, {}],
    [{ preset: "mattermost", url }, {}],
    [{ preset: "telegram", token: "123:abc", chat_id: -1001 }, { url: "https://api.telegram.org" }],
    [{ preset: "telegram", token: "1:a", chat_id: "@channel", message_thread_id: 5, url }, {}],
    [
      { preset: "pagerduty", routing_key: "R".repeat(32) },
      { severity: "error", url: "https://events.pagerduty.com" },
    ],
    [
      { preset: "opsgenie", api_key: "k-1" },
      { priority: "P3", url: "https://api.opsgenie.com" },
    ],
    [{ preset: "ntfy", topic: "data_team" }, { url: "https://ntfy.sh" }],
    [{ preset: "ntfy", topic: "t", token: "tk_1", url }, {}],
  ])("the preset %j", (config, added) => {
    expect(channel.config.parse(config)).toEqual({ ...added, ...config });
  });
});

describe("what is refused, with its place", () => {
  test.each([
    ["ftp://example.com/", "hooks.example.com", "https://user:hunter22@example.com/", ""],
  ])("a URL like %j", (...targets) => {
    for (const target of targets) {
      expect(refusedPaths({ url: target, template })).toEqual(["url"]);
      expect(refusedPaths({ preset: "discord", url: target })).toEqual(["url"]);
      expect(refusedPaths({ preset: "ntfy", topic: "t", url: target })).toEqual(["url"]);
    }
  });

  test.each(
    "Host Connection Content-Length CONTENT-TYPE Transfer-Encoding Webhook-Id webhook-x".split(" "),
  )("the reserved header %s", (name) => {
    expect(refusedPaths({ url, template, headers: { [name]: "x" } })).toEqual([`headers.${name}`]);
  });

  test.each([
    [{ headers: { "a:b": "x" } }, "headers.a:b"],
    [{ headers: { "x-a": "a\r\nb: c" } }, "headers.x-a"],
    [{ headers: { "x-a": 5 } }, "headers.x-a"],
    [{ method: "GET" }, "method"],
    [{ method: "post" }, "method"],
    [{ content_type: "json" }, "content_type"],
    [{ content_type: "text/plain\r\nx: y" }, "content_type"],
    [{ template: undefined }, "template"],
    [{ template: 5 }, "template"],
    [{ template: 5, content_type: "text/csv" }, "template"],
    [{ template: "{{x", content_type: "text/csv" }, "template content_type"],
    [{ preset: "slack" }, "preset"],
    [{ preset: null }, "preset"],
    [{ secret: "x" }, ""],
  ])("%j", (given, path) => {
    expect(refusedPaths({ url, template, ...given })).toEqual(path.split(" "));
  });

  test.each([
    [{ preset: "discord" }, "url"],
    [{ preset: "discord", url, template }, ""],
    [{ preset: "telegram", token: "abc", chat_id: "data team" }, "token chat_id"],
    [{ preset: "telegram", token: "1:a" }, "chat_id"],
    [{ preset: "telegram", token: "1:a/../b", chat_id: 1 }, "token"],
    [{ preset: "pagerduty", routing_key: "", severity: "bad" }, "routing_key severity"],
    [{ preset: "opsgenie", api_key: "a b", priority: "P6" }, "api_key priority"],
    [{ preset: "ntfy", topic: "a/b", token: "a\nb" }, "topic token"],
  ])("%j", (config, paths) => {
    expect(refusedPaths(config)).toEqual(paths.split(" "));
  });

  test("every mistake at once, those of the template among them", () => {
    const config = { url: "x:", method: "GET", template: "{{x" };
    expect(refusedPaths(config)).toEqual(["url", "method", "template"]);
    expect(
      refusedPaths({ url, headers: { host: "x" }, template: { a: "{{x", b: ["{{/if}}"] } }),
    ).toEqual(["headers.host", "template.a", "template.b.0"]);
  });

  test("in words for the person who wrote it", () => {
    const said = (config: unknown): readonly string[] =>
      (channel.config.safeParse(config, { error: plainMessage }).error?.issues ?? []).map(
        ({ message }) => message,
      );
    expect(said({ preset: "pager" })).toEqual([
      "must be discord, google-chat, mattermost, telegram, pagerduty, opsgenie or ntfy",
    ]);
    expect(said({ url })).toEqual(["is required"]);
    expect(said({ preset: "telegram", token: "1:a" })).toEqual([
      "must be a chat's number, or the name of a channel with its @",
    ]);
    expect(said("x")).toEqual(["must be an object, not text"]);
  });

  test("and no refusal quotes a secret", () => {
    for (const config of [
      { url: "https://u:hunter22@example.com/", headers: { "x-a": "hunter22\n" }, template },
      { preset: "discord", url: "https://u:hunter22@example.com/" },
      { preset: "telegram", token: "hunter22", chat_id: 1 },
      { preset: "pagerduty", routing_key: "hunter22 " },
      { preset: "opsgenie", api_key: "hunter22 " },
      { preset: "ntfy", topic: "t", token: "hunter22 " },
    ]) {
      const { error } = channel.config.safeParse(config);
      expect(error?.issues.length).toBeGreaterThan(0);
      expect(JSON.stringify(error)).not.toContain("hunter22");
    }
  });
});

test.each([
  [{ url, headers: { "x-a": "secret-1" }, template }, [url, "secret-1"]],
  [{ preset: "discord", url }, [url]],
  [{ preset: "google-chat", url }, [url]],
  [{ preset: "mattermost", url }, [url]],
  [{ preset: "telegram", token: "1:abc", chat_id: 1 }, ["1:abc"]],
  [{ preset: "pagerduty", routing_key: "Rkey" }, ["Rkey"]],
  [{ preset: "opsgenie", api_key: "k-1" }, ["k-1"]],
  [{ preset: "ntfy", topic: "topic-1", token: "tk_1" }, ["tk_1", "topic-1"]],
])("the secrets of %j are masked wherever they turn up", (config, secrets) => {
  expect(secretsIn(channel.config, config).toSorted()).toEqual(secrets);
});
