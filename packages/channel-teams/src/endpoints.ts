/** Where the services are that a bot talks to. Tests put their own here; nobody else has a reason to. */
export interface TeamsEndpoints {
  /** Issues the bot's access tokens. */
  readonly loginUrl: string;
  /** OpenID metadata that leads to the keys of the tokens in calls to the bot. */
  readonly openIdUrl: string;
  /** Service URLs whose hosts messages may go to, beside those of Microsoft. */
  readonly serviceUrls: readonly string[];
}

/** Microsoft's public cloud. */
export const PUBLIC_CLOUD: TeamsEndpoints = {
  loginUrl: "https://login.microsoftonline.com",
  openIdUrl: "https://login.botframework.com/v1/.well-known/openidconfiguration",
  serviceUrls: [],
};

/** Where to post to while no call has told better. From Microsoft's page on proactive messages. */
export const DEFAULT_SERVICE_URL = "https://smba.trafficmanager.net/teams/";

const SERVICE_HOSTS =
  /^(?:smba\.trafficmanager\.net|(?:[a-z0-9-]+\.)+botframework\.com|smba\.infra\.(?:gcc\.teams\.microsoft\.com|(?:gov|dod)\.teams\.microsoft\.us))$/;

/**
 * Whether a message, and with it the bot's token, may go to a service URL. The library posts to any
 * that it is given, so this list is what keeps the token with Microsoft.
 */
export function isServiceUrl(text: string, { serviceUrls }: TeamsEndpoints): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname, port, username, password } = new URL(text);
  if (username || password) return false;
  if (serviceUrls.some((url) => new URL(url).origin === origin)) return true;
  return protocol === "https:" && port === "" && SERVICE_HOSTS.test(hostname);
}
