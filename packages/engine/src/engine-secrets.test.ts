import { secret } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Destination } from "./destination.ts";
import { type BellChanges, bell } from "./testing/bell-channel.ts";
import { startReceiver } from "./testing/receiver.ts";
import { type RunningEngine, startRunning } from "./testing/running-engine.ts";

const TOKEN = 'to"ken/with+signs & space\\';

/** The config of a bell with the token in its URL too, as many services want it. */
function destination(changes: BellChanges, url = "http://127.0.0.1:9/"): Destination {
  const config = z.object({ url: secret(z.string()), token: secret(z.string()) });
  return { id: "ops", channel: bell({ config, ...changes }), config: { url, token: TOKEN } };
}

/** All that the engine keeps and says of a delivery, as one text. */
async function everythingSaid({ log, engine }: RunningEngine, id: string): Promise<string> {
  const lines = log.map(({ message, fields }) => [message, fields]);
  return `${JSON.stringify(lines)}\n${JSON.stringify(await engine.kept.delivery(id))}`;
}

const encoded = encodeURIComponent(TOKEN);
const inJson = JSON.stringify(TOKEN).slice(1, -1);

describe("a secret of the config is masked wherever it turns up", () => {
  test.each<readonly [string, BellChanges]>([
    ["an error while connecting", { connect: () => Promise.reject(new Error(`no ${TOKEN}`)) }],
    [
      "an error while rendering",
      {
        render: (_, { token }) => {
          throw new Error(`can't say ${token}`);
        },
      },
    ],
    ["an error while sending", { send: () => Promise.reject(new Error(`at ${encoded}`)) }],
    [
      "the name of an error",
      { send: () => Promise.reject(Object.assign(new Error("x"), { name: TOKEN })) },
    ],
    ["a reason", { send: () => Promise.resolve({ kind: "retry", reason: `said ${TOKEN}` }) }],
    ["a note", { send: () => Promise.resolve({ kind: "delivered", note: `sent ${TOKEN}` }) }],
    [
      "an answer",
      {
        send: () => Promise.resolve({ kind: "retry", reason: "r", response: `you sent ${TOKEN}` }),
      },
    ],
    [
      "an answer that is cut inside it",
      {
        send: () =>
          Promise.resolve({ kind: "retry", reason: "r", response: "x".repeat(4085) + TOKEN }),
      },
    ],
  ])("%s", async (_, changes) => {
    const running = await startRunning({ destinations: [destination(changes)] });
    const [id = ""] = await running.post();
    await running.attempted(id, 1);
    const said = await everythingSaid(running, id);
    expect(said).toContain("***");
    for (const form of [TOKEN, encoded, inJson, TOKEN.slice(0, 8)])
      expect(said).not.toContain(form);
  });

  test("the lines that a channel logs, and their fields", async () => {
    const running = await startRunning({
      destinations: [
        destination({
          connect: ({ token }, { log }) => {
            log.warn(`opened with ${token}`, { sent: token, list: [{ [token]: token }], count: 5 });
            log.debug("no fields");
            throw new Error("x");
          },
        }),
      ],
    });
    const [id = ""] = await running.post();
    await running.attempted(id, 1);
    const lines = running.log.filter(({ fields }) => "channel" in fields);
    expect(lines).toEqual([
      {
        level: "warn",
        message: "opened with ***",
        fields: {
          destination: "ops",
          channel: "bell",
          fields: { sent: "***", list: [{ "***": "***" }], count: 5 },
        },
      },
      { level: "debug", message: "no fields", fields: { destination: "ops", channel: "bell" } },
    ]);
    expect(await everythingSaid(running, id)).not.toContain(inJson);
  });

  test("the URL of a receiver that does not answer", async () => {
    const url = "http://127.0.0.1:1/services/T00000000/B11111111/hidden-part";
    const running = await startRunning({ destinations: [destination({}, url)] });
    const [id = ""] = await running.post();
    const delivery = await running.attempted(id, 1);
    expect(delivery.attempts).toMatchObject([
      { outcome: "retry", reason: "the connection was refused" },
    ]);
    expect(await everythingSaid(running, id)).not.toMatch(/hidden-part|127\.0\.0\.1/);
  });
});

test("a channel may log what looks like a secret, or has no form in JSON, and lives on", async () => {
  const receiver = await startReceiver();
  const odd: Record<string, unknown> = { password: "abc123", note: 'token="x y"', big: 5n };
  odd["itself"] = odd;
  const sound = bell();
  const channel = bell({
    connect: (config, host) => {
      host.log.warn("opened", odd as never);
      return sound.connect(config, host);
    },
  });
  const running = await startRunning({
    destinations: [{ id: "ops", channel, config: { url: receiver.url, token: TOKEN } }],
  });
  const [id = ""] = await running.post();
  await running.reached(id, "delivered");
  const line = running.log.find(({ message }) => message === "opened");
  expect(line?.fields).toMatchObject({ fields: { password: "***", note: "token=***", big: "5" } });
});

test("an answer is kept to 4096 units, clean, with what looks like a secret masked", async () => {
  const said = `\u0000password=hunter2hunter2 ${"é".repeat(6000)}`;
  const receiver = await startReceiver((response) => response.writeHead(500).end(said));
  const running = await startRunning({ destinations: [destination({}, receiver.url)] });
  const [id = ""] = await running.post();
  const { attempts } = await running.attempted(id, 1);
  const kept = attempts[0]?.response ?? "";
  expect(kept.startsWith("password=*** éé")).toBe(true);
  expect(kept).toHaveLength(4096);
});
