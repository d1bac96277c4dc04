import type {
  HttpClient,
  HttpFailure,
  HttpFailureCause,
  HttpRequest,
  HttpResult,
} from "@syncbell/core";
import { type Agent, type Dispatcher, request as undiciRequest } from "undici";
import type { AddressCheck } from "./address.ts";
import type { Clock } from "./clock.ts";
import { guardedAgent } from "./guarded-agent.ts";
import { LookUps } from "./look-up.ts";

/** How much of an answer's body is read, in bytes. */
const MAX_BODY_BYTES = 64 * 1024;

const LIMITS = { connectMs: 10_000, maxHeaderBytes: 16 * 1024 };

/** The guarded client that channels are given, and what closes its connections. */
export interface Outbound {
  readonly http: HttpClient;
  /**
   * Lets the connections go that there are, since the check has changed: each is closed when the request
   * on it is over, and none is used for another.
   */
  renew(): void;
  close(): Promise<void>;
}

/**
 * Makes the one way out: every address is checked where it is dialled, redirects are answered and not
 * followed, bodies are read up to 64 KiB, nothing is retried, and every failure comes back as a value
 * that names no URL.
 */
export function outbound(check: AddressCheck, clock: Clock): Outbound {
  const lookUps = new LookUps();
  const newAgent = (): Agent => guardedAgent(check, lookUps, LIMITS);
  let agent = newAgent();
  const retired = new Set<Agent>();
  return {
    http: { request: (request) => send(agent, clock, request) },
    renew() {
      const old = agent;
      agent = newAgent();
      retired.add(old);
      old.close(() => retired.delete(old));
    },
    async close() {
      lookUps.close();
      await Promise.all([agent, ...retired].map((one) => one.destroy()));
    },
  };
}

async function send(agent: Agent, clock: Clock, request: HttpRequest): Promise<HttpResult> {
  const { url, method = "POST", headers, body, signal } = request;
  if (!URL.canParse(url)) return failure("invalid", "the URL is malformed");
  let response: Dispatcher.ResponseData;
  try {
    response = await undiciRequest(url, {
      dispatcher: agent,
      method,
      headers: { "user-agent": "Syncbell", "accept-encoding": "identity", ...lowerCase(headers) },
      body: body ?? null,
      signal,
    });
  } catch (error) {
    return readFailure(error, signal);
  }
  const status = response.statusCode;
  const receivedAt = clock.now();
  const read = await readBody(response.body, signal);
  if (read.kind === "broken") {
    return { ...failure("reset", "the connection broke inside the answer"), status };
  }
  return {
    kind: "response",
    status,
    headers: joined(response.headers),
    body: read.text,
    complete: read.complete,
    receivedAt,
  };
}

type ReadBody =
  | { readonly kind: "read"; readonly text: string; readonly complete: boolean }
  | { readonly kind: "broken" };

/** Reads up to the cap or the deadline: what was read by then stands, since the status was read. */
async function readBody(
  body: Dispatcher.ResponseData["body"],
  signal: AbortSignal,
): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  const text = (): string => Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString("utf8");
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      // Leaving the loop destroys the stream, and with it a connection that would go on sending.
      if (size > MAX_BODY_BYTES) return { kind: "read", text: text(), complete: false };
    }
    return { kind: "read", text: text(), complete: true };
  } catch {
    return signal.aborted ? { kind: "read", text: text(), complete: false } : { kind: "broken" };
  }
}

function lowerCase(headers: HttpRequest["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function joined(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}

const NOT_SENDABLE = ["invalid", "the request can't be sent as it is configured"] as const;

const REASONS: Readonly<Record<string, readonly [HttpFailureCause, string]>> = {
  ENOTFOUND: ["dns", "the host name has no address"],
  EAI_AGAIN: ["dns", "the name server did not answer"],
  EAI_FAIL: ["dns", "the name server failed"],
  ECONNREFUSED: ["refused", "the connection was refused"],
  EHOSTUNREACH: ["refused", "the host can't be reached"],
  ENETUNREACH: ["refused", "the network can't be reached"],
  ECONNRESET: ["reset", "the connection was reset"],
  EPIPE: ["reset", "the connection was closed while sending"],
  UND_ERR_SOCKET: ["reset", "the connection was closed without an answer"],
  UND_ERR_CONNECT_TIMEOUT: ["timeout", "the connection was not made in time"],
  ETIMEDOUT: ["timeout", "the connection was not made in time"],
  ERR_ANSWER_FLOOD: ["protocol", "the answer has no end"],
  UND_ERR_HEADERS_OVERFLOW: ["protocol", "the answer's headers are too large"],
  UND_ERR_INVALID_ARG: NOT_SENDABLE,
  UND_ERR_NOT_SUPPORTED: NOT_SENDABLE,
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: NOT_SENDABLE,
};

/** What undici says of an answer that it can't read; of most, it gives no code but the name. */
const NOT_HTTP: ReadonlySet<string> = new Set([
  "HTTPParserError",
  // A status below 100.
  "ERR_ASSERTION",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
]);

function readFailure(error: unknown, signal: AbortSignal): HttpFailure {
  const { code, message } = innermost(error);
  if (code === "ERR_BLOCKED_ADDRESS") return failure("blocked", `blocked: ${message}`);
  if (signal.aborted) return failure("timeout", "no answer in time");
  const known = REASONS[code];
  if (known) return failure(...known);
  if (
    /^(?:CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/.test(
      code,
    )
  ) {
    return failure("tls", `the TLS connection failed: ${code}`);
  }
  if (code.startsWith("HPE_") || NOT_HTTP.has(code)) {
    return failure("protocol", "the answer is not HTTP");
  }
  return failure("reset", `the request failed: ${code}`);
}

/** Happy eyeballs hide the errors of the single addresses in an AggregateError; fetch in a cause. */
function innermost(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: "UNKNOWN", message: "" };
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  const code: unknown = "code" in error ? error.code : undefined;
  if (inner instanceof Error && (typeof code !== "string" || error instanceof AggregateError)) {
    return innermost(inner);
  }
  return { code: typeof code === "string" ? code : error.name, message: error.message };
}

function failure(cause: HttpFailureCause, reason: string): HttpFailure {
  return { kind: "failure", cause, reason };
}
