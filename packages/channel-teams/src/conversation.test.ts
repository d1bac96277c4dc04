import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { channel } from "./index.ts";
import { type OpenBot, appId, botConfig, callWith, conversation, openBot } from "./testing/bot.ts";
import { exampleNotification } from "./testing/events.ts";
import { attempt } from "./testing/host.ts";
import { type Microsoft, json, startMicrosoft } from "./testing/microsoft.ts";
import { pairingCode } from "./pairing.ts";

const message = channel.render(exampleNotification("success"), botConfig);
const code = pairingCode(botConfig.app_password, "ops");

let microsoft: Microsoft;
let bot: OpenBot;
beforeEach(async () => {
  microsoft = await startMicrosoft();
  bot = await openBot(microsoft);
  await bot.hears({ text: `pair ${code}` });
});
afterEach(() => microsoft.close());

const send = ({ connection }: OpenBot = bot) => connection.send(message, attempt());
const kept = () => JSON.parse(bot.host.stored.get("conversation") ?? "null");

/** Has the bot hear an activity from a service that Teams has moved the conversation to. */
const hearsFrom = (serviceUrl: string, activity: object = {}) =>
  bot.connection.receive?.(
    callWith(microsoft, { ...activity, serviceUrl }, { serviceurl: serviceUrl }),
  );

const MOVED = "https://smba.trafficmanager.net/emea/";

test("a pairing keeps where the conversation is, without the thread", () => {
  expect(kept()).toEqual({
    conversation,
    serviceUrl: microsoft.url,
    bot: `28:${appId}`,
    tenant: "tenant-guid",
    team: "19:general@thread.tacv2",
  });
});

describe("what is known of a conversation", () => {
  test("is brought up to date by each activity in it", async () => {
    await hearsFrom(MOVED, { channelData: null });
    expect(kept()).toMatchObject({
      conversation,
      serviceUrl: MOVED,
      team: "19:general@thread.tacv2",
    });
  });

  test("but by none of another conversation", async () => {
    await hearsFrom(MOVED, { conversation: { id: "19:random@thread.tacv2" } });
    expect(kept().serviceUrl).toBe(microsoft.url);
  });

  test("nor by a call that is not verified", async () => {
    await bot.connection.receive?.(callWith(microsoft, { serviceUrl: MOVED }));
    expect(kept().serviceUrl).toBe(microsoft.url);
  });

  test("is not used for another bot, nor for a conversation that the config fixes", async () => {
    const { host } = bot;
    const other = await openBot(
      microsoft,
      { app_id: "11111111-1111-4111-8111-111111111111" },
      { host },
    );
    expect(await send(other)).toMatchObject({ kind: "unauthorized" });
    const fixed = await openBot(microsoft, { conversation: "a:fixed" }, { host });
    await fixed.hears({ conversation: { id: "a:fixed" } });
    expect(kept()).toMatchObject({ conversation: "a:fixed" });
    expect(kept().team).toBe("19:general@thread.tacv2");
  });

  test("is checked again before it is used", async () => {
    await bot.host.state.set(
      "conversation",
      JSON.stringify({ ...kept(), serviceUrl: "https://evil.example/" }),
    );
    expect(await send()).toEqual({
      kind: "rejected",
      reason: "the conversation's service URL is not Microsoft's",
    });
    await bot.host.state.set("conversation", "{");
    expect(await send()).toMatchObject({ kind: "unauthorized" });
    expect(microsoft.posts).toHaveLength(1);
  });
});

describe("a pairing ends", () => {
  const bye = [{ id: "29:user" }, { id: `28:${appId}` }];
  const team = { conversation: { id: "19:general@thread.tacv2" } };

  test.each([
    ["the app is removed", { type: "installationUpdate", action: "remove" }],
    ["the bot is taken out of the chat", { type: "conversationUpdate", membersRemoved: bye }],
    ["the app is removed from the team", { type: "installationUpdate", action: "remove", ...team }],
    [
      "the bot is taken out of the team",
      { type: "conversationUpdate", membersRemoved: bye, ...team },
    ],
  ])("when %s", async (_when, activity) => {
    expect(await bot.hears(activity)).toEqual({ status: 200 });
    expect(kept()).toBeNull();
    expect(await send()).toMatchObject({
      kind: "unauthorized",
      reason: expect.stringContaining(code),
    });
  });

  test.each([
    ["a member leaves", { type: "conversationUpdate", membersRemoved: [{ id: "29:user" }] }],
    ["the app is upgraded", { type: "installationUpdate", action: "remove-upgrade" }],
    ["the app is added", { type: "installationUpdate", action: "add" }],
    [
      "the app is removed elsewhere",
      {
        type: "installationUpdate",
        action: "remove",
        conversation: { id: "a:x" },
        channelData: null,
      },
    ],
  ])("but not when %s", async (_when, activity) => {
    await bot.hears(activity);
    expect(kept()).toMatchObject({ conversation });
  });

  test("when the service says that the conversation is gone; it can then be paired anew", async () => {
    microsoft.answerPost = (response) =>
      json(response, { error: { code: "ConversationNotFound" } }, 404);
    expect(await send()).toMatchObject({ kind: "gone" });
    expect(await send()).toMatchObject({ kind: "unauthorized" });
    await bot.hears({ text: `pair ${code}`, conversation: { id: "a:new" } });
    expect(kept()).toMatchObject({ conversation: "a:new" });
  });
});
