import { z } from "zod";
import { parseJson } from "./answer-body.ts";

/** Where a bot can post: a conversation, and the service that it is reached through. */
export interface Reference {
  readonly conversation: string;
  readonly serviceUrl: string;
  /** The bot itself, as Teams calls it: `28:` and the app id. */
  readonly bot: string;
  readonly tenant?: string | undefined;
  readonly team?: string | undefined;
}

const REFERENCE: z.ZodType<Reference> = z.object({
  conversation: z.string().min(1),
  serviceUrl: z.string().min(1),
  bot: z.string(),
  tenant: z.string().optional(),
  team: z.string().optional(),
});

/** Reads a reference from the JSON text that it was kept as; undefined where it is none. */
export function parseReference(text: string): Reference | undefined {
  return REFERENCE.safeParse(parseJson(text)).data;
}

/** What the bot hears: the parts of a Bot Framework activity that are of use here. */
export interface Activity {
  /** The service that people talk to the bot by: `msteams`, or another. */
  readonly channelId: string;
  /** Where it happened; a post there starts a thread of its own. */
  readonly place: Reference;
  /** The same conversation with the thread, where there is one: to answer in it. */
  readonly thread: string;
  readonly text: string;
  /** Whether it tells that the bot was taken out. An upgrade of the app is no such thing. */
  readonly removesBot: boolean;
}

const ACTIVITY = z.object({
  type: z.string(),
  channelId: z.string(),
  serviceUrl: z.string(),
  conversation: z.object({ id: z.string().min(1), tenantId: z.string().nullish() }),
  recipient: z.object({ id: z.string() }),
  text: z.string().nullish(),
  action: z.string().nullish(),
  membersRemoved: z.array(z.object({ id: z.string() })).nullish(),
  channelData: z.object({ team: z.object({ id: z.string() }).nullish() }).nullish(),
});

/** Reads an activity from the body of a call; undefined where it is none. */
export function parseActivity(body: string): Activity | undefined {
  const parsed = ACTIVITY.safeParse(parseJson(body)).data;
  if (!parsed) return undefined;
  const { type, channelId, serviceUrl, conversation, recipient, text, action } = parsed;
  const bot = recipient.id;
  const team = parsed.channelData?.team;
  return {
    channelId,
    place: {
      conversation: withoutThread(conversation.id),
      serviceUrl,
      bot,
      ...(conversation.tenantId ? { tenant: conversation.tenantId } : {}),
      ...(team ? { team: team.id } : {}),
    },
    thread: conversation.id,
    text: text ?? "",
    removesBot:
      (type === "installationUpdate" && action === "remove") ||
      (parsed.membersRemoved ?? []).some(({ id }) => id === bot),
  };
}

/** A conversation's id without the message that a thread hangs on. */
export function withoutThread(conversationId: string): string {
  return conversationId.replace(/;messageid=.*$/is, "");
}

/** Whether two places are one, or channels of one team: a bot is put into a team, and out of it, as a whole. */
export function sharesTeam(one: Reference, other: Reference): boolean {
  if (one.conversation === other.conversation) return true;
  return one.team !== undefined && one.team === other.team;
}
