import type { ServerResponse } from "node:http";
import { testHttpClient } from "@syncbell/channel-kit";
import type { HttpClient, Outcome } from "@syncbell/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { channel } from "./index.ts";
import { type OpenBot, appId, botConfig, conversation, openBot } from "./testing/bot.ts";
import { exampleNotification } from "./testing/events.ts";
import { attempt, testHost } from "./testing/host.ts";
import { type Microsoft, json, startMicrosoft } from "./testing/microsoft.ts";

const message = channel.render(exampleNotification("failure"), botConfig);

let microsoft: Microsoft;
let bot: OpenBot;
beforeEach(async () => {
  microsoft = await startMicrosoft();
  bot = await openBot(microsoft, { conversation });
  await bot.hears();
});
afterEach(() => microsoft.close());

/** Delivers once, and makes sure of what holds for every outcome. */
async function deliver(signal?: AbortSignal): Promise<Outcome> {
  const outcome = await bot.connection.send(message, attempt(signal));
  for (const part of [botConfig.app_password, "token-of", "127.0.0.1"]) {
    expect(JSON.stringify(outcome)).not.toContain(part);
  }
  return outcome;
}

function answers(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = { "content-type": "application/json" };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  microsoft.answerPost = (response) =>
    void response.writeHead(status, { ...type, ...headers }).end(text);
}

test("a card is posted to the conversation, as no reply, with the bot's token", async () => {
  expect(await deliver()).toMatchObject({
    kind: "delivered",
    status: 201,
    receipt: "1700000000000",
  });
  expect(microsoft.posts).toHaveLength(1);
  const [post] = microsoft.posts;
  expect(post?.path).toBe(`/v3/conversations/${encodeURIComponent(conversation)}/activities`);
  expect(post?.headers["authorization"]).toBe("Bearer token-of-contoso.example");
  expect(post?.headers["user-agent"]).toBe("Syncbell");
  const activity = JSON.parse(String(post?.body));
  expect(activity).not.toHaveProperty("replyToId");
  expect(activity).toMatchObject({
    type: "message",
    from: { id: `28:${appId}` },
    conversation: { id: conversation },
    summary: "tenant-1-tap-salesforce-to-primary failed",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: message.attachments[0].content,
      },
    ],
  });
  expect(activity.attachments[0].content.version).toBe("1.5");
});

const word = (code: string) => ({ error: { code, message: code } });
const blocked = {
  errorCode: 209,
  message: JSON.stringify({ subCode: "MessageWritesBlocked", details: null }),
};

test.each([
  [201, { id: "1" }, "delivered"],
  [200, "not JSON", "delivered"],
  [400, word("BadSyntax"), "rejected"],
  [400, word("Bad Argument"), "rejected"],
  [400, word("ConversationNotFound"), "rejected"],
  [401, word("BotNotRegistered"), "unauthorized"],
  [403, word("BotNotInConversationRoster"), "gone"],
  [403, word("ConversationBlockedByUser"), "gone"],
  [403, blocked, "gone"],
  [403, word("BotDisabledByAdmin"), "unauthorized"],
  [403, "<html>", "unauthorized"],
  [404, word("ConversationNotFound"), "gone"],
  [404, "", "unauthorized"],
  [410, "", "gone"],
  [412, word("PreconditionFailed"), "retry"],
  [413, word("MessageSizeTooBig"), "rejected"],
  [429, word("Throttled"), "retry"],
  [500, word("ServiceError"), "retry"],
  [502, "<html>Bad gateway</html>", "retry"],
  [503, "", "retry"],
  [504, "", "retry"],
  [307, "", "rejected"],
] as const)("%i with %j is %s, after one request", async (status, body, kind) => {
  answers(status, body, { location: `${microsoft.url}elsewhere` });
  const outcome = await deliver();
  expect(outcome).toMatchObject({ kind, status });
  const said = /"(?:code|subCode)\\*":\\*"([\w ]+)/.exec(JSON.stringify(body))?.[1];
  if (said && kind !== "delivered")
    expect(outcome).toMatchObject({ reason: `Bot Connector: ${said}` });
  expect(microsoft.posts).toHaveLength(1);
});

test.each([
  [429, "2", 2_000],
  [429, "3600", 3_600_000],
  [412, "5", 5_000],
  [503, "120", 120_000],
])("%i with Retry-After %s comes back at once", async (status, retryAfter, afterMs) => {
  answers(status, word("Throttled"), { "retry-after": retryAfter });
  expect(await deliver()).toMatchObject({ kind: "retry", status, afterMs });
  expect(microsoft.posts).toHaveLength(1);
});

describe("without an answer", () => {
  test("a connection that is reset is tried again later, not inside", async () => {
    microsoft.answerPost = (response) => response.socket?.resetAndDestroy();
    expect(await deliver()).toEqual({ kind: "retry", reason: "the connection was reset" });
    expect(microsoft.posts).toHaveLength(1);
  });

  test("a service that hangs is left when the attempt's signal fires", async () => {
    const deadline = new AbortController();
    microsoft.answerPost = () => deadline.abort();
    expect(await deliver(deadline.signal)).toEqual({ kind: "retry", reason: "no answer in time" });
    expect(microsoft.posts).toHaveLength(1);
  });

  test("so is a token service that hangs", async () => {
    const deadline = new AbortController();
    microsoft.answerToken = () => deadline.abort();
    const reason = "the token service: no answer in time";
    expect(await deliver(deadline.signal)).toEqual({ kind: "retry", reason });
    expect(microsoft.posts).toEqual([]);
  });

  test("a 201 whose body is not over in time is delivered: Teams has it", async () => {
    const deadline = new AbortController();
    microsoft.answerPost = (response: ServerResponse) => response.writeHead(201).flushHeaders();
    const onStatus = (): void => void (microsoft.posts.length > 0 && deadline.abort());
    const host = testHost("ops", testHttpClient({ onStatus }));
    bot = await openBot(microsoft, { conversation }, { host });
    await bot.hears();
    expect(await deliver(deadline.signal)).toMatchObject({ kind: "delivered", status: 201 });
  });
});

test("a client that breaks its promise is a rejection, and its words are not quoted", async () => {
  const real = testHttpClient();
  const http: HttpClient = {
    request: (request) =>
      request.url.includes("/v3/")
        ? Promise.reject(new TypeError(`no way to ${request.url}`))
        : real.request(request),
  };
  bot = await openBot(microsoft, { conversation }, { host: testHost("ops", http) });
  await bot.hears();
  const reason = "botbuilder threw TypeError";
  expect(await deliver()).toEqual({ kind: "rejected", reason });
});

test("a conversation of the config is posted to without any call before, where Teams is by default", async () => {
  const http = testHttpClient({ elsewhere: new URL(microsoft.url).origin });
  bot = await openBot(microsoft, { conversation: "a:personal" }, { host: testHost("ops", http) });
  expect(await deliver()).toMatchObject({ kind: "delivered" });
  expect(http.requests.at(-1)?.url).toBe(
    "https://smba.trafficmanager.net/teams/v3/conversations/a%3Apersonal/activities",
  );
});

test("two sends at once each have an answer of their own", async () => {
  const ids = ["1", "2"];
  microsoft.answerPost = (response) => json(response, { id: ids.shift() }, 201);
  const outcomes = await Promise.all([deliver(), deliver()]);
  expect(new Set(outcomes.map((each) => each.kind === "delivered" && each.receipt))).toEqual(
    new Set(["1", "2"]),
  );
});
