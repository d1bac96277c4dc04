import { describeChannel } from "@syncbell/channel-kit";
import { channel } from "./index.ts";
import { appId, botConfig, conversation } from "./testing/bot.ts";

const word = (code: string): string => JSON.stringify({ error: { code, message: code } });

describeChannel(channel, {
  config: () => ({ ...botConfig, conversation }),
  refused: [
    { config: { ...botConfig, app_id: "x" }, path: "app_id" },
    { config: { ...botConfig, app_password: "" }, path: "app_password" },
    { config: { ...botConfig, app_tenant: "https://contoso.example" }, path: "app_tenant" },
    { config: { ...botConfig, conversation: "two words" }, path: "conversation" },
    { config: { ...botConfig, url: "https://example.com/" }, path: "" },
  ],
  answers: {
    success: { status: 201, body: '{"id":"1700000000000"}' },
    words: [
      { status: 412, outcome: "retry" },
      { status: 403, body: word("BotNotInConversationRoster"), outcome: "gone" },
      { status: 403, body: word("MessageWritesBlocked"), outcome: "gone" },
      { status: 403, body: word("ConversationBlockedByUser"), outcome: "gone" },
      { status: 404, body: word("ConversationNotFound"), outcome: "gone" },
      { status: 400, body: word("ConversationNotFound"), outcome: "rejected" },
    ],
  },
  golden: new URL("../golden/bot/", import.meta.url),
  aside: ({ path }) =>
    path === `/${botConfig.app_tenant}/oauth2/v2.0/token`
      ? { status: 200, body: JSON.stringify({ access_token: "a-token", expires_in: 3599 }) }
      : undefined,
  // A bot that has been talked to: its conversation is served elsewhere than where Teams is by default.
  remembers: () => ({
    conversation: JSON.stringify({
      conversation,
      serviceUrl: "https://smba.trafficmanager.net/emea/",
      bot: `28:${appId}`,
      tenant: "tenant-guid",
    }),
  }),
});
