import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TeamsMessage, channel, teamsChannel } from "./index.ts";
import { codeIn, pairingCode } from "./pairing.ts";
import { type OpenBot, botConfig, conversation, openBot } from "./testing/bot.ts";
import { exampleNotification } from "./testing/events.ts";
import { attempt, testHost } from "./testing/host.ts";
import { type Microsoft, json, startMicrosoft } from "./testing/microsoft.ts";

const message: TeamsMessage = channel.render(exampleNotification("success"), botConfig);

let microsoft: Microsoft;
let bot: OpenBot;
beforeEach(async () => {
  microsoft = await startMicrosoft();
  bot = await openBot(microsoft);
});
afterEach(() => microsoft.close());

const send = ({ connection }: OpenBot = bot) => connection.send(message, attempt());

/** The code that a destination asks for where it has no conversation. */
async function codeOf(open: OpenBot = bot): Promise<string> {
  const outcome = await send(open);
  return (
    ("reason" in outcome && /type "pair ([A-Z2-9]{4}-[A-Z2-9]{4})"/.exec(outcome.reason)?.[1]) || ""
  );
}

/** What the bot said, in order. */
const replies = (): readonly string[] =>
  microsoft.posts.map(({ body }) => JSON.parse(String(body))).flatMap(({ text }) => text ?? []);

describe("pairing, from end to end", () => {
  test("an operator types the code that the delivery asks for, and notices come there", async () => {
    const outcome = await send();
    expect(outcome).toMatchObject({ kind: "unauthorized" });
    expect(microsoft.posts).toEqual([]);
    const code = await codeOf();
    expect(code).not.toBe("");
    expect(await bot.hears({ text: `<at>Syncbell</at> pair ${code}\n` })).toEqual({ status: 200 });
    expect(replies()).toEqual(['Paired: notices of "ops" will come here.']);
    expect(JSON.parse(String(microsoft.posts[0]?.body))).toMatchObject({ textFormat: "plain" });
    expect(microsoft.posts[0]?.path).toContain(encodeURIComponent(";messageid=1700000000001"));
    expect(await send()).toMatchObject({ kind: "delivered" });
    expect(microsoft.posts[1]?.path).toBe(
      `/v3/conversations/${encodeURIComponent(conversation)}/activities`,
    );
  });

  test("what was paired outlives a restart", async () => {
    await bot.hears({ text: `pair ${await codeOf()}` });
    await bot.connection.close?.();
    const { host } = bot;
    const again = await openBot(microsoft, {}, { host });
    expect(await send(again)).toMatchObject({ kind: "delivered" });
  });

  test("a reply that can't be sent does not undo it", async () => {
    const code = await codeOf();
    microsoft.answerPost = (response) => json(response, {}, 502);
    expect(await bot.hears({ text: `pair ${code}` })).toEqual({ status: 200 });
    expect(bot.host.lines).toHaveLength(1);
    expect(bot.host.stored.size).toBe(1);
  });
});

describe("a code", () => {
  test.each(["PAIR abcd-2345", " pair  ABCD2345 ", "<at>Bot</at>&nbsp;pair ABCD-2345\n"])(
    "is read in %j",
    (text) => {
      expect(codeIn(text)).toBe("ABCD-2345");
    },
  );

  test.each([
    "",
    "pair",
    "ABCD-2345",
    "pair ABCD-234",
    "repair ABCD-2345",
    "pair ABCD-2345 now",
    "please pair ABCD-2345",
  ])("is not read in %j", (text) => expect(codeIn(text)).toBeUndefined());

  test("is of its destination and its password, and stays the same", () => {
    const codes = ["ops", "data"].flatMap((id) =>
      ["one", "two"].map((password) => pairingCode(password, id)),
    );
    expect(new Set(codes).size).toBe(4);
    expect(pairingCode("one", "ops")).toBe(codes[0]);
    for (const code of codes) expect(code).toMatch(/^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/);
  });

  test("that is wrong pairs nothing; after ten within an hour, not even the right one does", async () => {
    const code = await codeOf();
    for (let count = 0; count < 10; count++) await bot.hears({ text: "pair AAAA-2222" });
    expect(new Set(replies())).toEqual(new Set(["No destination waits for this code."]));
    await bot.hears({ text: `pair ${code}` });
    expect(replies().at(-1)).toBe("Too many wrong codes. Try again in an hour.");
    expect(bot.host.stored.size).toBe(0);
    bot.host.advance(59 * 60_000);
    bot.host.advance(2 * 60_000);
    await bot.hears({ text: `pair ${code}` });
    expect(replies().at(-1)).toMatch(/^Paired/);
  });

  test("leads nowhere else once the destination is paired", async () => {
    const code = await codeOf();
    await bot.hears({ text: `pair ${code}` });
    const before = bot.host.stored.get("conversation");
    await bot.hears({ text: `pair ${code}`, conversation: { id: "a:stranger" } });
    expect(bot.host.stored.get("conversation")).toBe(before);
    expect(replies()).toHaveLength(1);
  });

  test("is not heard of any other channel of the bot", async () => {
    await bot.hears({ text: `pair ${await codeOf()}`, channelId: "webchat" });
    expect(bot.host.stored.size).toBe(0);
  });
});

describe("several destinations of one bot", () => {
  let teams: ReturnType<typeof teamsChannel>;
  let first: OpenBot;
  let second: OpenBot;
  beforeEach(async () => {
    teams = teamsChannel(microsoft.endpoints);
    first = await openBot(microsoft, {}, { channel: teams, host: testHost("first") });
    second = await openBot(microsoft, {}, { channel: teams, host: testHost("second") });
  });

  test("whichever is asked, the one with the code is paired, and nobody else", async () => {
    const answer = await first.hears({ text: `pair ${await codeOf(second)}` });
    expect(answer).toEqual({ status: 200 });
    expect(replies()).toEqual(['Paired: notices of "second" will come here.']);
    expect([first.host.stored.size, second.host.stored.size]).toEqual([0, 1]);
  });

  test("both can be in one conversation, and are told of its end", async () => {
    for (const each of [first, second]) await first.hears({ text: `pair ${await codeOf(each)}` });
    expect([first.host.stored.size, second.host.stored.size]).toEqual([1, 1]);
    await second.hears({ type: "installationUpdate", action: "remove" });
    expect([first.host.stored.size, second.host.stored.size]).toEqual([0, 0]);
  });

  test("a closed one hears nothing any more", async () => {
    const code = await codeOf(second);
    await second.connection.close?.();
    await first.hears({ text: `pair ${code}` });
    expect(second.host.stored.size).toBe(0);
  });
});
