import { describe, expect, it } from "vitest";
import { redactSecrets, redactor } from "./redact.ts";

const MILLION = 1_000_000;

const PIECES = [
  "a",
  "a-",
  "a.",
  "A ",
  "aa://",
  "aa://b:",
  "aa://b:c",
  "password",
  "passwor-",
  "password-",
  'password"',
  "password ",
  `token${" ".repeat(31)}`,
  `${"a-".repeat(20)}token${" ".repeat(32)}`,
  'token="',
  "token='",
  String.raw`token\\\"`,
  "authorization:",
  "authorization: bearer ",
  "bearer ",
  "eyJ-",
  "eyJaaaaaaaa.",
  "eyJaaaaaaaa.eyJ-",
  "xoxb-",
  "ghp_",
  "AKIA",
  "sk_live_",
  "whsec_",
  "-----BEGIN ",
  "-----BEGIN PRIVATE KEY-----",
  "https://hooks.slack.com/services/",
  "\n",
  "\u{1F600}",
  "\uD83D",
];

const OPENINGS = [
  'token="',
  "token='",
  "token=",
  "authorization=",
  "eyJaaaaaaaa.",
  "aa://b:",
  "bearer ",
];

describe("redactSecrets on a million units that were made to be slow", () => {
  it.each(PIECES)("comes to an end on a repeated %j", (piece) => {
    const text = piece.repeat(Math.ceil(MILLION / piece.length));
    expect(redactSecrets(text).length).toBeLessThanOrEqual(text.length * 2);
  });

  it.each(OPENINGS)("comes to an end on %j that nothing closes", (opening) => {
    for (const piece of ["a", "-a", "eyJ-", "\n", " "]) {
      const text = opening + piece.repeat(MILLION / 4);
      expect(redactSecrets(text).length).toBeLessThanOrEqual(text.length + 3);
    }
  });

  it("still masks what stands behind all of it", () => {
    const masked = redactSecrets(`${"a-".repeat(MILLION / 2)} postgres://app:hunter22@db`);
    expect(masked.endsWith(" postgres://app:***@db")).toBe(true);
  });
});

describe("redactor on a million units", () => {
  it("masks every one of a hundred secrets", () => {
    const secrets = Array.from({ length: 100 }, (_, index) => `secret-${index}-value`);
    const masked = redactor(secrets)(secrets.join(" ").repeat(400));
    expect(masked).not.toMatch(/secret-\d+-value/);
  });

  it("comes to an end on a secret that almost fits everywhere", () => {
    const almost = "a".repeat(MILLION);
    expect(redactor([`${"a".repeat(1000)}b`])(almost)).toBe(almost);
  });
});
