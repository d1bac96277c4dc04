import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactSecrets } from "./redact.ts";

const LONG = "a".repeat(4000);

describe("redactSecrets", () => {
  it.each([
    ["postgres://app:hunter22@db:5432/x", "postgres://app:***@db:5432/x"],
    ["mongodb+srv://u:p%40ss@cluster0.example.net", "mongodb+srv://u:***@cluster0.example.net"],
    ["redis://:hunter22@cache:6379", "redis://:***@cache:6379"],
    ["mysql://u:p@ss:w@rd@db", "mysql://u:***@db"],
    ["(see amqp://guest:guest@mq/%2f)", "(see amqp://guest:***@mq/%2f)"],
  ])("masks the password of a connection string: %s", (text, masked) => {
    expect(redactSecrets(text)).toBe(masked);
  });

  it.each([
    ["password=hunter22", "password=***"],
    ["PASSWORD: hunter22, user: bob", "PASSWORD: ***, user: bob"],
    ["password:          hunter22", "password:          ***"],
    ['{"api_key": "k-1 2", "n": 1}', '{"api_key": ***, "n": 1}'],
    ["{'token': 'abc', 'n': 1}", "{'token': ***, 'n': 1}"],
    ["{'password': b'abc', 'n': 1}", "{'password': ***, 'n': 1}"],
    [String.raw`{\"pwd\": \"abc\", \"n\": 1}`, String.raw`{\"pwd\": ***, \"n\": 1}`],
    [
      "Server=db;User Id=sa;Password=abc;Encrypt=yes",
      "Server=db;User Id=sa;Password=***;Encrypt=yes",
    ],
    ["https://x/?sig=abc%3D&sv=2", "https://x/?sig=***&sv=2"],
    ["clientSecret: abc", "clientSecret: ***"],
    ["TAP_SALESFORCE_REFRESH_TOKEN=abc", "TAP_SALESFORCE_REFRESH_TOKEN=***"],
    ["aws_secret_access_key = abc", "aws_secret_access_key = ***"],
    ["private-key=abc", "private-key=***"],
    [`token=${LONG}`, "token=***"],
    [`"access_token": "${LONG}"`, '"access_token": ***'],
  ])("masks the value of a field that is named like a secret: %s", (text, masked) => {
    expect(redactSecrets(text)).toBe(masked);
  });

  it.each([
    ["Authorization: Bearer abcdefgh", "Authorization: Bearer ***"],
    ['"authorization": "Basic dXNlcjpwYXNz"', '"authorization": "Basic ***"'],
    ["HTTP_AUTHORIZATION=Basic dXNlcjpwYXNz", "HTTP_AUTHORIZATION=Basic ***"],
    ["Proxy-Authorization: abcd1234", "Proxy-Authorization: ***"],
    [
      String.raw`{\"Authorization\": \"Basic dXNl\"}`,
      String.raw`{\"Authorization\": \"Basic ***\"}`,
    ],
    ["sent bearer abcdefghijklmnop", "sent bearer ***"],
  ])("masks a credential of HTTP: %s", (text, masked) => {
    expect(redactSecrets(text)).toBe(masked);
  });

  it.each([
    ["Slack", `xoxb-${"1".repeat(12)}-abcdefghij`],
    ["Slack's webhooks", "https://hooks.slack.com/services/T0/B0/abcdefgh"],
    ["GitHub", `ghp_${"a1".repeat(18)}`],
    ["GitHub, fine-grained", `github_pat_${"a1".repeat(18)}`],
    ["AWS", `AKIA${"A1".repeat(8)}`],
    ["Stripe", `sk_live_${"a1".repeat(12)}`],
    ["Google", `AIza${"a1".repeat(17)}`],
    ["Standard Webhooks", `whsec_${"a1".repeat(16)}`],
    ["Standard Webhooks, v1a", `whsk_${"a1".repeat(16)}`],
    ["npm", `npm_${"a1".repeat(18)}`],
    ["JWT", `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${"a".repeat(43)}`],
    ["a JWT of many claims", `eyJhbGciOiJIUzI1NiJ9.eyJ${"a".repeat(7000)}.${"a".repeat(43)}`],
    [
      "PEM",
      `-----BEGIN RSA PRIVATE KEY-----\n${"MIIE\n".repeat(400)}-----END RSA PRIVATE KEY-----`,
    ],
    ["a PEM without its end", `-----BEGIN PRIVATE KEY-----\nMIIEabc`],
  ])("masks a key of %s by its shape", (_, key) => {
    expect(redactSecrets(`said ${key} and`)).not.toContain(key.slice(-8).trim());
    expect(redactSecrets(`said ${key}`)).toBe("said ***");
  });

  it.each([
    "Sync failed: table users has no column email",
    "https://app.example.com/tenant1/syncs/sync-1?tab=logs",
    "SSL: CERTIFICATE_VERIFY_FAILED for db.example.com:5432",
    "the token has expired",
    "2024-11-11T10:00:34+00:00 [INFO] 12 records",
    "git@github.com:acme/repo.git",
    "line 3: unexpected '}'",
    "***",
  ])("leaves ordinary words alone: %s", (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  it("masks a password wherever it stands in a text", () => {
    const password = fc.stringMatching(/^[A-Za-z0-9!$%^*()+=._~-]{6,40}$/);
    fc.assert(
      fc.property(fc.lorem(), password, fc.lorem(), (before, secret, after) => {
        const masked = redactSecrets(`${before} postgres://app:${secret}@db/x ${after}`);
        expect(masked).toBe(`${before} postgres://app:***@db/x ${after}`);
      }),
    );
  });
});
