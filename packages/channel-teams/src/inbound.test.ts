import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { ConfigurationBotFrameworkAuthentication } from "botbuilder";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type OpenBot,
  appId,
  callWith,
  conversation,
  goodClaims,
  openBot,
  teamsActivity,
} from "./testing/bot.ts";
import { type Microsoft, inboundBearer, publicPem, startMicrosoft } from "./testing/microsoft.ts";

let microsoft: Microsoft;
let bot: OpenBot;
beforeEach(async () => {
  microsoft = await startMicrosoft();
  bot = await openBot(microsoft, { conversation });
});
afterEach(() => {
  vi.restoreAllMocks();
  return microsoft.close();
});

const now = Math.floor(Date.now() / 1000);
const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const hs256 = (text: string): Buffer => createHmac("sha256", publicPem).update(text).digest();
const unsigned = (): Buffer => Buffer.alloc(0);

/** A token with these claims in place of good ones; null takes a claim out. */
function bearer(
  change: Readonly<Record<string, unknown>>,
  ...rest: readonly [object?, ((text: string) => Buffer)?]
) {
  const claims = Object.entries({ ...goodClaims(microsoft), ...change });
  return inboundBearer(Object.fromEntries(claims.filter(([, value]) => value !== null)), ...rest);
}

interface Case {
  readonly authorization?: () => string | undefined;
  readonly activity?: object;
  readonly status: number;
}

const CASES: Readonly<Record<string, Case>> = {
  "a good token": { status: 200 },
  "a good token of the web chat": { activity: { channelId: "webchat" }, status: 200 },
  "clocks that are four minutes apart": {
    authorization: () => bearer({ exp: now - 240, nbf: now + 240 }),
    status: 200,
  },
  "no token": { authorization: () => undefined, status: 401 },
  "an empty header": { authorization: () => "", status: 401 },
  "a token of another scheme": {
    authorization: () => bearer({}).replace("Bearer", "Basic"),
    status: 401,
  },
  "a token in two parts": { authorization: () => bearer({}).replace(/\.[^.]+$/, ""), status: 401 },
  "no JSON in the token": { authorization: () => "Bearer aa.bb.cc", status: 401 },
  "another audience": {
    authorization: () => bearer({ aud: "11111111-1111-4111-8111-111111111111" }),
    status: 401,
  },
  "no audience": { authorization: () => bearer({ aud: null }), status: 401 },
  "several audiences": { authorization: () => bearer({ aud: [appId] }), status: 401 },
  "another issuer": { authorization: () => bearer({ iss: "https://evil.example" }), status: 401 },
  "the issuer of a tenant": {
    authorization: () => bearer({ iss: "https://sts.windows.net/x/", tid: "x" }),
    status: 401,
  },
  "the emulator's issuer": {
    authorization: () =>
      bearer({
        iss: "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/",
        appid: "11111111-1111-4111-8111-111111111111",
      }),
    status: 401,
  },
  "a token that has expired": { authorization: () => bearer({ exp: now - 301 }), status: 401 },
  "a token that is not in force yet": {
    authorization: () => bearer({ nbf: now + 360 }),
    status: 401,
  },
  "a signature by another key": {
    authorization: () => bearer({}, {}, (text) => sign("RSA-SHA256", Buffer.from(text), other)),
    status: 401,
  },
  "a signature that was changed": {
    authorization: () => bearer({}).replace(/.{8}$/, "AAAAAAAA"),
    status: 401,
  },
  "HS256 with the public key as the secret": {
    authorization: () => bearer({}, { alg: "HS256" }, hs256),
    status: 401,
  },
  "RS256 in name, HS256 in truth": { authorization: () => bearer({}, {}, hs256), status: 401 },
  "HS256 in name, RS256 in truth": {
    authorization: () => bearer({}, { alg: "HS256" }),
    status: 401,
  },
  "no algorithm": { authorization: () => bearer({}, { alg: "none" }, unsigned), status: 401 },
  "an unknown key": { authorization: () => bearer({}, { kid: "k9" }), status: 401 },
  "a key that is no RSA key": { authorization: () => bearer({}, { kid: "other" }), status: 401 },
  "a key that may not sign for Teams": {
    authorization: () => bearer({}, { kid: "k2" }),
    status: 401,
  },
  "the service URL of another": {
    authorization: () => bearer({ serviceurl: "https://smba.trafficmanager.net/teams/" }),
    status: 401,
  },
  "no service URL in the token": { authorization: () => bearer({ serviceurl: null }), status: 401 },
  "an activity for the emulator": { activity: { channelId: "emulator" }, status: 401 },
};

/** The call of a case, and the activity in it. */
const { signal } = new AbortController();

function callOf({ authorization = () => bearer({}), activity = {} }: Case) {
  const header = authorization();
  const sent = { ...teamsActivity(microsoft), ...activity };
  const headers: Readonly<Record<string, string>> =
    header === undefined ? {} : { authorization: header };
  return { headers, body: JSON.stringify(sent), signal };
}

describe.each(Object.entries(CASES))("%s", (_name, example) => {
  test(`is answered with a bare ${example.status}`, async () => {
    const output = vi.spyOn(console, "error");
    expect(await bot.connection.receive?.(callOf(example))).toEqual({ status: example.status });
    expect(output).not.toHaveBeenCalled();
    expect(bot.host.lines).toEqual([]);
  });

  test("is judged as botbuilder judges it", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const call = callOf(example);
    const judged = authentication().authenticateRequest(
      JSON.parse(call.body),
      call.headers["authorization"] ?? "",
    );
    const verdict = await judged.then(() => 200).catch(() => 401);
    expect(verdict).toBe(example.status);
  });
});

/** The library's own check, with the same metadata. */
function authentication(): ConfigurationBotFrameworkAuthentication {
  const { openIdUrl } = microsoft.endpoints;
  const settings = {
    ToChannelFromBotLoginUrl: microsoft.url,
    ToChannelFromBotOAuthScope: "https://api.botframework.com",
    ToBotFromChannelTokenIssuer: "https://api.botframework.com",
    OAuthUrl: microsoft.url,
    ToBotFromChannelOpenIdMetadataUrl: openIdUrl,
    ToBotFromEmulatorOpenIdMetadataUrl: openIdUrl,
    CallerId: "urn:botframework:azure",
  };
  return new ConfigurationBotFrameworkAuthentication(settings, {
    isValidAppId: async (id) => id === appId,
    isAuthenticationDisabled: async () => false,
    createCredentials: () => Promise.reject(new Error("not asked for")),
  });
}

describe("a call for another bot", () => {
  test("is nothing to this one, with a token or without", async () => {
    const recipient = { id: "28:11111111-1111-4111-8111-111111111111" };
    const aud = "11111111-1111-4111-8111-111111111111";
    expect(
      await bot.connection.receive?.(callWith(microsoft, { recipient }, { aud })),
    ).toBeUndefined();
    const { body } = callWith(microsoft, { recipient });
    expect(await bot.connection.receive?.({ headers: {}, body, signal })).toBeUndefined();
    expect(microsoft.keyRequests).toEqual([]);
  });
});

describe("a body that is no activity", () => {
  test.each(["", "[]", "null", "{", "{}", '{"type":"message"}'])(
    "%j: 401 without a token, 400 with one",
    async (body) => {
      expect(await bot.connection.receive?.({ headers: {}, body, signal })).toEqual({
        status: 401,
      });
      const { headers } = callWith(microsoft);
      expect(await bot.connection.receive?.({ headers, body, signal })).toEqual({ status: 400 });
    },
  );
});

test("a service URL that is not Microsoft's is not kept, though the token vouches for it", async () => {
  for (const serviceUrl of [
    "https://evil.example/",
    "http://smba.trafficmanager.net/teams/",
    "https://smba.trafficmanager.net.evil.example/",
    "https://user@smba.trafficmanager.net/",
  ]) {
    const call = callWith(microsoft, { serviceUrl }, { serviceurl: serviceUrl });
    expect(await bot.connection.receive?.(call)).toEqual({ status: 403 });
  }
  expect(bot.host.stored.size).toBe(0);
  expect(bot.host.lines).toHaveLength(4);
});

test.each([
  "https://smba.trafficmanager.net/amer/",
  "https://smba.trafficmanager.net/emea/0000-0000/",
  "https://smba.infra.gcc.teams.microsoft.com/teams",
  "https://smba.infra.dod.teams.microsoft.us/teams",
  "https://europe.api.botframework.com/",
])("the service URL %s is Microsoft's", async (serviceUrl) => {
  const call = callWith(microsoft, { serviceUrl }, { serviceurl: serviceUrl });
  expect(await bot.connection.receive?.(call)).toEqual({ status: 200 });
  expect(bot.host.stored.get("conversation")).toContain(serviceUrl);
});
