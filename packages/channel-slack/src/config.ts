import { type MentionCondition, isHttpUrl, mentionFields, secret } from "@syncbell/core";
import { z } from "zod";

/** What a destination on Slack is told. */
export interface SlackConfig {
  /** The incoming webhook's URL. */
  readonly url: string;
  readonly format: "line" | "blocks";
  /** Absent: nobody is mentioned. */
  readonly mention?: Mention;
}

/**
 * Whom a message calls, and when. Everybody is named by an id of Slack's, which is
 * made of capital letters and digits: none of it can hold mark-up.
 */
export interface Mention extends MentionCondition {
  readonly users?: readonly string[];
  readonly groups?: readonly string[];
  /** `true` is `"channel"`, everybody in it; `"here"` are those of them who are there just now. */
  readonly channel?: boolean | "channel" | "here" | "everyone";
}

/** More than this calls nobody in particular; and a mention has to fit into one block. */
const MOST_IDS = 20;

const user = z.string().regex(/^[UW][A-Z0-9]{1,20}$/, {
  error:
    "must be a member's id, like U012AB3CD: in Slack, \"Copy member ID\" in the profile's menu",
});

const group = z.string().regex(/^S[A-Z0-9]{1,20}$/, {
  error:
    "must be a user group's id, like S012AB3CD: in Slack, \"Copy group ID\" in the group's menu",
});

const mention: z.ZodType<Mention> = z
  .strictObject({
    users: z.array(user).max(MOST_IDS).exactOptional().describe("Members, by id: U012AB3CD."),
    groups: z.array(group).max(MOST_IDS).exactOptional().describe("User groups, by id: S012AB3CD."),
    channel: z
      .union([z.boolean(), z.enum(["channel", "here", "everyone"])], {
        error: 'must be true, "channel", "here" or "everyone"',
      })
      .exactOptional()
      .describe("Everybody in the channel, or with here those of them who are active."),
    ...mentionFields,
  })
  .refine(({ users = [], groups = [], channel }) => users.length + groups.length > 0 || channel, {
    error: "mentions nobody: give users, groups or channel, or leave mention out",
  });

/** The schema of a {@link SlackConfig}. Its messages are meant for the person who wrote the config. */
export const config: z.ZodType<SlackConfig> = z.strictObject({
  url: secret(
    z.string().refine(isHttpUrl, {
      error:
        "must be the http(s) URL of an incoming webhook, without a user name or password in it",
    }),
  ).describe("The incoming webhook's URL. Whoever has it can post: it is kept as a secret."),
  format: z
    .enum(["line", "blocks"])
    .default("line")
    .describe("How an event is said: on one line, or laid out in blocks."),
  mention: mention.exactOptional().describe("Who is mentioned, and when. Absent: nobody."),
});
