import type { HttpFailure, HttpFailureCause } from "@syncbell/core";

type Words = readonly [HttpFailureCause, string];

const NOT_SENDABLE: Words = ["invalid", "the request can't be sent as it is configured"];

/** The words of the dispatcher's own client, by the code of what undici or Node threw. */
const KNOWN: ReadonlyMap<string, Words> = new Map<string, Words>([
  ["ENOTFOUND", ["dns", "the host name has no address"]],
  ["EAI_AGAIN", ["dns", "the name server did not answer"]],
  ["EAI_FAIL", ["dns", "the name server failed"]],
  ["ECONNREFUSED", ["refused", "the connection was refused"]],
  ["EHOSTUNREACH", ["refused", "the host can't be reached"]],
  ["ENETUNREACH", ["refused", "the network can't be reached"]],
  ["ECONNRESET", ["reset", "the connection was reset"]],
  ["EPIPE", ["reset", "the connection was closed while sending"]],
  ["UND_ERR_SOCKET", ["reset", "the connection was closed without an answer"]],
  ["UND_ERR_CONNECT_TIMEOUT", ["timeout", "the connection was not made in time"]],
  ["ETIMEDOUT", ["timeout", "the connection was not made in time"]],
  ["UND_ERR_HEADERS_OVERFLOW", ["protocol", "the answer's headers are too large"]],
  ["HTTPParserError", ["protocol", "the answer is not HTTP"]],
  ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", ["protocol", "the answer is not HTTP"]],
  ["UND_ERR_INVALID_ARG", NOT_SENDABLE],
  ["UND_ERR_NOT_SUPPORTED", NOT_SENDABLE],
  ["UND_ERR_REQ_CONTENT_LENGTH_MISMATCH", NOT_SENDABLE],
]);

const OF_TLS =
  /^(?:CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;

/** Reads why a request failed, in the words that a channel gets to see in production. */
export function networkFailure(error: unknown, signal: AbortSignal): HttpFailure {
  if (signal.aborted) return failure("timeout", "no answer in time");
  const code = codeOf(error);
  const known = KNOWN.get(code);
  if (known) return failure(...known);
  if (OF_TLS.test(code)) return failure("tls", `the TLS connection failed: ${code}`);
  if (code.startsWith("HPE_")) return failure("protocol", "the answer is not HTTP");
  return failure("reset", `the request failed: ${code}`);
}

export function failure(cause: HttpFailureCause, reason: string): HttpFailure {
  return { kind: "failure", cause, reason };
}

/** Several addresses of one name that all failed come as one error around those of each. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return "UNKNOWN";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause instanceof Error ? codeOf(error.cause) : error.name;
}
