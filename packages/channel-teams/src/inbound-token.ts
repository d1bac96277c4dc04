import { verify } from "node:crypto";
import type { Host } from "@syncbell/core";
import { z } from "zod";
import { parseJson } from "./answer-body.ts";
import type { SigningKeys } from "./signing-keys.ts";

/** The token that a call came with, taken apart. Nothing of it is to be believed until it is verified. */
export interface InboundToken {
  readonly header: unknown;
  readonly claims: unknown;
  readonly signed: string;
  readonly signature: Uint8Array;
}

/** Takes the token of an Authorization header apart; undefined where there is none. */
export function inboundToken(authorization: string | undefined): InboundToken | undefined {
  const parts = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization ?? "");
  const [, header = "", claims = "", signature = ""] = parts ?? [];
  if (!parts) return undefined;
  return {
    header: parseJson(Buffer.from(header, "base64url").toString()),
    claims: parseJson(Buffer.from(claims, "base64url").toString()),
    signed: `${header}.${claims}`,
    signature: Buffer.from(signature, "base64url"),
  };
}

const AUDIENCE = z.object({ aud: z.string() });

/** Whom a token says that it is for, verified or not. */
export function audienceOf(token: InboundToken): string | undefined {
  return AUDIENCE.safeParse(token.claims).data?.aud.toLowerCase();
}

const HEADER = z.object({ alg: z.literal("RS256"), kid: z.string() });
const CLAIMS = z.object({
  iss: z.literal("https://api.botframework.com"),
  aud: z.string(),
  exp: z.number(),
  nbf: z.number().optional(),
  serviceurl: z.string().min(1),
});

/** How far the clocks may be apart, in seconds: what Microsoft calls the industry standard. */
const SKEW_SECONDS = 300;

/** What must hold of a call, beside the signature. */
export interface Expected {
  readonly appId: string;
  readonly channelId: string;
  readonly serviceUrl: string;
}

/**
 * Whether a call is Microsoft's and for this bot: signed with RS256 by a key of the Bot Framework that
 * may sign for the channel, issued by it, for this app, in force now, for the service URL of the call.
 * The steps are those of Microsoft's page "Authentication with the Bot Connector API".
 *
 * botbuilder would do the same, but reads the keys with a client of its own that has no time limit,
 * prints errors to the console, and remembers every tenant that an unverified token names.
 */
export async function isVerified(
  token: InboundToken,
  expected: Expected,
  keys: SigningKeys,
  host: Host,
  signal: AbortSignal,
): Promise<boolean> {
  const header = HEADER.safeParse(token.header);
  const claims = CLAIMS.safeParse(token.claims);
  if (!header.success || !claims.success) return false;
  const { aud, exp, nbf = 0, serviceurl } = claims.data;
  const seconds = host.now() / 1000;
  if (aud.toLowerCase() !== expected.appId || serviceurl !== expected.serviceUrl) return false;
  if (seconds >= exp + SKEW_SECONDS || seconds < nbf - SKEW_SECONDS) return false;
  const found = await keys.find(header.data.kid, host, signal);
  if (!found) return false;
  if (found.endorsements.length > 0 && !found.endorsements.includes(expected.channelId))
    return false;
  return verify("RSA-SHA256", Buffer.from(token.signed), found.key, token.signature);
}
