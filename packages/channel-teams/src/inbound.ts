import type { Host, InboundAnswer, InboundCall } from "@syncbell/core";
import { type Activity, parseActivity } from "./conversation.ts";
import { type TeamsEndpoints, isServiceUrl } from "./endpoints.ts";
import { audienceOf, inboundToken, isVerified } from "./inbound-token.ts";
import type { SigningKeys } from "./signing-keys.ts";

/** Where calls to the bot arrive. Activities of Teams are at times larger than 100 KB. */
export const INBOUND = { path: "/api/messages", maxBytes: 262_144 } as const;

/** A call that was read: Microsoft's word for what happened, or how to answer what is not. */
export type ReadCall = { readonly activity: Activity } | { readonly answer: InboundAnswer };

interface Checks {
  readonly appId: string;
  readonly keys: SigningKeys;
  readonly endpoints: TeamsEndpoints;
  readonly host: Host;
}

/**
 * Reads a call to a bot. Undefined says that token and activity are for other bots. Whatever is wrong
 * with a token, the answer is a bare 401.
 */
export async function readCall(
  { headers, body, signal }: InboundCall,
  { appId, keys, endpoints, host }: Checks,
): Promise<ReadCall | undefined> {
  const token = inboundToken(headers["authorization"]);
  const activity = parseActivity(body);
  const meant = [
    ...(token ? [audienceOf(token)] : []),
    activity?.place.bot.replace(/^28:/, "").toLowerCase(),
  ].filter((id) => id !== undefined);
  if (meant.length > 0 && !meant.includes(appId)) return undefined;
  if (!token) return { answer: { status: 401 } };
  if (!activity) return { answer: { status: 400 } };
  const { channelId, place } = activity;
  const { serviceUrl } = place;
  if (!(await isVerified(token, { appId, channelId, serviceUrl }, keys, host, signal))) {
    return { answer: { status: 401 } };
  }
  // The bot may be reached in other ways than Teams, like the web chat of Azure's portal.
  if (channelId !== "msteams") return { answer: { status: 200 } };
  if (isServiceUrl(serviceUrl, endpoints)) return { activity };
  host.log.warn("a call to the bot named a service URL that is not known to be Microsoft's");
  return { answer: { status: 403 } };
}
