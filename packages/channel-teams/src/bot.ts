import type { Connection, Host, InboundCall, Outcome } from "@syncbell/core";
import { AccessTokens } from "./access-token.ts";
import type { BotConfig } from "./config.ts";
import { openConnector } from "./connector.ts";
import type { Activity, Reference } from "./conversation.ts";
import { type TeamsEndpoints, isServiceUrl } from "./endpoints.ts";
import { readCall } from "./inbound.ts";
import type { TeamsMessage } from "./message.ts";
import { type Heard, PairedConversation } from "./paired-conversation.ts";
import { SigningKeys } from "./signing-keys.ts";

interface Listener {
  readonly appId: string;
  hear(activity: Activity, signal: AbortSignal): Promise<Heard>;
}

/** What the bots of one channel share. */
export interface Bots {
  readonly endpoints: TeamsEndpoints;
  readonly tokens: AccessTokens;
  readonly keys: SigningKeys;
  /** Every open destination: a call is news for all those of its bot, whichever of them is asked. */
  readonly listeners: Set<Listener>;
}

export function startBots(endpoints: TeamsEndpoints): Bots {
  return {
    endpoints,
    tokens: new AccessTokens(endpoints.loginUrl),
    keys: new SigningKeys(endpoints.openIdUrl),
    listeners: new Set(),
  };
}

/** Opens a bot's destination. Loads botbuilder, which nobody else pays for. */
export async function openBot(
  config: BotConfig,
  host: Host,
  { endpoints, tokens, keys, listeners }: Bots,
): Promise<Connection<TeamsMessage>> {
  const appId = config.app_id;
  const post = await openConnector(appId, host.http);
  const conversation = new PairedConversation(config, host);

  const say = async (activity: object, to: Reference, signal: AbortSignal): Promise<Outcome> => {
    if (!isServiceUrl(to.serviceUrl, endpoints)) {
      return { kind: "rejected", reason: "the conversation's service URL is not Microsoft's" };
    }
    const token = await tokens.get(config, host, signal);
    if (typeof token !== "string") return token;
    const outcome = await post(activity, to, token, signal);
    if (outcome.status === 401) tokens.forget(config);
    return outcome;
  };

  const reply = async (text: string, activity: Activity, signal: AbortSignal): Promise<void> => {
    const to = { ...activity.place, conversation: activity.thread };
    const outcome = await say({ type: "message", text, textFormat: "plain" }, to, signal);
    if ("reason" in outcome) host.log.warn("the bot could not answer", { reason: outcome.reason });
  };

  const listener: Listener = {
    appId,
    async hear(activity, signal) {
      const heard = await conversation.hear(activity);
      if (heard === "paired") {
        await reply(`Paired: notices of "${host.destinationId}" will come here.`, activity, signal);
      }
      return heard;
    },
  };
  listeners.add(listener);

  return {
    async send({ type, summary, attachments: [{ contentType, content }] }, { signal }) {
      const to = await conversation.reference();
      if (!to) {
        const reason = `not paired with a conversation: in Teams, type "pair ${conversation.code}" to the bot`;
        return { kind: "unauthorized", reason };
      }
      const activity = { type, summary, attachments: [{ contentType, content }] };
      const outcome = await say(activity, to, signal);
      if (outcome.kind === "gone") await conversation.forget();
      return outcome;
    },

    async receive(call: InboundCall) {
      const read = await readCall(call, { appId, keys, endpoints, host });
      if (!read || "answer" in read) return read?.answer;
      const bots = [...listeners].filter((other) => other.appId === appId);
      const heard = new Set(
        await Promise.all(bots.map((bot) => bot.hear(read.activity, call.signal))),
      );
      if (!heard.has("paired")) {
        if (heard.has("too many wrong codes")) {
          await reply("Too many wrong codes. Try again in an hour.", read.activity, call.signal);
        } else if (heard.has("wrong code")) {
          await reply("No destination waits for this code.", read.activity, call.signal);
        }
      }
      return { status: 200 };
    },

    close: async () => void listeners.delete(listener),
  };
}
