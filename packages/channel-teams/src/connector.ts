import type { HttpClient, HttpResult, Outcome } from "@syncbell/core";
import type { CloudAdapter, ConfigurationBotFrameworkAuthentication } from "botbuilder";
import { connectorOutcome } from "./connector-answer.ts";
import type { Reference } from "./conversation.ts";

/** Posts an activity to a conversation with a token, by one request, and says what came of it. */
export type Connector = (
  activity: object,
  to: Reference,
  token: string,
  signal: AbortSignal,
) => Promise<Outcome>;

/**
 * Loads botbuilder and binds it to the host's client. The load takes half a second and 50 MB, so it is
 * left until a bot is opened.
 */
export async function openConnector(appId: string, http: HttpClient): Promise<Connector> {
  const library = await import("botbuilder");
  return async (activity, to, token, signal) => {
    const seen: HttpResult[] = [];
    const httpClient = boundedClient(http, signal, new URL(to.serviceUrl).origin, seen);
    const authentication = new library.ConfigurationBotFrameworkAuthentication(
      {},
      credentials(appId, token),
      undefined,
      undefined,
      { httpClient },
    );
    // No `onTurnError` is set: with one, the adapter reports a failure to send as a success.
    const adapter = new library.CloudAdapter(authentication);
    let failure = "made no request";
    try {
      await adapter.continueConversationAsync(appId, libraryReference(to), async (context) => {
        // The library invents an id here, and would post in reply to a message that does not exist.
        Object.assign(context.activity, { id: undefined });
        await context.sendActivity({ ...activity });
      });
    } catch (error) {
      failure = `threw ${error instanceof Error ? error.name : "no error"}`;
    }
    const [result] = seen;
    return result
      ? connectorOutcome(result)
      : { kind: "rejected", reason: `botbuilder ${failure}` };
  };
}

type AuthenticationArguments = ConstructorParameters<
  typeof ConfigurationBotFrameworkAuthentication
>;
type Credentials = NonNullable<AuthenticationArguments[1]>;
type LibraryClient = NonNullable<NonNullable<AuthenticationArguments[4]>["httpClient"]>;
type LibraryReference = Parameters<CloudAdapter["continueConversationAsync"]>[1];

/**
 * The client that the library is given: of its options, the one that it heeds. It makes one request, to
 * the service that was checked, and throws an error of ours for what fails: the library's own errors
 * would be retried inside, up to an hour long.
 */
function boundedClient(
  http: HttpClient,
  signal: AbortSignal,
  origin: string,
  seen: HttpResult[],
): LibraryClient {
  return {
    async sendRequest(request) {
      const { url, method, body, headers } = request;
      if (seen.length > 0 || new URL(url).origin !== origin) throw new Error("not allowed");
      const result = await http.request({
        url,
        method,
        headers: {
          authorization: headers.get("authorization") ?? "",
          "content-type": "application/json; charset=utf-8",
        },
        ...(typeof body === "string" ? { body } : {}),
        signal,
      });
      seen.push(result);
      if (result.kind === "failure" || result.status > 299) throw new Error("not delivered");
      return { request, status: result.status, bodyAsText: result.body, headers };
    },
  };
}

/** Signs with the token that was fetched before: the library would fetch one with a client of its own. */
function credentials(appId: string, token: string): Credentials {
  const signer: Awaited<ReturnType<Credentials["createCredentials"]>> = {
    async signRequest(request) {
      request.headers.set("authorization", `Bearer ${token}`);
      return request;
    },
  };
  return {
    isValidAppId: async (id) => id === appId,
    isAuthenticationDisabled: async () => false,
    createCredentials: async () => signer,
  };
}

function libraryReference(to: Reference): LibraryReference {
  const { conversation: id, serviceUrl, tenant: tenantId, bot } = to;
  const reference = {
    channelId: "msteams",
    serviceUrl,
    conversation: { id, tenantId },
    bot: { id: bot },
  };
  return reference as LibraryReference;
}
