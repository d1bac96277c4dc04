import {
  type Attempt,
  type Channel,
  type Connection,
  type Host,
  type HttpResult,
  type Notification,
  type Outcome,
  type OutcomeKind,
  cut,
  defineChannel,
  fitParts,
  outcomeOf,
  secret,
  sensitive,
} from "@syncbell/core";
import { z } from "zod";
import type { ChannelProof } from "../proof.ts";

export interface BellConfig {
  readonly url: string;
  readonly token: string;
}

export type BellMessage = { readonly title: string; readonly text: string };

export type Bell = Channel<BellConfig, BellMessage>;

export const bellUrl: z.ZodType<string> = sensitive(
  z.url({ protocol: /^https?$/, error: "must be an http(s) URL" }),
);
export const bellToken: z.ZodType<string> = secret(
  z.string().min(8, { error: "must be at least 8 characters long" }),
);

/** No unit of a clean text takes more than three bytes, and no escape either: 1,100 units fit. */
const MAX_BYTES = 4_000;
const LONGEST_TITLE = 100;
const LONGEST_TEXT = 1_000;

const WORDS: Readonly<Record<string, OutcomeKind>> = { no_service: "gone", busy: "retry" };

/** Opens the door of a made-up service with a channel's request. */
export function ring(
  { url, token }: BellConfig,
  { http }: Host,
  message: BellMessage,
  { key, signal }: Attempt,
): Promise<HttpResult> {
  return http.request({
    url,
    signal,
    body: JSON.stringify(message),
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "idempotency-key": key,
    },
  });
}

/** Reads the made-up service, which says `ok` where it has a message and a few words of its own. */
export function heard(result: HttpResult): Outcome {
  const plain = outcomeOf(result);
  if (result.kind === "failure") return plain;
  const answer = { status: result.status, response: result.body };
  const kind = WORDS[result.body];
  if (kind === "gone" || kind === "retry")
    return { kind, reason: `Bell: ${result.body}`, ...answer };
  if (plain.kind !== "delivered" || result.body === "ok" || !result.complete) return plain;
  return { kind: "retry", reason: `answered ${result.status} without the word "ok"`, ...answer };
}

export function say({ title, facts, excerpt = "" }: Notification): BellMessage {
  const known = facts.map(({ label, value }) => `${label}: ${value}`).join("\n");
  const parts = fitParts(
    [
      { text: known, priority: 0 },
      { text: excerpt, priority: 1, keep: "ends" },
    ],
    LONGEST_TEXT - 1,
  );
  return { title: cut(title, LONGEST_TITLE), text: parts.join("\n") };
}

/** A channel that keeps every promise. The broken ones are made of it. */
export const bell: Bell = defineChannel({
  type: "bell",
  title: "Bell",
  config: z.strictObject({ url: bellUrl, token: bellToken }),
  limits: { maxBytes: MAX_BYTES, concurrency: 4, dropsRepeats: true },
  render: say,
  connect: (config, host) => ({
    send: async (message, attempt) => heard(await ring(config, host, message, attempt)),
  }),
});

/** The bell with a connection of its own making. */
export function bellWith(
  connect: (config: BellConfig, host: Host) => Connection<BellMessage>,
): Bell {
  return { ...bell, connect };
}

/** The bell that reads its service like this. */
export function bellReading(read: (result: HttpResult) => Outcome): Bell {
  return bellWith((config, host) => ({
    send: async (message, attempt) => read(await ring(config, host, message, attempt)),
  }));
}

export function bellProof(golden: URL): ChannelProof {
  return {
    config: (url) => ({ url: `${url}/bells/7`, token: "bell-token-1" }),
    refused: [
      { config: { url: "ftp://bell.example.com/", token: "bell-token-1" }, path: "url" },
      { config: { url: "https://bell.example.com/", token: "short-1" }, path: "token" },
      { config: { url: "https://bell.example.com/", token: "bell-token-1", loud: 1 }, path: "" },
    ],
    answers: {
      success: { status: 200, body: "ok" },
      words: [
        { status: 404, body: "no_service", outcome: "gone" },
        { status: 200, body: "busy", outcome: "retry" },
      ],
    },
    golden,
  };
}
