import { plainMessage, secretsIn } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { channel } from "./index.ts";

const url = "https://hooks.example.com/services/T/B/x";

/** What the person who wrote the config reads, place first. */
function complaintsAbout(given: unknown): readonly string[] {
  const { error } = channel.config.safeParse(given, { error: plainMessage });
  return error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
}

describe("the config", () => {
  test("needs a URL alone", () => {
    expect(channel.config.parse({ url })).toEqual({ url, format: "line" });
  });

  test.each([
    [{ url: "ftp://hooks.example.com/" }, "url"],
    [{ url: "hooks.example.com/services" }, "url"],
    [{ url: "https://user@hooks.example.com/" }, "url"],
    [{ url: "https://:password@hooks.example.com/" }, "url"],
    [{ url: "" }, "url"],
    [{}, "url"],
    [{ url, format: "loud" }, "format"],
    [{ url, format: "line", channel: "#general" }, ""],
  ])("refuses %j with its place", (given, path) => {
    const { error } = channel.config.safeParse(given);
    expect(error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
    expect(JSON.stringify(error)).not.toMatch(/hooks\.example|password@/);
  });

  test("names the URL as a secret, and nothing else", () => {
    const mention = { users: ["U012AB3CD"] };
    expect(secretsIn(channel.config, { url, format: "blocks", mention })).toEqual([url]);
  });

  test("has a JSON Schema that a form can be drawn from", () => {
    const schema = z.toJSONSchema(channel.config, { io: "input" });
    expect(schema.required).toEqual(["url"]);
    expect(schema.properties?.["format"]).toMatchObject({ enum: ["line", "blocks"] });
    expect(schema.properties?.["mention"]).toMatchObject({
      additionalProperties: false,
      properties: { users: { type: "array" }, groups: { type: "array" }, on: { type: "array" } },
    });
  });
});

describe("a mention in the config", () => {
  test.each([
    { users: ["U012AB3CD", "W1"] },
    { groups: ["S012AB3CD"] },
    { channel: true },
    { channel: "here" },
    { users: ["U1"], groups: ["S1"], channel: false },
  ])("may be %j, and is due on a failure", (mention) => {
    const { mention: parsed } = channel.config.parse({ url, mention });
    expect(parsed).toEqual({ ...mention, on: ["failed"] });
  });

  test("may be due on other outcomes", () => {
    const mention = { channel: true, on: ["cancelled", "other", "skipped", "succeeded"] };
    expect(channel.config.parse({ url, mention }).mention).toEqual(mention);
  });

  test("may be due under conditions", () => {
    const mention = {
      users: ["U1"],
      on: ["failed"],
      from: 3,
      hours: "08:00-18:00",
      days: ["mon", "fri"],
      timezone: "Europe/Berlin",
    };
    expect(channel.config.parse({ url, mention }).mention).toEqual(mention);
  });

  const member =
    "must be a member's id, like U012AB3CD: in Slack, \"Copy member ID\" in the profile's menu";
  const nobody = "mentions nobody: give users, groups or channel, or leave mention out";

  test.each([
    ["@ana", ["mention: must be an object, not text"]],
    [{}, [`mention: ${nobody}`]],
    [{ users: [], groups: [], channel: false }, [`mention: ${nobody}`]],
    [{ users: "U1" }, ["mention.users: must be a list, not text"]],
    [{ users: ["U1", "@ana"] }, [`mention.users.1: ${member}`]],
    [{ users: ["<@U1>"] }, [`mention.users.0: ${member}`]],
    [{ users: ["U1> <!channel"] }, [`mention.users.0: ${member}`]],
    [{ users: ["U1\n"] }, [`mention.users.0: ${member}`]],
    [{ users: ["S1"] }, [`mention.users.0: ${member}`]],
    [{ users: Array(21).fill("U1") }, ["mention.users: must be at most 20 entries long"]],
    [
      { groups: ["data-team"] },
      [
        "mention.groups.0: must be a user group's id, like S012AB3CD: in Slack, \"Copy group ID\" in the group's menu",
      ],
    ],
    [{ channel: "#alerts" }, ['mention.channel: must be true, "channel", "here" or "everyone"']],
    [{ channel: true, on: [] }, ["mention.on: must not be empty"]],
    [
      { channel: true, on: ["broke"] },
      ['mention.on.0: must be "failed" or "succeeded" or "skipped" or "cancelled" or "other"'],
    ],
    [{ channel: true, from: 0 }, ["mention.from: must be at least 1"]],
    [
      { channel: true, hours: "8-18" },
      ['mention.hours: must be two different times of the day, like "22:00-07:00"'],
    ],
    [{ channel: true, days: [] }, ["mention.days: must not be empty"]],
    [
      { channel: true, timezone: "Berlin" },
      ["mention.timezone: must be the name of a time zone, like Europe/Berlin"],
    ],
    [{ channel: true, team: "S1" }, ['mention: Unrecognized key: "team"']],
  ])("is refused as %j with its place and the way out", (mention, complaints) => {
    expect(complaintsAbout({ url, mention })).toEqual(complaints);
  });
});
