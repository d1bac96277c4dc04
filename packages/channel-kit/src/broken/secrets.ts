import { secret } from "@syncbell/core";
import { z } from "zod";
import {
  type BellConfig,
  bell,
  bellToken,
  bellUrl,
  bellWith,
  heard,
  ring,
  say,
} from "../testing/bell.ts";
import type { BrokenChannel } from "./broken-channel.ts";

const plainUrl = z.url({ protocol: /^https?$/ });
const plainToken = z.string().min(8);
const talkativeToken = secret(
  z.string().refine((text) => /^[a-z0-9-]{8,}$/.test(text), {
    error: ({ input }) => `${String(input)} is no token`,
  }),
);

export const secrets: readonly BrokenChannel[] = [
  {
    that: "does not mark a field that is named like a secret",
    channel: { ...bell, config: z.strictObject({ url: bellUrl, token: plainToken }) },
    fails: ["a secret > is marked as one, wherever a config holds it"],
  },
  {
    that: "does not mark its address, which opens the door",
    channel: { ...bell, config: z.strictObject({ url: plainUrl, token: bellToken }) },
    fails: ["a secret > is marked as one, wherever a config holds it"],
  },
  {
    that: "quotes a secret that it refuses",
    channel: { ...bell, config: z.strictObject({ url: bellUrl, token: talkativeToken }) },
    fails: ["a secret > is not quoted when its config is refused"],
  },
  {
    that: "puts its address into the message",
    channel: {
      ...bell,
      render: (notification, { url }: BellConfig) => ({ ...say(notification), sentTo: url }),
    },
    fails: ["a secret > is not in a message"],
  },
  {
    that: "says in a reason where it failed",
    channel: bellWith((config, host) => ({
      async send(message, attempt) {
        const result = await ring(config, host, message, attempt);
        if (result.kind === "response") return heard(result);
        return { kind: "retry", reason: `${new URL(config.url).pathname}: ${result.reason}` };
      },
    })),
    fails: ["a secret > is not in what an outcome says"],
  },
  {
    that: "repeats in a reason what the service said of a secret",
    channel: bellWith((config, host) => ({
      async send(message, attempt) {
        const result = await ring(config, host, message, attempt);
        const outcome = heard(result);
        if (result.kind === "failure" || outcome.kind !== "rejected") return outcome;
        return { ...outcome, reason: `the service says: ${result.body.split("\n")[0]}` };
      },
    })),
    fails: ["a secret > is not in what an outcome says"],
  },
  {
    that: "logs where it sends to",
    channel: bellWith((config, host) => ({
      async send(message, attempt) {
        host.log.debug("sending", { to: [config.url] });
        return heard(await ring(config, host, message, attempt));
      },
    })),
    fails: ["a secret > is not in a line of the log"],
  },
  {
    that: "does not mark what it shows to be let in, under a name that does not tell",
    channel: {
      ...bell,
      config: z.strictObject({
        url: bellUrl,
        token: bellToken,
        door: z.string().default("green-1"),
      }),
      connect: ({ url, door }: BellConfig & { readonly door: string }, { http }) => ({
        async send(message, { key, signal }) {
          const basic = Buffer.from(`bell:${door}`).toString("base64");
          const headers = { authorization: `Basic ${basic}`, "idempotency-key": key };
          return heard(await http.request({ url, headers, body: JSON.stringify(message), signal }));
        },
      }),
    },
    fails: ["a secret > is marked as one, wherever a config holds it"],
  },
];
