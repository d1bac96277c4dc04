import {
  type Channel,
  type Connection,
  type Host,
  type HttpResult,
  defineChannel,
  outcomeOf,
  secret,
} from "@syncbell/core";
import { z } from "zod";
import type { ChannelProof } from "../proof.ts";
import { type BellMessage, say } from "./bell.ts";

export interface QuietBellConfig {
  readonly token: string;
}

const HOST = "https://bell.example.com";

/**
 * A channel that is as unlike the other bell as it can be: one address for all, a pass to be fetched
 * first, a room that it remembers, one message at a time, calls from outside, and no more of an
 * answer than that the message was taken.
 */
export const quietBell: Channel<QuietBellConfig, BellMessage> = defineChannel({
  type: "quiet-bell",
  title: "Quiet bell",
  config: z.strictObject({ token: secret(z.string().min(8)) }),
  limits: { concurrency: 1, dropsRepeats: false },
  inbound: { path: "/api/quiet-bell", maxBytes: 100_000 },
  render: say,
  connect: (config, host) => open(config, host),
});

function open({ token }: QuietBellConfig, { http, state }: Host): Connection<BellMessage> {
  let pass: string | undefined;
  const fetchPass = async (signal: AbortSignal): Promise<HttpResult | undefined> => {
    if (pass !== undefined) return undefined;
    const headers = { authorization: `Bearer ${token}` };
    const result = await http.request({ url: `${HOST}/pass`, method: "GET", headers, signal });
    if (result.kind === "failure" || result.status !== 200) return result;
    pass = result.body;
    return undefined;
  };
  return {
    async send(message, { signal }) {
      const refused = await fetchPass(signal);
      if (refused) return outcomeOf(refused);
      const room = (await state.get("room")) ?? "nowhere";
      const url = `${HOST}/rooms/${room}`;
      const headers = { authorization: `Pass ${pass}` };
      const body = JSON.stringify(message);
      const outcome = outcomeOf(await http.request({ url, headers, body, signal }));
      if (outcome.kind !== "delivered" || outcome.status !== 202) return outcome;
      return { kind: "accepted", status: outcome.status };
    },
    async receive({ headers, body }) {
      if (!body.includes("quiet-bell")) return undefined;
      return { status: headers["authorization"] === `Bearer ${token}` ? 200 : 401 };
    },
  };
}

export function quietBellProof(golden: URL): ChannelProof {
  return {
    config: () => ({ token: "bell-token-1" }),
    refused: [{ config: { token: "short" }, path: "token" }],
    answers: {
      success: { status: 202 },
      words: [
        { status: 202, outcome: "accepted" },
        { status: "2xx", outcome: "delivered" },
      ],
    },
    aside: ({ path }) => (path === "/pass" ? { status: 200, body: "pass-1" } : undefined),
    remembers: () => ({ room: "kitchen" }),
    golden,
  };
}
