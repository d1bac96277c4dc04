import type { TestHost } from "@syncbell/channel-kit";
import type { Channel, Connection, InboundAnswer, InboundCall } from "@syncbell/core";
import { type BotConfig, type TeamsConfig, type TeamsMessage, teamsChannel } from "../index.ts";
import { testHost } from "./host.ts";
import { type Microsoft, inboundBearer } from "./microsoft.ts";

export const appId = "6f3b1c52-8a0d-4e7b-9a57-3f0c8d2b4e11";

/** The channel of a team that the bot is talked to in. */
export const conversation = "19:ops@thread.tacv2";

export const botConfig: BotConfig = {
  mode: "bot",
  app_id: appId,
  app_password: "a-client-secret",
  app_tenant: "contoso.example",
};

/** A destination that is open, with the channel that it came from and the host that it runs in. */
export interface OpenBot {
  readonly connection: Connection<TeamsMessage>;
  readonly host: TestHost;
  /** Posts an activity to the bot as the Bot Framework would. */
  hears(activity?: object): Promise<InboundAnswer | undefined>;
}

interface Setting {
  readonly channel?: Channel<TeamsConfig, TeamsMessage>;
  readonly host?: TestHost;
}

export async function openBot(
  microsoft: Microsoft,
  config: Partial<BotConfig> = {},
  { channel = teamsChannel(microsoft.endpoints), host = testHost() }: Setting = {},
): Promise<OpenBot> {
  const parsed = channel.config.parse({ ...botConfig, ...config });
  const connection = await channel.connect(parsed, host);
  return {
    connection,
    host,
    hears: async (activity) => connection.receive?.(callWith(microsoft, activity)),
  };
}

/** A call to the bot: an activity, and a token that fits it. */
export function callWith(
  microsoft: Microsoft,
  activity: object = {},
  claims: object = {},
): InboundCall {
  return {
    headers: { authorization: inboundBearer({ ...goodClaims(microsoft), ...claims }) },
    body: JSON.stringify({ ...teamsActivity(microsoft), ...activity }),
    signal: new AbortController().signal,
  };
}

/** What the Bot Framework says of itself in a token. */
export function goodClaims({ url }: Microsoft): object {
  const now = Math.floor(Date.now() / 1000);
  const iss = "https://api.botframework.com";
  return { iss, aud: appId, nbf: now - 60, exp: now + 3600, serviceurl: url };
}

/** A message in a channel of a team, as Teams sends it. */
export function teamsActivity({ url }: Microsoft): object {
  return {
    type: "message",
    id: "1700000000001",
    channelId: "msteams",
    serviceUrl: url,
    from: { id: "29:user", name: "Ana" },
    recipient: { id: `28:${appId}`, name: "Syncbell" },
    conversation: {
      id: `${conversation};messageid=1700000000001`,
      tenantId: "tenant-guid",
      conversationType: "channel",
      isGroup: true,
    },
    channelData: { team: { id: "19:general@thread.tacv2" }, tenant: { id: "tenant-guid" } },
    text: "hello",
  };
}
