import { secret, httpUrl } from "@syncbell/core";
import { z } from "zod";
import { isObject, millisecondsIn, outcomeByWords, textIn } from "./answer.ts";
import { itemLines } from "./items.ts";
import { below, type Preset } from "./preset.ts";
import { type Words, wordsOf } from "./words.ts";

export interface TelegramConfig {
  readonly preset: "telegram";
  readonly token: string;
  readonly chat_id: string | number;
  readonly message_thread_id?: number | undefined;
  readonly url: string;
}

const config: z.ZodType<TelegramConfig> = z.strictObject({
  preset: z.literal("telegram"),
  token: secret(
    z.string().regex(/^\d{1,20}:[\w-]{1,100}$/, { error: 'must look like "123456:ABC-DEF…"' }),
  ).describe("The bot's token, as BotFather gave it."),
  chat_id: z
    .union([z.int(), z.string().regex(/^(?:@\w{3,40}|-?\d{1,20})$/)], {
      error: "must be a chat's number, or the name of a channel with its @",
    })
    .describe("The chat to write to."),
  message_thread_id: z.int().positive().describe("The topic of a forum.").optional(),
  url: httpUrl.default("https://api.telegram.org").describe("A Bot API server of one's own."),
});

/** From the page on `sendMessage` of the Bot API, read in November 2026, in UTF-16 units. */
const LONGEST_TEXT = 4_096;

/** Words that say that there is no such chat for this bot any more, from the Bot API's answers. */
const GONE =
  /chat not found|bot was kicked|bot was blocked|user is deactivated|chat was deleted|not a member/i;

/**
 * A chat of Telegram, through a bot. No mark-up is asked for, and what an event says is marked as
 * code: there Telegram looks for no mention, no link and no command of its own accord.
 */
export const telegram: Preset<TelegramConfig> = {
  title: "Telegram",
  config,
  // 20 messages a minute to a group, by its FAQ for bots as others quote it, November 2026.
  pace: { perSecond: 0.33, burst: 3 },

  render(notification, { chat_id, message_thread_id }) {
    const topic = message_thread_id === undefined ? {} : { message_thread_id };
    const said = textOf(wordsOf(notification, 300), (longest) => itemLines(notification, longest));
    const link_preview_options = { is_disabled: true };
    return { path: "/sendMessage", body: { chat_id, ...topic, ...said, link_preview_options } };
  },

  request: ({ body, path = "" }, { url, token }) => ({
    url: below(url, `/bot${token}${path}`),
    body,
  }),

  outcome: (result) =>
    outcomeByWords(
      "Telegram",
      result,
      ({ ok, result: sent, description, parameters }, { status }) => {
        if (status === 200 && ok === true) {
          const id = isObject(sent) ? sent["message_id"] : undefined;
          return { kind: "delivered", ...(typeof id === "number" ? { receipt: String(id) } : {}) };
        }
        const word = textIn(description);
        const more = isObject(parameters) ? parameters : {};
        const afterMs = millisecondsIn(more["retry_after"]);
        if (afterMs !== undefined) return { kind: "retry", word, afterMs };
        if (typeof more["migrate_to_chat_id"] === "number") {
          const moved = `the chat has moved, its chat_id is now ${more["migrate_to_chat_id"]}`;
          return { kind: "rejected", word: moved };
        }
        return (status === 400 || status === 403) && GONE.test(word)
          ? { kind: "gone", word }
          : undefined;
      },
    ),
};

type Entity = {
  readonly type: "code" | "pre" | "text_link";
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
};

/** The text, and what Telegram is to take each part for; offsets are in UTF-16 units, as it has them. */
function textOf(
  { title, facts, links, excerpt }: Words,
  itemsWithin: (longest: number) => readonly string[],
): { readonly text: string; readonly entities: readonly Entity[] } {
  const entities: Entity[] = [];
  let text = "";
  const add = (part: string, entity: Pick<Entity, "type" | "url">): void => {
    entities.push({ offset: text.length, length: part.length, ...entity });
    text += part;
  };
  const foot = links.reduce((sum, { label }) => sum + label.length + 1, 1);
  const known = facts.reduce(
    (sum, { label, value }) => sum + label.length + value.length + 3,
    foot,
  );
  add(title, { type: "code" });
  for (const line of itemsWithin(LONGEST_TEXT - text.length - known)) {
    text += "\n";
    add(line, { type: "code" });
  }
  for (const { label, value } of facts) {
    text += `\n${label}: `;
    add(value, { type: "code" });
  }
  const said = excerpt(LONGEST_TEXT - text.length - foot - 1).trim();
  text += said === "" ? "" : "\n";
  if (said !== "") add(said, { type: "pre" });
  for (const { label, url } of links) {
    text += "\n";
    add(label, { type: "text_link", url });
  }
  return { text, entities };
}
