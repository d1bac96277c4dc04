import { generateKeyPairSync, sign } from "node:crypto";
import type { ServerResponse } from "node:http";
import { type ReceivedRequest, startReceiver } from "@syncbell/channel-kit";
import type { TeamsEndpoints } from "../endpoints.ts";

type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

/** The services that a bot talks to, on a free port of this machine. */
export interface Microsoft {
  readonly url: string;
  readonly endpoints: TeamsEndpoints;
  /** What came to the Bot Connector, to the token service, and for the keys. */
  readonly posts: readonly ReceivedRequest[];
  readonly tokenRequests: readonly ReceivedRequest[];
  readonly keyRequests: readonly ReceivedRequest[];
  answerPost: Answer;
  answerToken: Answer;
  answerKeys: Answer;
  close(): Promise<void>;
}

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwk = publicKey.export({ format: "jwk" });

/** The public half of the key that the Bot Framework signs with, as a text. */
export const publicPem: string = publicKey.export({ type: "spki", format: "pem" }).toString();

/** Answers with a JSON body. */
export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

export async function startMicrosoft(): Promise<Microsoft> {
  const receiver = await startReceiver();
  const of = (path: RegExp): readonly ReceivedRequest[] =>
    receiver.requests.filter((request) => path.test(request.path));
  const microsoft: Microsoft = {
    url: `${receiver.url}/`,
    endpoints: {
      loginUrl: receiver.url,
      openIdUrl: `${receiver.url}/openid`,
      serviceUrls: [`${receiver.url}/`],
    },
    get posts() {
      return of(/\/v3\//);
    },
    get tokenRequests() {
      return of(/\/oauth2\//);
    },
    get keyRequests() {
      return of(/^\/(?:openid|keys)$/);
    },
    answerPost: (response) => json(response, { id: "1700000000000" }, 201),
    answerToken: (response, { path }) =>
      json(response, {
        token_type: "Bearer",
        expires_in: 3599,
        access_token: `token-of-${path.split("/")[1]}`,
      }),
    answerKeys: (response) =>
      json(response, {
        keys: [
          { kty: "EC", kid: "other", crv: "P-256", x: "", y: "" },
          { ...jwk, kid: "k1", endorsements: ["msteams", "webchat"] },
          { ...jwk, kid: "k2", endorsements: ["skype"] },
        ],
      }),
    close: () => receiver.close(),
  };
  receiver.answer = (response, request) => {
    const { path } = request;
    if (path === "/openid") json(response, { jwks_uri: `${receiver.url}/keys` });
    else if (path === "/keys") microsoft.answerKeys(response, request);
    else if (path.includes("/oauth2/")) microsoft.answerToken(response, request);
    else microsoft.answerPost(response, request);
  };
  return microsoft;
}

const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token as the Bot Framework signs one, with other claims, header or signature where given. */
export function inboundBearer(
  claims: object,
  header: object = {},
  signature: (text: string) => Uint8Array = (text) =>
    sign("RSA-SHA256", Buffer.from(text), privateKey),
): string {
  const text = `${encoded({ alg: "RS256", typ: "JWT", kid: "k1", ...header })}.${encoded(claims)}`;
  return `Bearer ${text}.${Buffer.from(signature(text)).toString("base64url")}`;
}
