import type { TestHost } from "@syncbell/channel-kit";
import type { Outcome } from "@syncbell/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BotConfig, channel, teamsChannel } from "./index.ts";
import { appId, botConfig, conversation, openBot } from "./testing/bot.ts";
import { exampleNotification } from "./testing/events.ts";
import { attempt, testHost } from "./testing/host.ts";
import { type Microsoft, json, startMicrosoft } from "./testing/microsoft.ts";

const message = channel.render(exampleNotification("success"), botConfig);

let microsoft: Microsoft;
let teams: ReturnType<typeof teamsChannel>;
beforeEach(async () => {
  microsoft = await startMicrosoft();
  teams = teamsChannel(microsoft.endpoints);
});
afterEach(() => microsoft.close());

/** Opens a destination of the one channel, lets it hear where its service is, and sends. */
async function deliver(
  config: Partial<BotConfig> = {},
  host: TestHost = testHost(),
): Promise<Outcome> {
  const bot = await openBot(microsoft, { conversation, ...config }, { channel: teams, host });
  await bot.hears();
  return bot.connection.send(message, attempt());
}

const tokensUsed = () => microsoft.posts.map(({ headers }) => headers["authorization"]);

test("a token is asked for as a client does with its secret", async () => {
  await deliver();
  const [asked] = microsoft.tokenRequests;
  expect(asked?.path).toBe("/contoso.example/oauth2/v2.0/token");
  expect(asked?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
  expect(Object.fromEntries(new URLSearchParams(String(asked?.body)))).toEqual({
    grant_type: "client_credentials",
    client_id: appId,
    client_secret: botConfig.app_password,
    scope: "https://api.botframework.com/.default",
  });
});

describe("a token is kept", () => {
  test("for every destination of the same bot", async () => {
    await deliver();
    await deliver({}, testHost("other"));
    expect(tokensUsed()).toHaveLength(2);
    expect(microsoft.tokenRequests).toHaveLength(1);
  });

  test("until five minutes before it ends", async () => {
    const host = testHost();
    await deliver({}, host);
    host.advance(3599_000 - 310_000);
    await deliver({}, host);
    expect(microsoft.tokenRequests).toHaveLength(1);
    host.advance(20_000);
    await deliver({}, host);
    expect(microsoft.tokenRequests).toHaveLength(2);
  });

  test("but not for the same app in another tenant", async () => {
    await deliver();
    await deliver({ app_tenant: "fabrikam.example" });
    await deliver();
    expect(tokensUsed()).toEqual([
      "Bearer token-of-contoso.example",
      "Bearer token-of-fabrikam.example",
      "Bearer token-of-contoso.example",
    ]);
    expect(microsoft.tokenRequests).toHaveLength(2);
  });

  test("nor for a password that was changed", async () => {
    await deliver();
    await deliver({ app_password: "rotated" });
    expect(new URLSearchParams(String(microsoft.tokenRequests[1]?.body)).get("client_secret")).toBe(
      "rotated",
    );
  });

  test("nor after the service did not take it", async () => {
    microsoft.answerPost = (response) => json(response, { error: { code: "Unauthorized" } }, 401);
    expect(await deliver()).toMatchObject({ kind: "unauthorized", status: 401 });
    await deliver();
    expect(microsoft.tokenRequests).toHaveLength(2);
    expect(microsoft.posts).toHaveLength(2);
  });
});

describe("when there is no token", () => {
  const invalid = {
    error: "invalid_client",
    error_description: "AADSTS7000215: Invalid client secret.",
  };

  test.each([
    [400, { error: "unauthorized_client" }, "unauthorized", /tenant: unauthorized_client$/],
    [
      400,
      { error: "invalid_request", error_description: "AADSTS90002: Tenant 'x' not found." },
      "unauthorized",
      /: AADSTS90002$/,
    ],
    [401, invalid, "unauthorized", /: AADSTS7000215$/],
    [403, "<html>", "unauthorized", /: status 403$/],
    [404, "", "unauthorized", /: status 404$/],
    [302, "", "unauthorized", /: status 302$/],
    [429, "", "retry", /^the token service: answered 429$/],
    [503, "", "retry", /^the token service: answered 503$/],
    [200, "<html>Sign in</html>", "retry", /^the token service gave no token$/],
    [
      200,
      { token_type: "Bearer", id_token: "s3cr3t" },
      "retry",
      /^the token service gave no token$/,
    ],
  ] as const)("%i with %j: %s", async (status, body, kind, reason) => {
    microsoft.answerToken = (response) => json(response, body, status);
    const outcome = await deliver();
    expect(outcome).toMatchObject({ kind, reason: expect.stringMatching(reason) });
    expect(JSON.stringify(outcome)).not.toMatch(/s3cr3t|a-client-secret/);
    expect(microsoft.posts).toEqual([]);
    expect(microsoft.tokenRequests).toHaveLength(1);
  });

  test("its Retry-After is heeded", async () => {
    microsoft.answerToken = (response) =>
      void response.writeHead(429, { "retry-after": "60" }).end();
    expect(await deliver()).toMatchObject({ kind: "retry", afterMs: 60_000 });
  });
});
