import {
  type MentionCondition,
  type Notification,
  isMentionDue,
  mentionFields,
} from "@syncbell/core";
import { z } from "zod";
import type { MentionEntity, TextBlock } from "./card-elements.ts";
import { unmarked } from "./markup.ts";

/** Whom a message mentions, and when. */
export interface Mention extends MentionCondition {
  readonly users: readonly MentionedUser[];
}

export interface MentionedUser {
  /** The id of the user's object in Entra, or the user principal name. */
  readonly id: string;
  /** What the mention shows. */
  readonly name: string;
}

/** More than this calls nobody in particular; and a mention has to leave room for what it is about. */
const MOST_USERS = 20;
const LONGEST_NAME = 50;

/** Entra's own limit on a user principal name, in characters; read in November 2026. */
const LONGEST_PRINCIPAL_NAME = 113;

/** A name before an at sign and a domain after it. That of a guest has `#EXT#` in it. */
const PRINCIPAL_NAME =
  /^[A-Za-z0-9](?:[A-Za-z0-9.!#^~_'+-]*[A-Za-z0-9#_+-])?@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/;

const id = z.union([z.guid(), z.string().max(LONGEST_PRINCIPAL_NAME).regex(PRINCIPAL_NAME)], {
  error: "must be a user's object id in Entra, or the user principal name, like ana@contoso.com",
});

const name = z
  .string()
  .max(LONGEST_NAME)
  .refine((text) => text !== "" && !text.includes("&") && unmarked(text) === text, {
    error: "must be a name as people read it, without mark-up like < > & [ ] { } *",
  });

/** The schema of a {@link Mention}. */
export const mention: z.ZodType<Mention> = z.strictObject({
  users: z
    .array(z.strictObject({ id, name }))
    .min(1)
    .max(MOST_USERS)
    .describe("The users by id, each with the name that the message shows."),
  ...mentionFields,
});

/** A mention as a card carries it: the words, and beside them who is meant. One is nothing without the other. */
export interface CardMention {
  readonly words: TextBlock;
  readonly entities: readonly MentionEntity[];
}

/** The mention that is due in a notification. It is made of the config alone, so no event can add to it. */
export function mentionFor(
  notification: Notification,
  given: Mention | undefined,
): CardMention | undefined {
  if (!given || !isMentionDue(notification, given)) return undefined;
  const entities = given.users.map((mentioned): MentionEntity => ({
    type: "mention",
    text: `<at>${mentioned.name}</at>`,
    mentioned,
  }));
  const text = entities.map((entity) => entity.text).join(", ");
  return { words: { type: "TextBlock", text, wrap: true }, entities };
}
