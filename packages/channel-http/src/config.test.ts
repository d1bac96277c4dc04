import { secretsIn } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { channel } from "./index.ts";

const url = "https://hooks.example.com/in";
const keyOf = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString("base64")}`;

/** The dotted paths that a config is refused for. */
function refusedPaths(config: unknown): readonly string[] {
  const parsed = channel.config.safeParse(config);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("."));
}

describe("what is taken", () => {
  test("a URL alone, and then the body is the event as it came", () => {
    expect(channel.config.parse({ url })).toEqual({ url, format: "raw" });
  });

  test.each([
    ["plain http on a port", { url: "http://10.0.0.8:8080/in?team=data#top" }],
    ["the shortest key", { url, secret: keyOf(24) }],
    ["the longest key", { url, secret: keyOf(64) }],
    ["a header of the receiver's own", { url, headers: { Authorization: "Bearer 0123\t456" } }],
    ["a header whose name only starts alike", { url, headers: { "X-Webhook-Id": "1" } }],
    ["an envelope", { url, format: "cloudevents" }],
  ])("%s", (_what, config) => {
    expect(channel.config.parse(config)).toEqual({ format: "raw", ...config });
  });
});

describe("what is refused, with its place", () => {
  test.each([
    "ftp://example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "hooks.example.com/in",
    "//hooks.example.com/in",
    "https://",
    "",
    "https://user:password@hooks.example.com/",
    "https://user@hooks.example.com/",
    "https://:password@hooks.example.com/",
  ])("the URL %j", (target) => {
    expect(refusedPaths({ url: target })).toEqual(["url"]);
  });

  test.each(
    [
      ["Host", "Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Upgrade"],
      ["Expect", "Content-Length", "Content-Type", "Content-Encoding", "Accept-Encoding"],
      ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature", "Webhook-Other"],
    ]
      .flat()
      .flatMap((name) => [name, name.toLowerCase(), name.toUpperCase()]),
  )("the reserved header %s", (name) => {
    expect(refusedPaths({ url, headers: { [name]: "x" } })).toEqual([`headers.${name}`]);
  });

  test.each(["", "a b", "a:b", "a\r\nb", "é", "a".repeat(101)])("the header name %j", (name) => {
    expect(refusedPaths({ url, headers: { [name]: "x" } })).toEqual([`headers.${name}`]);
  });

  test.each(["a\r\nb: c", "a\nb", "a\rb", "a\u0000b", "\u007f", "é", "x".repeat(4097)])(
    "the header value %j",
    (value) => {
      expect(refusedPaths({ url, headers: { "x-team": value } })).toEqual(["headers.x-team"]);
    },
  );

  test.each([keyOf(23), keyOf(65), keyOf(32).slice(6), "whsec_!", "whsk_AAAA", ""])(
    "the secret %j",
    (secret) => {
      expect(refusedPaths({ url, secret })).toEqual(["secret"]);
    },
  );

  test("every mistake at once", () => {
    const headers = { host: "x", "x-team": "\n" };
    const config = { url: "x:", secret: "", headers, format: "xml" };
    expect(refusedPaths(config)).toEqual([
      "url",
      "secret",
      "headers.host",
      "headers.x-team",
      "format",
    ]);
  });

  test("a field that is not known, and a missing URL", () => {
    const parsed = channel.config.safeParse({ uri: url });
    expect(parsed.error?.issues).toMatchObject([
      { code: "invalid_type", path: ["url"] },
      { code: "unrecognized_keys", keys: ["uri"] },
    ]);
  });

  test("and no refusal quotes a secret", () => {
    const config = {
      url: "https://user:hunter22@x.example/",
      secret: "whsec_hunter33",
      headers: { "x-team": "hunter44\n" },
    };
    const { error } = channel.config.safeParse(config);
    expect(error?.issues).toHaveLength(3);
    expect(JSON.stringify(error)).not.toMatch(/hunter/);
  });
});

test("the signing key, the values of headers and the URL are masked wherever they turn up", () => {
  const config = { url, secret: keyOf(32), headers: { "x-team": "t0ken" } };
  expect(secretsIn(channel.config, config)).toEqual([url, keyOf(32), "t0ken"]);
});
