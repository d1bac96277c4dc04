import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type OpenBot, callWith, goodClaims, openBot } from "./testing/bot.ts";
import { type Microsoft, inboundBearer, json, startMicrosoft } from "./testing/microsoft.ts";

let microsoft: Microsoft;
let bot: OpenBot;
beforeEach(async () => {
  microsoft = await startMicrosoft();
  bot = await openBot(microsoft);
});
afterEach(() => microsoft.close());

const now = Math.floor(Date.now() / 1000);

describe("the keys", () => {
  const reads = (): number => microsoft.keyRequests.filter(({ path }) => path === "/keys").length;

  test("are read once for many calls, and again after a day", async () => {
    await Promise.all([bot.hears(), bot.hears(), bot.hears()]);
    expect(reads()).toBe(1);
    bot.host.advance(25 * 60 * 60_000);
    const exp = now + 26 * 60 * 60;
    await bot.connection.receive?.(callWith(microsoft, {}, { exp }));
    expect(reads()).toBe(2);
  });

  test("are read again for an unknown one, but not more than once an hour", async () => {
    const unknown = {
      headers: {
        authorization: inboundBearer(
          { ...goodClaims(microsoft), exp: now + 9_000 },
          { kid: "new" },
        ),
      },
      body: callWith(microsoft).body,
      signal: new AbortController().signal,
    };
    for (let count = 0; count < 5; count++) {
      expect(await bot.connection.receive?.(unknown)).toEqual({ status: 401 });
    }
    expect(reads()).toBe(1);
    bot.host.advance(61 * 60_000);
    await bot.connection.receive?.(unknown);
    expect(reads()).toBe(2);
  });

  test("that can't be read refuse every call; they are asked for again soon", async () => {
    microsoft.answerKeys = (response) => json(response, {}, 500);
    expect(await bot.hears()).toEqual({ status: 401 });
    expect(await bot.hears()).toEqual({ status: 401 });
    expect(reads()).toBe(1);
    expect(bot.host.lines).toHaveLength(1);
    microsoft.answerKeys = (response) => json(response, "no keys");
    bot.host.advance(11_000);
    expect(await bot.hears()).toEqual({ status: 401 });
    expect(reads()).toBe(2);
  });
});
